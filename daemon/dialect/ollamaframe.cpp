// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/ollamaframe.h"

#include "daemon/dialect/upstreamerror.h"
#include "shared/wire/jsonscan.h"

namespace moe::dialect {

using json::Cursor;
using json::Kind;
using json::Span;

namespace {

class FrameReader
{
public:
    explicit FrameReader(QByteArrayView text) : m_cursor(text) { }

    Result<OllamaFrame> read(int status)
    {
        bool isError = false;
        m_cursor.object([&](QByteArrayView key) {
            isError |= key == "error" && !m_cursor.isNull();
            readMember(key);
        });
        if (!m_cursor.finish())
            return failure(
                Error::of(ErrorCode::BadGateway, QStringLiteral("The model's server sent something unreadable.")));
        if (isError)
            return failure(upstreamError(status, m_cursor.text()));
        if (m_frame.isDone)
            m_frame.finishReason = m_doneReason == "length" ? "length" : "stop";
        return std::move(m_frame);
    }

private:
    void readMember(QByteArrayView key)
    {
        const Kind kind = m_cursor.peek();
        if (key == "message" && kind == Kind::Object)
            m_cursor.object([this](QByteArrayView member) { readMessageMember(member); });
        else if (key == "response" && kind == Kind::String)
            m_frame.content = m_cursor.string();
        else if (key == "thinking" && kind == Kind::String)
            m_frame.thinking = m_cursor.string();
        else if (key == "done" && kind == Kind::Boolean)
            m_frame.isDone = m_cursor.skip().in(m_cursor.text()) == "true";
        else if (key == "done_reason" && kind == Kind::String)
            m_doneReason = m_cursor.string();
        else if (key == "prompt_eval_count")
            m_frame.promptTokens = readCount();
        else if (key == "eval_count")
            m_frame.completionTokens = readCount();
    }

    void readMessageMember(QByteArrayView key)
    {
        const Kind kind = m_cursor.peek();
        if (key == "content" && kind == Kind::String)
            m_frame.content = m_cursor.string();
        else if (key == "thinking" && kind == Kind::String)
            m_frame.thinking = m_cursor.string();
        else if (key == "tool_calls" && kind == Kind::Array)
            m_cursor.array([this] { readToolCall(); });
    }

    void readToolCall()
    {
        if (m_cursor.peek() != Kind::Object)
            return;
        ToolCall call{newToolCallId(), {}, "{}"};
        m_cursor.object([&](QByteArrayView key) {
            if (key == "function" && m_cursor.peek() == Kind::Object)
                m_cursor.object([&](QByteArrayView member) { readFunctionMember(call, member); });
        });
        if (!call.name.isEmpty())
            m_frame.toolCalls.append(call);
    }

    void readFunctionMember(ToolCall &call, QByteArrayView key)
    {
        const Kind kind = m_cursor.peek();
        if (key == "name" && kind == Kind::String)
            call.name = m_cursor.string();
        else if (key == "arguments" && kind == Kind::Object)
            call.arguments = m_cursor.skip().in(m_cursor.text()).toByteArray();
        else if (key == "arguments" && kind == Kind::String)
            call.arguments = m_cursor.string();
    }

    std::optional<qint64> readCount()
    {
        const auto count = json::integer(m_cursor.text(), m_cursor.skip());
        return count && *count >= 0 ? count : std::nullopt;
    }

    Cursor m_cursor;
    OllamaFrame m_frame;
    QByteArray m_doneReason;
};

}

Result<OllamaFrame> readOllamaFrame(QByteArrayView text, int status) { return FrameReader(text).read(status); }

}
