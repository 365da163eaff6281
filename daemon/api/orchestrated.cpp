// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/orchestrated.h"

#include "daemon/api/nativecall.h"
#include "daemon/dialect/openaibuilder.h"
#include "shared/wire/jsonscan.h"

using namespace Qt::StringLiterals;

namespace moe::api {

namespace {

/// The answer as a stream of chunks: progress inside `<think>`, then the text.
class StreamSink final : public pipeline::AnswerSink
{
public:
    StreamSink(ExchangePtr exchange, const dialect::AnswerHead &head, bool wantsUsage, telemetry::Metrics &metrics)
        : m_exchange(std::move(exchange))
        , m_builder(head, wantsUsage ? dialect::StreamUsage::Shown : dialect::StreamUsage::Hidden)
        , m_metrics(metrics)
    {
        m_exchange->beginStream();
        m_exchange->sendData(m_builder.role());
    }

    void progress(const QString &line) override
    {
        const QByteArray text = (m_isThinking ? QByteArray() : "<think>\n"_ba) + line.toUtf8() + '\n';
        m_isThinking = true;
        m_exchange->sendData(m_builder.content(text));
    }
    void content(QByteArrayView text) override
    {
        endThinking();
        if (!std::exchange(m_hasContent, true)) {
            m_metrics.timeToFirstToken.observe(telemetry::Route::ChatCompletions,
                                               std::chrono::duration_cast<std::chrono::microseconds>(
                                                   std::chrono::steady_clock::now() - m_exchange->startedAt()));
        }
        // A chunk is JSON, so a character that is not complete yet waits for its rest.
        m_rest.append(text);
        const qsizetype whole = wholeCharacters(m_rest);
        if (whole > 0)
            m_exchange->sendData(m_builder.content(QByteArrayView(m_rest).first(whole)));
        m_rest.remove(0, whole);
    }
    bool isCongested() const override { return m_exchange->isCongested(); }
    Task<void> drained(RequestContext context) override { co_return co_await m_exchange->drained(std::move(context)); }

    void finish(QByteArrayView reason, const Usage &usage, bool wantsUsage)
    {
        endThinking();
        if (!m_rest.isEmpty())
            m_exchange->sendData(m_builder.content("\xEF\xBF\xBD"));
        m_exchange->sendData(m_builder.finish(reason));
        if (wantsUsage)
            m_exchange->sendData(m_builder.usage(usage));
        m_exchange->endStream("[DONE]");
    }

private:
    void endThinking()
    {
        if (std::exchange(m_isThinking, false))
            m_exchange->sendData(m_builder.content("</think>\n\n"));
    }
    /// How many bytes of `text` are whole characters of UTF-8.
    static qsizetype wholeCharacters(QByteArrayView text)
    {
        for (qsizetype back = 1; back <= std::min<qsizetype>(text.size(), 4); ++back) {
            const auto byte = static_cast<unsigned char>(text[text.size() - back]);
            if ((byte & 0xC0) == 0x80)
                continue;
            const qsizetype wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
            return back < wanted ? text.size() - back : text.size();
        }
        return text.size();
    }

    const ExchangePtr m_exchange;
    const dialect::ChunkBuilder m_builder;
    telemetry::Metrics &m_metrics;
    QByteArray m_rest;
    bool m_isThinking = false;
    bool m_hasContent = false;
};

/// The answer in one piece.
class WholeSink final : public pipeline::AnswerSink
{
public:
    void progress(const QString &) override { }
    void content(QByteArrayView text) override { m_text.append(text); }
    bool isCongested() const override { return false; }
    Task<void> drained(RequestContext) override { co_return {}; }

    [[nodiscard]] const QByteArray &text() const { return m_text; }

private:
    QByteArray m_text;
};

QByteArray jsonList(const QStringList &texts)
{
    QByteArrayList quoted;
    for (const QString &text : texts)
        quoted.append(json::quoted(text.toUtf8()));
    return '[' + quoted.join(',') + ']';
}

QByteArray number(std::chrono::microseconds duration)
{
    return QByteArray::number(double(duration.count()) / 1000.0, 'f', 1);
}

QStringList categoriesOf(const pipeline::OrchestrationResult &result)
{
    QStringList categories;
    for (const pipeline::PlanTask &task : result.state.plan)
        categories.append(experts::categoryName(task.category));
    categories.removeDuplicates();
    return categories;
}

/// What a caller may know of how the answer came about: no texts, no addresses.
QByteArray metadata(const RequestContext &context, const pipeline::OrchestrationResult &result)
{
    QByteArrayList plan;
    for (const pipeline::PlanTask &task : result.state.plan)
        plan.append(R"({"task":)" + json::quoted(task.task) + R"(,"category":)"
                    + json::quoted(QByteArray(experts::categoryName(task.category).data())) + '}');
    QByteArrayList nodes;
    for (const NodeTrace &node : result.trace.nodes)
        nodes.append(R"({"node":)" + json::quoted(node.node.toUtf8()) + R"(,"ms":)" + number(node.duration)
                     + R"(,"outcome":)" + json::quoted(node.outcome.toUtf8()) + '}');
    QByteArrayList calls;
    for (const ModelCallTrace &call : result.trace.calls)
        calls.append(R"({"node":)" + json::quoted(call.node.toUtf8()) + R"(,"purpose":)"
                     + json::quoted(call.purpose.toUtf8()) + R"(,"model":)" + json::quoted(call.model.toUtf8())
                     + R"(,"server":)" + json::quoted(call.server.value().toUtf8()) + R"(,"ms":)"
                     + number(call.duration) + R"(,"prompt_tokens":)" + QByteArray::number(call.usage.promptTokens)
                     + R"(,"completion_tokens":)" + QByteArray::number(call.usage.completionTokens) + '}');
    return R"({"trace_id":)" + json::quoted(context.requestId) + R"(,"plan":[)" + plan.join(',') + R"(],"experts":)"
        + jsonList(result.state.expertModelsUsed) + R"(,"nodes":[)" + nodes.join(',') + R"(],"usage_breakdown":[)"
        + calls.join(',') + R"(],"degraded":)" + jsonList(result.state.degraded) + '}';
}

}

Task<http::HttpReply> orchestrated(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                   pipeline::Mode mode, dialect::ChatRequestView view, RequestContext context)
{
    CO_TRY_VOID(admission->demandMode(mode));
    if (view.choiceCount > 1)
        co_return failure(Error::invalid(u"The orchestrator gives one answer at a time: \"n\" has to be 1."_s, u"n"_s,
                                         u"unsupported_parameter"_s));
    CO_TRY(pipeline::ChatRequest chat, co_await parseBody(exchange->request().body, &pipeline::ChatRequest::parse));
    // The last chance for a real status: nothing has been sent yet.
    CO_TRY_VOID(services->orchestrator.ready());

    const auto now = services->clock.system().time_since_epoch();
    const dialect::AnswerHead head{dialect::newCompletionId(),
                                   std::chrono::duration_cast<std::chrono::seconds>(now).count(), view.model};
    pipeline::OrchestrationRequest request{std::move(chat), mode, QString::fromLatin1(head.id), &admission->models()};
    CO_TRY_VOID(admission->reserveAnswer(services->orchestrator.leastPrompt(request), exchange->request().body));

    if (!view.isStream) {
        const auto sink = std::make_shared<WholeSink>();
        CO_TRY(const pipeline::OrchestrationResult result,
               co_await services->orchestrator.run(std::move(request), sink, context));
        admission->noteExperts(categoriesOf(result));
        dialect::ChatChoice choice;
        choice.content = sink->text();
        choice.finishReason = result.state.finishReason;
        QByteArray body = dialect::chatCompletion(head, {choice}, result.state.usage);
        body.chop(1);
        co_return http::HttpReply::json(body + R"(,"moe":)" + metadata(context, result) + '}');
    }

    const StreamKeeper keeper(*exchange, services->metrics);
    const auto sink = std::make_shared<StreamSink>(exchange, head, view.wantsUsage, services->metrics);
    auto result = co_await services->orchestrator.run(std::move(request), sink, context);
    if (!result)
        co_return endFailedStream(*exchange, std::move(result).error());
    admission->noteExperts(categoriesOf(*result));
    sink->finish(result->state.finishReason, result->state.usage, view.wantsUsage);
    co_return http::HttpReply::streamed();
}

}
