// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/openaichunk.h"

#include "shared/wire/jsonscan.h"

namespace moe::dialect {

using json::Cursor;
using json::Kind;
using json::Span;

namespace {

class ChunkInspector
{
public:
    explicit ChunkInspector(QByteArrayView text) : m_cursor(text) { }

    Result<ChunkView> inspect()
    {
        m_cursor.object([this](QByteArrayView key) { visitMember(key); });
        if (!m_cursor.finish())
            return failure(Error::of(ErrorCode::BadGateway, QStringLiteral("The upstream sent something unreadable.")));
        return m_view;
    }

private:
    void visitMember(QByteArrayView key)
    {
        const Kind kind = m_cursor.peek();
        if (key == "choices") {
            m_view.hasChoices = kind == Kind::Array;
            if (m_view.hasChoices)
                m_cursor.array([this] { visitChoice(); });
        } else if (key == "data") {
            m_view.hasData = kind == Kind::Array;
        } else if (key == "usage" && kind == Kind::Object) {
            visitUsage();
        } else if (key == "error" && kind != Kind::Null) {
            m_view.isError = true;
            m_view.error = m_cursor.skip();
        } else if (key == "object" && kind == Kind::String) {
            m_view.isError |= m_cursor.skip().in(m_cursor.text()) == "\"error\"";
        }
    }

    void visitChoice()
    {
        const bool isFirst = m_choices++ == 0;
        if (m_cursor.peek() != Kind::Object)
            return;
        m_cursor.object([this, isFirst](QByteArrayView key) {
            const Kind kind = m_cursor.peek();
            if (key == "finish_reason" && kind == Kind::String) {
                visitFinishReason();
            } else if ((key == "delta" || key == "message") && kind == Kind::Object) {
                visitDelta(isFirst);
            } else if (key == "text" && kind == Kind::String && isFirst) {
                m_view.content = m_cursor.skip();
            }
        });
    }

    // Some servers say "" where others say null.
    void visitFinishReason()
    {
        const Span reason = m_cursor.skip();
        if (!ChunkView::hasText(reason))
            return;
        ++m_view.finishedChoices;
        if (!m_view.finishReason)
            m_view.finishReason = reason;
    }

    void visitDelta(bool isFirst)
    {
        m_cursor.object([this, isFirst](QByteArrayView key) {
            const Kind kind = m_cursor.peek();
            if (key == "tool_calls" && kind == Kind::Array)
                visitToolCalls(isFirst);
            else if (isFirst && kind == Kind::String && key == "content")
                m_view.content = m_cursor.skip();
            else if (isFirst && kind == Kind::String && (key == "reasoning_content" || key == "reasoning"))
                m_view.reasoning = m_cursor.skip();
        });
    }

    void visitToolCalls(bool isFirst)
    {
        bool isEmpty = true;
        const Span calls = m_cursor.array([&isEmpty] { isEmpty = false; });
        m_view.hasToolCalls |= !isEmpty;
        if (isFirst && !isEmpty)
            m_view.toolCalls = calls;
    }

    void visitUsage()
    {
        Usage usage;
        m_cursor.object([&](QByteArrayView key) {
            if (key == "prompt_tokens")
                usage.promptTokens = count();
            else if (key == "completion_tokens")
                usage.completionTokens = count();
        });
        m_view.usage = usage;
    }

    // A negative number of tokens would be money given back.
    qint64 count() { return std::max<qint64>(0, json::integer(m_cursor.text(), m_cursor.skip()).value_or(0)); }

    Cursor m_cursor;
    ChunkView m_view;
    int m_choices = 0;
};

}

Result<ChunkView> inspectChunk(QByteArrayView text) { return ChunkInspector(text).inspect(); }

}
