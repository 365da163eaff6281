// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/ollamarequest.h"

#include "daemon/dialect/ollamafields.h"
#include "daemon/dialect/requestcheck.h"
#include "shared/wire/jsonscan.h"

namespace moe::dialect {

using json::Kind;
using json::Span;

namespace {

// The mapped fields of a chat request that are no plain options.
class ChatTranslator
{
public:
    ChatTranslator(QByteArrayView body, const OllamaTarget &target)
        : m_body(body), m_target(target), m_fields(body, target)
    {
    }

    Result<OllamaRequest> translated()
    {
        TRY_VOID(m_fields.walk(ollamaChatCapabilities(), [this](QByteArrayView field, Span value) -> Result<void> {
            if (field == "messages")
                return takeMessages(value);
            if (field == "tools")
                takeTools(value);
            else if (field == "tool_choice")
                return takeToolChoice(value);
            else if (field == "response_format")
                takeFormat(value);
            else if (field == "reasoning_effort")
                takeEffort(value);
            return {}; // model and stream are the target's
        }));
        if (m_messages.isEmpty())
            return failure(check::missing(QStringLiteral("messages")));
        QByteArray members = "\"messages\":" + m_messages;
        members += m_target.isStream ? ",\"stream\":true" : ",\"stream\":false";
        if (!m_tools.isEmpty() && !m_isWithoutTools)
            members += ",\"tools\":[" + m_tools + ']';
        if (!m_format.isEmpty())
            members += ",\"format\":" + m_format;
        if (!m_think.isEmpty())
            members += ",\"think\":" + m_think;
        return m_fields.finish(members);
    }

private:
    Result<void> takeMessages(Span value)
    {
        if (value.kind != Kind::Array)
            return failure(check::wrongType(QStringLiteral("messages"), "an array", value.kind));
        TRY(m_messages, ollamaMessages(m_body, value));
        return {};
    }

    void takeTools(Span tools)
    {
        int index = 0;
        json::forEachElement(m_body, tools, [&](Span tool) {
            const auto function = json::member(m_body, tool, "function");
            if (function) {
                if (!m_tools.isEmpty())
                    m_tools += ',';
                m_tools += tool.in(m_body);
            } else {
                m_fields.drop(QByteArray("tools[" + QByteArray::number(index) + ']'));
            }
            ++index;
            return true;
        });
    }

    Result<void> takeToolChoice(Span choice)
    {
        const QByteArray name = json::unescaped(m_body, choice);
        m_isWithoutTools = name == "none";
        if (name != "auto" && name != "none")
            return failure(
                unsupportedField(QStringLiteral("tool_choice"), QStringLiteral("only 'auto' and 'none' are")));
        return {};
    }

    void takeFormat(Span format)
    {
        const auto typeSpan = json::member(m_body, format, "type");
        const QByteArray type = typeSpan ? json::unescaped(m_body, *typeSpan) : QByteArray();
        if (type == "json_object") {
            m_format = "\"json\"";
        } else if (type == "json_schema") {
            const auto wrapper = json::member(m_body, format, "json_schema");
            const auto schema = wrapper ? json::member(m_body, *wrapper, "schema") : std::nullopt;
            const bool isUsable = schema && schema->kind == Kind::Object && m_target.hasStructuredOutput;
            m_format = isUsable ? schema->in(m_body).toByteArray() : QByteArray("\"json\"");
            if (!isUsable)
                m_fields.drop("response_format.json_schema");
        }
    }

    // A model that cannot think answers 400 when told how much to.
    void takeEffort(Span effort)
    {
        const QByteArray level = json::unescaped(m_body, effort);
        if (!m_target.canThink)
            m_fields.drop("reasoning_effort");
        else if (level == "none")
            m_think = "false";
        else if (level == "minimal" || level == "low")
            m_think = "\"low\"";
        else
            m_think = level == "medium" ? "\"medium\"" : "\"high\"";
    }

    QByteArrayView m_body;
    const OllamaTarget &m_target;
    OllamaFields m_fields;
    QByteArray m_messages;
    QByteArray m_tools;
    QByteArray m_format;
    QByteArray m_think;
    bool m_isWithoutTools = false;
};

// A prompt is one text; a list of one is the same thing.
Result<QByteArray> promptText(QByteArrayView body, Span prompt)
{
    Span only = prompt;
    int count = 1;
    if (prompt.kind == Kind::Array) {
        count = 0;
        json::forEachElement(body, prompt, [&](Span element) {
            only = element;
            return ++count < 2;
        });
    }
    if (count != 1 || only.kind != Kind::String)
        return failure(unsupportedField(QStringLiteral("prompt"), QStringLiteral("send one text")));
    return only.in(body).toByteArray();
}

// The texts of an embeddings request, as JSON strings.
Result<QByteArrayList> inputTexts(QByteArrayView body, Span input)
{
    QByteArrayList texts;
    bool isText = true;
    const auto take = [&](Span element) {
        isText = element.kind == Kind::String;
        texts.append(element.in(body).toByteArray());
        return isText;
    };
    if (input.kind == Kind::Array)
        json::forEachElement(body, input, take);
    else
        take(input);
    if (!isText)
        return failure(unsupportedField(QStringLiteral("input"), QStringLiteral("send texts, not tokens")));
    if (texts.isEmpty())
        return failure(check::empty(QStringLiteral("input")));
    return texts;
}

}

Result<OllamaRequest> ollamaChatRequest(QByteArrayView body, const OllamaTarget &target)
{
    return ChatTranslator(body, target).translated();
}

Result<OllamaRequest> ollamaGenerateRequest(QByteArrayView body, const OllamaTarget &target)
{
    OllamaFields fields(body, target);
    QByteArray prompt;
    QByteArray suffix;
    TRY_VOID(fields.walk(ollamaCompletionCapabilities(), [&](QByteArrayView field, Span value) -> Result<void> {
        if (field == "prompt") {
            TRY(prompt, promptText(body, value));
        } else if (field == "suffix" && value.kind == Kind::String && value.end - value.begin > 2) {
            suffix = value.in(body).toByteArray();
        }
        return {};
    }));
    if (prompt.isEmpty())
        return failure(check::missing(QStringLiteral("prompt")));
    QByteArray members = "\"prompt\":" + prompt;
    if (!suffix.isEmpty())
        members += ",\"suffix\":" + suffix;
    members += target.isStream ? ",\"stream\":true" : ",\"stream\":false";
    return fields.finish(members);
}

Result<OllamaRequest> ollamaEmbedRequest(QByteArrayView body, const OllamaTarget &target)
{
    OllamaFields fields(body, target);
    QByteArrayList texts;
    QByteArray dimensions;
    TRY_VOID(fields.walk(ollamaEmbeddingsCapabilities(), [&](QByteArrayView field, Span value) -> Result<void> {
        if (field == "input") {
            TRY(texts, inputTexts(body, value));
        } else if (field == "dimensions") {
            dimensions = value.in(body).toByteArray();
        }
        return {};
    }));
    if (texts.isEmpty())
        return failure(check::missing(QStringLiteral("input")));
    QByteArray members = "\"input\":[" + texts.join(',') + "],\"truncate\":false";
    if (!dimensions.isEmpty())
        members += ",\"dimensions\":" + dimensions;
    return fields.finish(members);
}

Result<QByteArrayList> ollamaOldEmbedRequests(QByteArrayView body, const OllamaTarget &target)
{
    OllamaFields fields(body, target);
    QByteArrayList texts;
    TRY_VOID(fields.walk(ollamaEmbeddingsCapabilities(), [&](QByteArrayView field, Span value) -> Result<void> {
        if (field == "dimensions")
            return failure(
                unsupportedField(QStringLiteral("dimensions"), QStringLiteral("the node is too old for it")));
        if (field == "input") {
            TRY(texts, inputTexts(body, value));
        }
        return {};
    }));
    if (texts.isEmpty())
        return failure(check::missing(QStringLiteral("input")));
    for (QByteArray &text : texts)
        text = fields.finish(QByteArray("\"prompt\":" + text)).body;
    return texts;
}

}
