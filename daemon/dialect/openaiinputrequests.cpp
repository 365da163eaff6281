// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/openairequest.h"

#include "daemon/dialect/requestcheck.h"
#include "daemon/dialect/tokenestimate.h"
#include "shared/wire/jsonscan.h"

namespace moe::dialect {

using check::Rule;
using json::Kind;
using json::Span;

namespace {

constexpr check::FieldRule CompletionRules[] = {
    {"temperature", Rule::Number, 0, 2},
    {"top_p", Rule::Number, 0, 1},
    {"frequency_penalty", Rule::Number, -2, 2},
    {"presence_penalty", Rule::Number, -2, 2},
    {"seed", Rule::Integer},
    {"logprobs", Rule::Integer, 0},
    {"best_of", Rule::Integer, 1, 128},
    {"echo", Rule::Boolean},
    {"suffix", Rule::String},
    {"logit_bias", Rule::Object},
    {"user", Rule::String},
};

constexpr check::FieldRule EmbeddingsRules[] = {{"user", Rule::String}};

// Reads what both kinds of request have in common: a text, several texts, or tokens in place of either.
class InputReader
{
public:
    InputReader(json::Cursor &cursor, QString path) : m_cursor(cursor), m_path(std::move(path)) { }

    Span read()
    {
        const Kind kind = m_cursor.peek();
        if (kind == Kind::String) {
            m_count = 1;
            return readText();
        }
        if (!check::expectKind(m_cursor, Kind::Array, m_path, "a string or an array"))
            return {};
        const Span whole = m_cursor.array([this] { readElement(); });
        if (!m_cursor.isFailed() && m_count == 0)
            m_cursor.reject(check::empty(m_path));
        return whole;
    }

    int count() const { return m_count; }
    qint64 tokens() const { return m_tokens + TokenEstimate{m_characters, 0, 0}.tokens(); }

private:
    Span readText()
    {
        const Span text = m_cursor.skip();
        m_characters += json::characterCount(m_cursor.text(), text);
        return text;
    }

    void readElement()
    {
        const Kind kind = m_cursor.peek();
        if (m_seen++ > 0 && kind != m_firstKind)
            return refuse(kind);
        m_firstKind = kind;
        if (kind == Kind::String) {
            ++m_count;
            readText();
        } else if (kind == Kind::Number) {
            m_count = 1; // all the numbers are the tokens of one text
            readToken();
        } else if (kind == Kind::Array) {
            ++m_count;
            m_cursor.array([this] { readToken(); });
        } else {
            refuse(kind);
        }
    }

    void readToken()
    {
        const Span token = m_cursor.skip();
        if (!m_cursor.isFailed() && !json::integer(m_cursor.text(), token))
            refuse(token.kind);
        ++m_tokens;
    }

    void refuse(Kind kind)
    {
        m_cursor.reject(check::wrongType(m_path, "a string, an array of strings or arrays of tokens", kind));
    }

    json::Cursor &m_cursor;
    QString m_path;
    Kind m_firstKind = Kind::Null;
    int m_seen = 0;
    int m_count = 0;
    qint64 m_characters = 0;
    qint64 m_tokens = 0;
};

bool usageWanted(json::Cursor &cursor)
{
    bool isWanted = false;
    if (check::expectKind(cursor, Kind::Object, QStringLiteral("stream_options"), "an object")) {
        cursor.object([&](QByteArrayView key) {
            if (key == "include_usage")
                isWanted = check::optionalFlag(cursor, QStringLiteral("stream_options.include_usage"));
        });
    }
    return isWanted;
}

Result<void> checkPresence(const QByteArray &model, int inputs, const QString &inputName)
{
    if (model.isEmpty())
        return failure(check::missing(QStringLiteral("model")));
    if (inputs == 0)
        return failure(check::missing(inputName));
    return {};
}

}

Result<CompletionRequestView> parseCompletionRequest(QByteArrayView body)
{
    json::Cursor cursor(body);
    CompletionRequestView view;
    InputReader prompt(cursor, QStringLiteral("prompt"));
    check::expectKind(cursor, Kind::Object, QStringLiteral("body"), "an object");
    cursor.object([&](QByteArrayView key) {
        if (key == "model") {
            view.model = check::text(cursor, QStringLiteral("model"));
        } else if (key == "prompt") {
            view.prompt = prompt.read();
        } else if (key == "stream") {
            view.isStream = check::optionalFlag(cursor, QStringLiteral("stream"));
        } else if (check::applyRule(cursor, key, CompletionRules) || cursor.isNull()) {
            return;
        } else if (key == "max_tokens") {
            view.maxTokens = check::optionalInteger(cursor, QStringLiteral("max_tokens"), 0);
            view.hasMaxTokens = true;
        } else if (key == "n") {
            view.choiceCount = int(check::optionalInteger(cursor, QStringLiteral("n"), 1, 128).value_or(1));
        } else if (key == "stream_options") {
            view.wantsUsage = usageWanted(cursor);
        }
    });
    TRY_VOID(cursor.finish());
    TRY_VOID(checkPresence(view.model, prompt.count(), QStringLiteral("prompt")));
    view.promptCount = prompt.count();
    view.promptTokensEstimate = prompt.tokens();
    return view;
}

Result<EmbeddingsRequestView> parseEmbeddingsRequest(QByteArrayView body)
{
    json::Cursor cursor(body);
    EmbeddingsRequestView view;
    InputReader input(cursor, QStringLiteral("input"));
    check::expectKind(cursor, Kind::Object, QStringLiteral("body"), "an object");
    cursor.object([&](QByteArrayView key) {
        if (key == "model") {
            view.model = check::text(cursor, QStringLiteral("model"));
        } else if (key == "input") {
            view.input = input.read();
        } else if (check::applyRule(cursor, key, EmbeddingsRules) || cursor.isNull()) {
            return;
        } else if (key == "encoding_format") {
            const QByteArray format = check::text(cursor, QStringLiteral("encoding_format"));
            view.wantsBase64 = format == "base64";
            if (!view.wantsBase64 && format != "float")
                cursor.reject(
                    check::wrongValue(QStringLiteral("encoding_format"), QStringLiteral("'float' or 'base64'")));
        } else if (key == "dimensions") {
            view.dimensions = check::optionalInteger(cursor, QStringLiteral("dimensions"), 1, 65'536);
        }
    });
    TRY_VOID(cursor.finish());
    TRY_VOID(checkPresence(view.model, input.count(), QStringLiteral("input")));
    view.inputCount = input.count();
    view.promptTokensEstimate = input.tokens();
    return view;
}

}
