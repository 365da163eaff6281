// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/prober.h"
#include "shared/async/wait.h"
#include "tests/unit/inference/clusterfixture.h"

#include <QCoro/QCoroTask>
#include <QTest>

using namespace moe;
using namespace moe::inference;
using namespace moe::inference::testing;

namespace {

/// Answers probes from a table; what is not in it is a 404. A server that hangs answers when it is stopped.
class FakeTransport final : public ProbeTransport
{
public:
    QHash<QString, QByteArray> answers; // "server/path" → body
    QSet<QString> unreachable;
    QSet<QString> hanging;
    QList<QString> asked;

    Task<QByteArray> get(ServerConfig server, QByteArray path, RequestContext context) override
    {
        return answer(server.name.value(), server.name.value() + QString::fromLatin1(path), std::move(context));
    }
    Task<QByteArray> post(ServerConfig server, QByteArray path, QByteArray body, RequestContext context) override
    {
        return answer(server.name.value(), server.name.value() + QString::fromLatin1(path + body), std::move(context));
    }
    [[nodiscard]] int count(const QString &what) const { return int(asked.count(what)); }

private:
    Task<QByteArray> answer(QString server, QString question, RequestContext context)
    {
        asked.push_back(question);
        CO_TRY_VOID(co_await sleepFor(hanging.contains(server) ? 1h : 0ms, context));
        if (unreachable.contains(server))
            co_return failure(Error::of(ErrorCode::Unavailable, u"refused"_s));
        if (!answers.contains(question))
            co_return failure(Error::of(ErrorCode::NotFound, u"404"_s));
        co_return answers.value(question); // a copy: returning an lvalue would move from it
    }
};

ServerConfig config(const QString &name, ApiType type = ApiType::Ollama)
{
    ServerConfig config;
    config.name = ServerId(name);
    config.url = "http://node";
    config.apiType = type;
    return config;
}

Error timeout() { return Error::timeout(u"late"_s); }
Error refused() { return Error::of(ErrorCode::Unavailable, u"refused"_s); }

/// A prober over a fake network.
struct Bench {
    SystemClock clock;
    FakeTransport transport;
    Dispatcher dispatcher{clock};
    Prober prober;

    explicit Bench(std::chrono::milliseconds interval = 5ms) : prober(clock, transport, dispatcher, settings(interval))
    {
        transport.answers = {
            {u"a/api/version"_s, R"({"version":"0.17.4"})"},
            {u"a/api/tags"_s, R"({"models":[{"name":"m:latest","digest":"d1"},{"name":"n:4b","digest":"d2"}]})"},
            {u"a/api/ps"_s, R"({"models":[{"name":"m:latest","size_vram":5}]})"},
            {u"a/api/show{\"model\":\"m:latest\"}"_s,
             R"({"capabilities":["completion","tools"],
                 "model_info":{"general.architecture":"g","g.context_length":4096}})"},
            {u"o/v1/models"_s, R"({"data":[{"id":"gpt-x"}]})"},
        };
    }
    ~Bench() { QCoro::waitFor(prober.stop()); }
    static ProbeSettings settings(std::chrono::milliseconds interval)
    {
        ProbeSettings settings;
        settings.interval = settings.longestInterval = interval;
        settings.retry = 1ms;
        settings.timeout = 20ms;
        return settings;
    }
    void probe(const QList<ServerConfig> &servers)
    {
        prober.setServers(servers);
        QVERIFY(QCoro::waitFor(prober.firstRound({})));
    }
    [[nodiscard]] const Server &server(qsizetype index) const { return *dispatcher.servers()->at(index); }
};

}

class TestProber : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void planProbesAtItsInterval()
    {
        ProbePlan plan;
        Clock::Steady now(1h);
        QVERIFY(plan.dueAt() <= now);
        QVERIFY(!plan.isReachable());
        plan.noteAnswer(now);
        QVERIFY(plan.isReachable());
        QCOMPARE(plan.dueAt(), now + 10s);
    }

    void planForgivesLateAnswers()
    {
        ProbePlan plan;
        const Clock::Steady now(1h);
        plan.noteAnswer(now);
        for (int i = 0; i < 2; ++i) {
            plan.noteFailure(timeout(), now);
            QVERIFY(plan.isReachable());
            QCOMPARE(plan.dueAt(), now + 1s);
        }
        plan.noteFailure(timeout(), now);
        QVERIFY(!plan.isReachable());
    }

    void planBacksOffFromWhatStaysAway()
    {
        ProbePlan plan;
        const Clock::Steady now(1h);
        plan.noteAnswer(now);
        for (const auto expected : {10s, 10s, 10s, 20s, 40s, 60s, 60s}) {
            plan.noteFailure(refused(), now);
            QVERIFY(!plan.isReachable());
            QCOMPARE(plan.dueAt() - now, Clock::Steady::duration(expected));
        }
        for (int i = 0; i < 100; ++i)
            plan.noteFailure(refused(), now);
        QCOMPARE(plan.dueAt(), now + 60s);
        plan.noteAnswer(now);
        QCOMPARE(plan.dueAt(), now + 10s);
    }

    void planAsksForDetailsOnce()
    {
        ProbePlan plan;
        const ListedModel first{model(u"m"_s), "d1"};
        const ListedModel alias{model(u"m2"_s), "d1"};
        const ListedModel second{model(u"n"_s), "d2"};
        QCOMPARE(plan.withoutDetails({first, alias, second}), QList<ListedModel>({first, second}));
        ModelDetails details;
        details.contextLength = 77;
        plan.noteDetails(first, details);
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(plan.withoutDetails({first, alias, second}), QList<ListedModel>({second}));
            plan.noteNoDetails(second);
        }
        QVERIFY(plan.withoutDetails({first, alias, second}).isEmpty()); // given up
        const auto models = plan.described({first, alias, second});
        QCOMPARE(models[0].contextLength, 77);
        QCOMPARE(models[1].contextLength, 77);
        QCOMPARE(models[1].name, u"m2"_s);
        // New content, a new question; what is gone is forgotten.
        const ListedModel renewed{model(u"m"_s), "d3"};
        QCOMPARE(plan.withoutDetails({renewed}), QList<ListedModel>({renewed}));
        QCOMPARE(plan.withoutDetails({first}), QList<ListedModel>({first}));
    }

    void publishesWhatServersSay()
    {
        Bench bench(1h);
        bench.probe({config(u"a"_s), config(u"o"_s, ApiType::OpenAi)});
        const ServerStatus &ollama = bench.server(0).status;
        QVERIFY(ollama.isReachable);
        QCOMPARE(ollama.version, u"0.17.4"_s);
        QCOMPARE(ollama.models.size(), 2);
        QCOMPARE(ollama.models[0].contextLength, 4096);
        QVERIFY(ollama.models[0].capabilities.tools && ollama.models[0].capabilities.isKnown);
        QVERIFY(!ollama.models[1].capabilities.isKnown); // its question was a 404
        QCOMPARE(ollama.loaded, QList<LoadedModel>({{u"m:latest"_s, 5}}));
        QCOMPARE(bench.server(1).status.models.value(0).name, u"gpt-x"_s);
        QVERIFY(QCoro::waitFor(bench.dispatcher.acquire(ask(u"m"_s), {})));
    }

    void oldServersAreUnderstood()
    {
        Bench bench(1h);
        bench.transport.answers = {{u"a/api/tags"_s, R"({"models":[{"name":"llama2:7b"}]})"}};
        ServerConfig silent = config(u"o"_s, ApiType::OpenAi);
        silent.assignedModels = {u"x"_s};
        bench.probe({config(u"a"_s), silent});
        const ServerStatus &old = bench.server(0).status;
        QVERIFY(old.isReachable && !old.hasEmbedEndpoint && !old.hasStructuredOutput);
        QCOMPARE(old.models.value(0).parametersBillion, 7.0);
        QCOMPARE(bench.server(1).status.models.value(0).name, u"x"_s);
    }

    void lostServersKeepTheirModels()
    {
        Bench bench;
        bench.probe({config(u"a"_s)});
        bench.transport.unreachable = {u"a"_s};
        QTRY_VERIFY(!bench.server(0).status.isReachable);
        QCOMPARE(bench.server(0).status.models.size(), 2);
        QVERIFY(bench.server(0).status.loaded.isEmpty());
        QCOMPARE(QCoro::waitFor(bench.dispatcher.acquire(ask(u"m"_s), {})).error().code, ErrorCode::Unavailable);
        bench.transport.unreachable.clear();
        QTRY_VERIFY(bench.server(0).status.isReachable);
        QCOMPARE(bench.transport.count(u"a/api/show{\"model\":\"m:latest\"}"_s), 1);
        QCOMPARE(bench.transport.count(u"a/api/show{\"model\":\"n:4b\"}"_s), 3);
    }

    void garbageAndSilenceAreNoServers()
    {
        Bench bench;
        bench.transport.answers[u"a/api/tags"_s] = "<html>";
        bench.transport.hanging = {u"o"_s};
        bench.probe({config(u"a"_s), config(u"o"_s, ApiType::OpenAi)});
        QVERIFY(!bench.server(0).status.isReachable);
        QVERIFY(!bench.server(1).status.isReachable);
    }

    void configurationChangesAtOnce()
    {
        Bench bench;
        bench.probe({config(u"a"_s)});
        ServerConfig wider = config(u"a"_s);
        wider.parallel = 7;
        bench.prober.setServers({wider, config(u"o"_s, ApiType::OpenAi)});
        QCOMPARE(bench.server(0).config.parallel, 7);
        QVERIFY(bench.server(0).status.isReachable); // still known
        QVERIFY(QCoro::waitFor(bench.prober.firstRound({})));
        QVERIFY(bench.server(1).status.isReachable);

        bench.prober.setServers({config(u"o"_s, ApiType::OpenAi)});
        QCOMPARE(bench.dispatcher.servers()->size(), 1);
        QCoreApplication::processEvents();
        const int before = bench.transport.count(u"a/api/tags"_s);
        QTRY_VERIFY(bench.transport.count(u"o/v1/models"_s) > 5);
        QCOMPARE(bench.transport.count(u"a/api/tags"_s), before); // nobody asks it any more

        ServerConfig moved = config(u"o"_s, ApiType::OpenAi);
        moved.url = "http://elsewhere";
        bench.prober.setServers({moved});
        QVERIFY(!bench.server(0).status.isReachable); // another machine: nothing is known of it
    }

    void stopsWhileAServerHangs()
    {
        Bench bench(1h);
        bench.transport.hanging = {u"a"_s};
        bench.prober.setServers({config(u"a"_s)});
        std::stop_source impatient;
        RequestContext context;
        context.stop = impatient.get_token();
        auto round = bench.prober.firstRound(context);
        impatient.request_stop();
        QCOMPARE(QCoro::waitFor(std::move(round)).error().code, ErrorCode::Cancelled);
        auto other = bench.prober.firstRound({});
        QCoro::waitFor(bench.prober.stop());
        QCOMPARE(QCoro::waitFor(std::move(other)).error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestProber)
#include "tst_prober.moc"
