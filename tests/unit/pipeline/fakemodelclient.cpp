// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/pipeline/fakemodelclient.h"

#include "shared/async/completion.h"
#include "shared/async/wait.h"
#include "shared/wire/jsonscan.h"

using namespace std::chrono_literals;

namespace moe::test {

namespace {

/// Counts a call as open as long as it lives.
class OpenCall
{
public:
    explicit OpenCall(std::shared_ptr<int> count) : m_count(std::move(count)) { ++*m_count; }
    OpenCall(const OpenCall &) = delete;
    OpenCall &operator=(const OpenCall &) = delete;
    ~OpenCall() { --*m_count; }

private:
    std::shared_ptr<int> m_count;
};

Task<void> waitTurns(int turns, RequestContext context)
{
    for (int i = 0; i < turns; ++i) {
        const Completion<bool> done;
        Mailbox::current()->post([done] { done.complete(true); });
        co_await done;
        if (context.isStopped())
            co_return failure(Error::cancelled());
    }
    co_return Result<void>();
}

QByteArray textChunk(const QByteArray &text)
{
    return R"({"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":)" + json::quoted(text)
        + R"(},"finish_reason":null}]})";
}

QByteArray endChunk(const Answer &answer)
{
    QByteArray chunk = R"({"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":")"
        + answer.finishReason + R"("}])";
    if (answer.usage) {
        chunk += R"(,"usage":{"prompt_tokens":)" + QByteArray::number(answer.usage->promptTokens)
            + R"(,"completion_tokens":)" + QByteArray::number(answer.usage->completionTokens) + '}';
    }
    return chunk + '}';
}

class FakeStream final : public inference::ChatStream
{
public:
    FakeStream(Answer answer, std::unique_ptr<OpenCall> open, std::shared_ptr<int> pauses, RequestContext context)
        : m_answer(std::move(answer))
        , m_open(std::move(open))
        , m_pauses(std::move(pauses))
        , m_context(std::move(context))
    {
        m_info.server = ServerId(QStringLiteral("N1"));
        m_info.queueWait = 5us;
    }

    Channel<inference::ChatEvent>::Awaiter next() override
    {
        m_step.emplace(step());
        return m_events.next();
    }
    void setPaused(bool isPaused) override { *m_pauses += isPaused ? 1 : 0; }
    const inference::CallInfo &info() const override { return m_info; }

private:
    // Brings the next event, or the end. That resumes the reader, who may drop this stream: it comes last.
    QCoro::Task<> step()
    {
        auto result = co_await take();
        if (!result)
            m_events.fail(std::move(result).error());
        else if (*result)
            m_events.push(**std::move(result));
        else
            m_events.finish();
    }

    Task<std::optional<inference::ChatEvent>> take()
    {
        CO_TRY_VOID(co_await waitTurns(m_answer.turns, m_context));
        if (m_context.isStopped())
            co_return failure(Error::cancelled());
        if (m_at < m_answer.pieces.size())
            co_return inference::ChatEvent{textChunk(m_answer.pieces[m_at++])};
        if (const QByteArray raw = std::exchange(m_answer.rawChunk, {}); !raw.isEmpty())
            co_return inference::ChatEvent{raw};
        if (m_answer.isEndless) {
            CO_TRY_VOID(co_await sleepFor(1h, m_context));
        }
        if (m_answer.error)
            co_return failure(*m_answer.error);
        if (!std::exchange(m_isEnded, true))
            co_return inference::ChatEvent{endChunk(m_answer)};
        co_return std::optional<inference::ChatEvent>();
    }

    Answer m_answer;
    std::unique_ptr<OpenCall> m_open;
    std::shared_ptr<int> m_pauses;
    RequestContext m_context;
    inference::CallInfo m_info;
    Channel<inference::ChatEvent> m_events;
    std::optional<QCoro::Task<>> m_step;
    qsizetype m_at = 0;
    bool m_isEnded = false;
};

QString callerOf(const inference::ChatCall &call)
{
    if (call.body.contains("You split a user's request"))
        return QStringLiteral("planner");
    if (call.body.contains("You write the final answer"))
        return QStringLiteral("merger");
    return call.model;
}

}

QList<SeenCall> FakeModelClient::callsTo(const QString &who) const
{
    QList<SeenCall> found;
    std::ranges::copy_if(m_calls, std::back_inserter(found), [&who](const SeenCall &call) { return call.who == who; });
    return found;
}

QStringList FakeModelClient::callers() const
{
    QStringList names;
    for (const SeenCall &call : m_calls)
        names.append(call.who);
    return names;
}

Answer FakeModelClient::nextAnswer(const QString &who)
{
    const QList<Answer> answers = m_script.value(who);
    if (answers.isEmpty())
        return Answer::refusal(ErrorCode::NotFound);
    return answers[std::min(qsizetype(m_answered[who]++), answers.size() - 1)];
}

Task<std::shared_ptr<inference::ChatStream>> FakeModelClient::streamChat(inference::ChatCall call,
                                                                         RequestContext context)
{
    const QString who = callerOf(call);
    m_calls.append({who, call.model, call.body});
    const Answer answer = nextAnswer(who);
    auto open = std::make_unique<OpenCall>(m_open);
    m_mostOpen = std::max(m_mostOpen, *m_open);
    CO_TRY_VOID(co_await waitTurns(answer.turns, context));
    if (context.isStopped())
        co_return failure(Error::cancelled());
    if (answer.isRefused)
        co_return failure(*answer.error);
    if (answer.isEndless && answer.pieces.isEmpty()) {
        CO_TRY_VOID(co_await sleepFor(1h, context)); // not even the first event
    }
    co_return std::make_shared<FakeStream>(answer, std::move(open), m_pauses, context);
}

Task<inference::ChatAnswer> FakeModelClient::completeChat(inference::ChatCall, RequestContext)
{
    co_return failure(Error::internal(QStringLiteral("the pipeline streams")));
}

Task<inference::EmbeddingAnswer> FakeModelClient::embed(inference::ChatCall, RequestContext)
{
    co_return failure(Error::internal(QStringLiteral("not part of this test")));
}

Task<inference::ChatAnswer> FakeModelClient::completeText(inference::ChatCall, RequestContext)
{
    co_return failure(Error::internal(QStringLiteral("not part of this test")));
}

Task<std::shared_ptr<inference::ChatStream>> FakeModelClient::streamText(inference::ChatCall, RequestContext)
{
    co_return failure(Error::internal(QStringLiteral("not part of this test")));
}

}
