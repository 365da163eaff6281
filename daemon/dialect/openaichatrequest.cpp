// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/openairequest.h"

#include "daemon/dialect/requestcheck.h"
#include "daemon/dialect/tokenestimate.h"
#include "shared/wire/jsonscan.h"

#include <algorithm>
#include <array>

namespace moe::dialect {

using check::Rule;
using json::Kind;
using json::Span;

namespace {

constexpr check::FieldRule Rules[] = {
    {"temperature", Rule::Number, 0, 2},
    {"top_p", Rule::Number, 0, 1},
    {"min_p", Rule::Number, 0, 1},
    {"top_k", Rule::Integer, -1},
    {"frequency_penalty", Rule::Number, -2, 2},
    {"presence_penalty", Rule::Number, -2, 2},
    {"seed", Rule::Integer},
    {"logprobs", Rule::Boolean},
    {"top_logprobs", Rule::Integer, 0, 20},
    {"logit_bias", Rule::Object},
    {"parallel_tool_calls", Rule::Boolean},
    {"reasoning_effort", Rule::String},
    {"tool_choice", Rule::StringOrObject},
    {"functions", Rule::Array},
    {"function_call", Rule::StringOrObject},
    {"metadata", Rule::Object},
    {"modalities", Rule::Array},
    {"user", Rule::String},
    {"store", Rule::Boolean},
};

constexpr std::array<QByteArrayView, 6> Roles{"system", "developer", "user", "assistant", "tool", "function"};

// Reads one request. Members that are read in several steps are methods; `m_cursor` carries the first error.
class ChatRequestReader
{
public:
    explicit ChatRequestReader(QByteArrayView body) : m_cursor(body) { }

    Result<ChatRequestView> read()
    {
        check::expectKind(m_cursor, Kind::Object, QStringLiteral("body"), "an object");
        m_cursor.object([this](QByteArrayView key) { readField(key); });
        TRY_VOID(m_cursor.finish());
        if (m_view.model.isEmpty())
            return failure(check::missing(QStringLiteral("model")));
        if (!m_hasMessages)
            return failure(check::missing(QStringLiteral("messages")));
        m_view.promptTokensEstimate = m_estimate.tokens();
        m_view.maxTokens = m_maxCompletionTokens ? m_maxCompletionTokens : m_maxTokens;
        return std::move(m_view);
    }

private:
    void readField(QByteArrayView key);
    void readMessages();
    void readMessage(const QString &path);
    void readContent(const QString &path);
    void readPart(const QString &path);
    void readImage(const QString &path);
    void readToolCalls(const QString &path);
    void readTools();
    void readTool(const QString &path);
    void readFunctionName(const QString &path);
    void readStop();
    void readResponseFormat();
    void readStreamOptions();

    // Elements of the array that comes next; any other kind is an error.
    template <typename Visit>
    Span elements(const QString &path, Visit visit)
    {
        if (!check::expectKind(m_cursor, Kind::Array, path, "an array"))
            return {};
        int index = 0;
        return m_cursor.array([&] { visit(check::element(path, index++)); });
    }

    // Members of the object that comes next; any other kind is an error.
    template <typename Visit>
    Span members(const QString &path, Visit visit)
    {
        return check::expectKind(m_cursor, Kind::Object, path, "an object") ? m_cursor.object(visit) : Span{};
    }

    void countText(Span string) { m_estimate.characters += json::characterCount(m_cursor.text(), string); }

    json::Cursor m_cursor;
    ChatRequestView m_view;
    TokenEstimate m_estimate;
    std::optional<qint64> m_maxTokens;
    std::optional<qint64> m_maxCompletionTokens;
    bool m_hasMessages = false;
};

void ChatRequestReader::readField(QByteArrayView key)
{
    if (key == "messages") {
        readMessages();
    } else if (key == "model") {
        m_view.model = check::text(m_cursor, QStringLiteral("model"));
    } else if (key == "stream") {
        m_view.isStream = check::optionalFlag(m_cursor, QStringLiteral("stream"));
    } else if (check::applyRule(m_cursor, key, Rules) || m_cursor.isNull()) {
        return;
    } else if (key == "max_tokens") {
        m_maxTokens = check::optionalInteger(m_cursor, QStringLiteral("max_tokens"), 1);
        m_view.hasMaxTokens = true;
    } else if (key == "max_completion_tokens") {
        m_maxCompletionTokens = check::optionalInteger(m_cursor, QStringLiteral("max_completion_tokens"), 1);
    } else if (key == "n") {
        m_view.choiceCount = int(check::optionalInteger(m_cursor, QStringLiteral("n"), 1, 128).value_or(1));
    } else if (key == "tools") {
        readTools();
    } else if (key == "stop") {
        readStop();
    } else if (key == "response_format") {
        readResponseFormat();
    } else if (key == "stream_options") {
        readStreamOptions();
    }
}

void ChatRequestReader::readMessages()
{
    m_hasMessages = true;
    m_view.messageCount = 0;
    m_estimate.messages = 0;
    const QString path = QStringLiteral("messages");
    m_view.messages = elements(path, [this](const QString &message) { readMessage(message); });
    if (!m_cursor.isFailed() && m_view.messageCount == 0)
        m_cursor.reject(check::empty(path));
}

void ChatRequestReader::readMessage(const QString &path)
{
    ++m_view.messageCount;
    ++m_estimate.messages;
    QByteArray role;
    bool hasContent = false;
    bool hasToolCallId = false;
    members(path, [&](QByteArrayView key) {
        if (key == "role") {
            role = check::text(m_cursor, check::child(path, key));
            if (!m_cursor.isFailed() && !std::ranges::contains(Roles, QByteArrayView(role)))
                m_cursor.reject(check::wrongValue(
                    check::child(path, key),
                    QStringLiteral("one of 'system', 'developer', 'user', 'assistant', 'tool' and 'function'")));
        } else if (key == "content") {
            hasContent = !m_cursor.isNull();
            readContent(check::child(path, key));
        } else if (key == "tool_calls" && !m_cursor.isNull()) {
            readToolCalls(check::child(path, key));
        } else if (key == "tool_call_id") {
            hasToolCallId = check::optionalText(m_cursor, check::child(path, key)).has_value();
        }
    });
    if (m_cursor.isFailed())
        return;
    if (role.isEmpty())
        m_cursor.reject(check::missing(check::child(path, "role")));
    else if (!hasContent && role != "assistant" && role != "function") // an assistant may only have called tools
        m_cursor.reject(check::missing(check::child(path, "content")));
    else if (role == "tool" && !hasToolCallId)
        m_cursor.reject(check::missing(check::child(path, "tool_call_id")));
}

void ChatRequestReader::readContent(const QString &path)
{
    const Kind kind = m_cursor.peek();
    if (kind == Kind::String) {
        countText(m_cursor.skip());
    } else if (kind == Kind::Array) {
        elements(path, [this](const QString &part) { readPart(part); });
    } else {
        m_cursor.skip();
        if (kind != Kind::Null)
            m_cursor.reject(check::wrongType(path, "a string or an array of objects", kind));
    }
}

void ChatRequestReader::readPart(const QString &path)
{
    QByteArray type;
    std::optional<Span> text;
    bool hasImage = false;
    members(path, [&](QByteArrayView key) {
        if (key == "type") {
            type = check::text(m_cursor, check::child(path, key));
        } else if (key == "text" && check::expectKind(m_cursor, Kind::String, check::child(path, key), "a string")) {
            text = m_cursor.skip();
            countText(*text);
        } else if (key == "image_url") {
            hasImage = true;
            readImage(check::child(path, key));
        }
    });
    if (m_cursor.isFailed())
        return;
    if (type.isEmpty())
        m_cursor.reject(check::missing(check::child(path, "type")));
    else if (type == "text" && !text)
        m_cursor.reject(check::missing(check::child(path, "text")));
    else if (type == "image_url" && !hasImage)
        m_cursor.reject(check::missing(check::child(path, "image_url")));
}

void ChatRequestReader::readImage(const QString &path)
{
    bool hasUrl = false;
    members(path, [&](QByteArrayView key) {
        if (key == "url") {
            hasUrl = check::expectKind(m_cursor, Kind::String, check::child(path, key), "a string");
            m_cursor.skip();
        }
    });
    if (!m_cursor.isFailed() && !hasUrl)
        m_cursor.reject(check::missing(check::child(path, "url")));
    m_view.hasImages = true;
    ++m_estimate.images;
}

void ChatRequestReader::readToolCalls(const QString &path)
{
    elements(path, [this](const QString &call) {
        bool hasFunction = false;
        bool isFunction = true;
        members(call, [&](QByteArrayView key) {
            if (key == "function") {
                hasFunction = true;
                readFunctionName(check::child(call, key));
            } else if (key == "type") {
                isFunction = check::text(m_cursor, check::child(call, key)) == "function";
            }
        });
        if (!m_cursor.isFailed() && isFunction && !hasFunction)
            m_cursor.reject(check::missing(check::child(call, "function")));
    });
}

// A function, called or offered: it has a name, and what else there is counts as prompt.
void ChatRequestReader::readFunctionName(const QString &path)
{
    bool hasName = false;
    const Span function = members(path, [&](QByteArrayView key) {
        if (key == "name")
            hasName = !check::text(m_cursor, check::child(path, key)).isEmpty();
        else if (key == "arguments" && check::expectKind(m_cursor, Kind::String, check::child(path, key), "a string"))
            m_cursor.skip();
    });
    m_estimate.characters += function.end - function.begin;
    if (!m_cursor.isFailed() && !hasName)
        m_cursor.reject(check::missing(check::child(path, "name")));
}

void ChatRequestReader::readTools()
{
    m_view.tools = elements(QStringLiteral("tools"), [this](const QString &tool) { readTool(tool); });
}

void ChatRequestReader::readTool(const QString &path)
{
    m_view.hasTools = true;
    QByteArray type;
    bool hasFunction = false;
    members(path, [&](QByteArrayView key) {
        if (key == "type") {
            type = check::text(m_cursor, check::child(path, key));
        } else if (key == "function") {
            hasFunction = true;
            readFunctionName(check::child(path, key));
        }
    });
    if (m_cursor.isFailed())
        return;
    if (type.isEmpty())
        m_cursor.reject(check::missing(check::child(path, "type")));
    else if (type == "function" && !hasFunction)
        m_cursor.reject(check::missing(check::child(path, "function")));
}

void ChatRequestReader::readStop()
{
    const QString path = QStringLiteral("stop");
    const Kind kind = m_cursor.peek();
    if (kind == Kind::Array) {
        elements(path,
                 [this](const QString &sequence) { check::expectKind(m_cursor, Kind::String, sequence, "a string"); });
    } else {
        m_cursor.skip();
        if (kind != Kind::String)
            m_cursor.reject(check::wrongType(path, "a string or an array of strings", kind));
    }
}

void ChatRequestReader::readResponseFormat()
{
    const QString path = QStringLiteral("response_format");
    QByteArray type;
    bool hasSchema = false;
    members(path, [&](QByteArrayView key) {
        if (key == "type") {
            type = check::text(m_cursor, check::child(path, key));
        } else if (key == "json_schema" && !m_cursor.isNull()) {
            hasSchema = true;
            check::expectKind(m_cursor, Kind::Object, check::child(path, key), "an object");
        }
    });
    if (m_cursor.isFailed())
        return;
    if (type.isEmpty())
        m_cursor.reject(check::missing(check::child(path, "type")));
    else if (type != "text" && type != "json_object" && type != "json_schema")
        m_cursor.reject(check::wrongValue(check::child(path, "type"),
                                          QStringLiteral("one of 'text', 'json_object' and 'json_schema'")));
    else if (type == "json_schema" && !hasSchema)
        m_cursor.reject(check::missing(check::child(path, "json_schema")));
}

void ChatRequestReader::readStreamOptions()
{
    const QString path = QStringLiteral("stream_options");
    members(path, [&](QByteArrayView key) {
        if (key == "include_usage")
            m_view.wantsUsage = check::optionalFlag(m_cursor, check::child(path, key));
    });
}

}

Result<ChatRequestView> parseChatRequest(QByteArrayView body) { return ChatRequestReader(body).read(); }

}
