// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/ollamafields.h"
#include "daemon/dialect/requestcheck.h"
#include "shared/wire/jsonscan.h"

#include <QHash>

namespace moe::dialect {

using json::Kind;
using json::Span;

namespace {

// What one OpenAI message holds, as far as Ollama can be told.
struct Message {
    QByteArray role;
    QByteArray content;
    QByteArray thinking;
    QByteArray images;    ///< JSON strings with commas
    QByteArray toolCalls; ///< JSON objects with commas
    QByteArray toolName;
    QByteArray toolCallId;
};

void appendEntry(QByteArray &list, QByteArrayView entry)
{
    if (!list.isEmpty())
        list += ',';
    list += entry;
}

void appendText(QByteArray &out, QByteArrayView key, const QByteArray &text)
{
    out += ",\"";
    out += key;
    out += "\":";
    json::appendQuoted(out, text);
}

QByteArray written(const Message &message)
{
    QByteArray out = "{\"role\":";
    json::appendQuoted(out, message.role);
    appendText(out, "content", message.content);
    if (!message.thinking.isEmpty())
        appendText(out, "thinking", message.thinking);
    if (!message.images.isEmpty())
        out += ",\"images\":[" + message.images + ']';
    if (!message.toolCalls.isEmpty())
        out += ",\"tool_calls\":[" + message.toolCalls + ']';
    if (!message.toolName.isEmpty())
        appendText(out, "tool_name", message.toolName);
    if (!message.toolCallId.isEmpty())
        appendText(out, "tool_call_id", message.toolCallId);
    out += '}';
    return out;
}

// Translates the messages in order; remembers the names of called tools, which results only refer to by id.
class MessageTranslator
{
public:
    MessageTranslator(QByteArrayView body, Span messages) : m_cursor(messages.in(body)) { }

    Result<QByteArray> translated()
    {
        QByteArray list;
        int index = 0;
        m_cursor.array([&] {
            const QByteArray message = translate(check::element(QStringLiteral("messages"), index++));
            appendEntry(list, message);
        });
        TRY_VOID(m_cursor.finish());
        return QByteArray('[' + list + ']');
    }

private:
    QByteArray translate(const QString &path);
    void readContent(Message &message, const QString &path);
    void readPart(Message &message, const QString &path);
    QByteArray readImage(const QString &path);
    void readToolCall(Message &message, const QString &path);
    QByteArray readArguments(const QString &path);

    json::Cursor m_cursor;
    QHash<QByteArray, QByteArray> m_toolNames;
};

QByteArray MessageTranslator::translate(const QString &path)
{
    Message message;
    QByteArray name;
    m_cursor.object([&](QByteArrayView key) {
        const Kind kind = m_cursor.peek();
        if (key == "role") {
            message.role = check::text(m_cursor, check::child(path, key));
        } else if (key == "content") {
            readContent(message, check::child(path, key));
        } else if ((key == "reasoning_content" || key == "reasoning") && kind == Kind::String) {
            message.thinking = m_cursor.string();
        } else if (key == "name" && kind == Kind::String) {
            name = m_cursor.string();
        } else if (key == "tool_call_id" && kind == Kind::String) {
            message.toolCallId = m_cursor.string();
        } else if (key == "tool_calls" && kind == Kind::Array) {
            int index = 0;
            const QString calls = check::child(path, key);
            m_cursor.array([&] { readToolCall(message, check::element(calls, index++)); });
        }
    });
    if (message.role == "developer")
        message.role = "system";
    if (message.role == "function")
        message.role = "tool";
    if (message.role == "tool")
        message.toolName = m_toolNames.value(message.toolCallId, name);
    return written(message);
}

void MessageTranslator::readContent(Message &message, const QString &path)
{
    const Kind kind = m_cursor.peek();
    if (kind == Kind::String) {
        message.content = m_cursor.string();
    } else if (kind == Kind::Array) {
        int index = 0;
        m_cursor.array([&] { readPart(message, check::element(path, index++)); });
    }
}

void MessageTranslator::readPart(Message &message, const QString &path)
{
    QByteArray type;
    std::optional<QByteArray> text;
    QByteArray image;
    m_cursor.object([&](QByteArrayView key) {
        if (key == "type")
            type = check::text(m_cursor, check::child(path, key));
        else if (key == "text" || key == "refusal")
            text = check::optionalText(m_cursor, check::child(path, key));
        else if (key == "image_url")
            image = readImage(check::child(path, key));
    });
    if (m_cursor.isFailed())
        return;
    if (text && (type == "text" || type == "refusal")) {
        if (!message.content.isEmpty())
            message.content += '\n';
        message.content += *text;
    } else if (type == "image_url" && !image.isEmpty()) {
        appendEntry(message.images, json::quoted(image));
    } else {
        m_cursor.reject(unsupportedField(path, QStringLiteral("only text and images are understood")));
    }
}

// The base64 text of a data: URL. Ollama does not fetch images.
QByteArray MessageTranslator::readImage(const QString &path)
{
    QByteArray url;
    m_cursor.object([&](QByteArrayView key) {
        if (key == "url")
            url = check::text(m_cursor, check::child(path, key));
    });
    if (m_cursor.isFailed())
        return {};
    static constexpr QByteArrayView Marker(";base64,");
    const QByteArrayView head = QByteArrayView(url).first(std::min<qsizetype>(url.size(), 200));
    const qsizetype marker = head.indexOf(Marker);
    if (!head.startsWith("data:") || marker < 0 || marker + Marker.size() == url.size()) {
        m_cursor.reject(unsupportedField(check::child(path, "url"),
            QStringLiteral("images must be sent inline, as data: URLs with base64")));
        return {};
    }
    return url.sliced(marker + Marker.size());
}

void MessageTranslator::readToolCall(Message &message, const QString &path)
{
    QByteArray id;
    QByteArray name;
    QByteArray arguments = "{}";
    m_cursor.object([&](QByteArrayView key) {
        if (key == "id") {
            id = check::optionalText(m_cursor, check::child(path, key)).value_or(QByteArray());
        } else if (key == "function") {
            const QString function = check::child(path, key);
            m_cursor.object([&](QByteArrayView member) {
                if (member == "name")
                    name = check::text(m_cursor, check::child(function, member));
                else if (member == "arguments")
                    arguments = readArguments(check::child(function, member));
            });
        }
    });
    if (m_cursor.isFailed())
        return;
    m_toolNames.insert(id, name);
    QByteArray call = "{";
    if (!id.isEmpty())
        call += "\"id\":" + json::quoted(id) + ',';
    call += "\"function\":{\"name\":" + json::quoted(name) + ",\"arguments\":" + arguments + "}}";
    appendEntry(message.toolCalls, call);
}

// OpenAI has the arguments as a string that holds an object, Ollama wants the object.
QByteArray MessageTranslator::readArguments(const QString &path)
{
    const QByteArray arguments = check::optionalText(m_cursor, path).value_or(QByteArray()).trimmed();
    if (arguments.isEmpty())
        return "{}";
    const auto parsed = json::validate(arguments);
    if (!parsed || parsed->kind != Kind::Object)
        m_cursor.reject(check::wrongValue(path, QStringLiteral("the text of a JSON object")));
    return arguments;
}

}

Result<QByteArray> ollamaMessages(QByteArrayView body, Span messages)
{
    return MessageTranslator(body, messages).translated();
}

}
