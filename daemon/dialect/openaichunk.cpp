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
        if (key == "choices") {
            m_view.hasChoices = is(Kind::Array);
            if (m_view.hasChoices)
                m_cursor.array([this] { visitChoice(); });
        } else if (key == "data") {
            m_view.hasData = is(Kind::Array);
        } else if (key == "usage") {
            if (is(Kind::Object))
                visitUsage();
        } else if (key == "error") {
            if (!m_cursor.isNull()) {
                m_view.isError = true;
                m_view.error = m_cursor.skip();
            }
        } else if (key == "object" && is(Kind::String)) {
            m_view.isError |= m_cursor.skip().in(m_cursor.text()) == "\"error\"";
        }
    }

    void visitChoice()
    {
        const bool isFirst = m_choices++ == 0;
        if (!is(Kind::Object))
            return;
        m_cursor.object([this, isFirst](QByteArrayView key) {
            if (key == "delta" || key == "message") {
                if (is(Kind::Object))
                    visitDelta(isFirst);
            } else if (key == "finish_reason") {
                if (is(Kind::String))
                    visitFinishReason();
            } else if (isFirst && key == "text" && is(Kind::String)) {
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
            if (key == "tool_calls") {
                if (is(Kind::Array))
                    visitToolCalls(isFirst);
            } else if (isFirst && key == "content") {
                if (is(Kind::String))
                    m_view.content = m_cursor.skip();
            } else if (isFirst && (key == "reasoning_content" || key == "reasoning") && is(Kind::String)) {
                m_view.reasoning = m_cursor.skip();
            }
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

    bool is(Kind kind) { return m_cursor.peek() == kind; }

    Cursor m_cursor;
    ChunkView m_view;
    int m_choices = 0;
};

}

Result<ChunkView> inspectChunk(QByteArrayView text) { return ChunkInspector(text).inspect(); }

}
