// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/worker/workermain.h"
#include "daemon/tools/worker/workerpool.h"
#include "shared/async/wait.h"
#include "tests/unit/tools/workerengines.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QTest>
#include <QTimer>

#include <csignal>
#include <sys/wait.h>

using namespace moe;
using namespace moe::tools;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

Result<QByteArray> runIn(WorkerPool &pool, const QByteArray &engine, const QByteArray &payload = {},
                         const RequestContext &context = {})
{
    return QCoro::waitFor(pool.run(engine, payload, context));
}

QString reasonOf(const Result<QByteArray> &result) { return result ? u"none"_s : result.error().reason; }

RequestContext ofUser(qint64 user)
{
    RequestContext context;
    context.principal.user = UserId(user);
    return context;
}

qsizetype openDescriptors()
{
    return QDir(u"/proc/self/fd"_s).entryList(QDir::NoDotAndDotDot | QDir::AllEntries).size();
}

/// None that lives, none that waits to be reaped.
bool hasChildren() { return waitpid(-1, nullptr, WNOHANG) >= 0; }

QByteArray frameOf(quint32 size, const QByteArray &content)
{
    return framed(QByteArray(qsizetype(size), 'x')).first(frameHeadSize) + content;
}

}

/// The pool with workers that fail in all ways: this program itself, with engines made for that.
class WorkerPoolTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup();
    void jobsAreDone();
    void errorsOfEnginesArrive();
    void workersAreKept();
    void nothingIsWithinReach_data();
    void nothingIsWithinReach();
    void workersInheritNothing();
    void memoryIsBounded();
    void slowJobsEnd();
    void jobsAreCancelled();
    void failuresAreReplaced_data();
    void failuresAreReplaced();
    void killedWorkersAreReplaced();
    void oldWorkersAreReplaced();
    void manyCallersAtOnce();
    void aSlowUserDelaysNobodyElse();
    void tooManyAreRefused();
    void failingStartsBackOff_data();
    void failingStartsBackOff();
    void destructionEndsAll();
    void repliesAreChecked();
};

void WorkerPoolTest::cleanup() { QVERIFY(!hasChildren()); }

void WorkerPoolTest::jobsAreDone()
{
    WorkerPool pool({});
    QVERIFY(!hasChildren()); // nobody needed one yet
    QCOMPARE(runIn(pool, "echo", "1+1").value_or("failed"), "1+1");
    QCOMPARE(runIn(pool, "echo", QByteArray(100'000, 'y')).value_or("failed").size(), 100'000);
    QCOMPARE(runIn(pool, "echo", QByteArray("a\0b", 3)).value_or("failed"), QByteArray("a\0b", 3));
    QCOMPARE(runIn(pool, "echo").value_or("failed"), QByteArray());
}

void WorkerPoolTest::errorsOfEnginesArrive()
{
    WorkerPool pool({});
    const auto refused = runIn(pool, "refuse", "Größe");
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidRequest);
    QCOMPARE(refused.error().message, u"Größe"_s);
    QCOMPARE(refused.error().reason, u"of_the_engine"_s);
    QCOMPARE(reasonOf(runIn(pool, "throw")), u"too_hard"_s);
    QCOMPARE(reasonOf(runIn(pool, "large")), u"result_too_large"_s);
    QCOMPARE(runIn(pool, "nobody").error().code, ErrorCode::Internal);
}

void WorkerPoolTest::workersAreKept()
{
    WorkerPool pool({.workers = 1});
    const auto first = runIn(pool, "processId");
    QVERIFY(first && *first != QByteArray::number(getpid()));
    (void)runIn(pool, "refuse");
    QCOMPARE(runIn(pool, "processId").value_or("failed"), *first);
}

void WorkerPoolTest::nothingIsWithinReach_data()
{
    QTest::addColumn<QByteArray>("how");
    for (const char *how : {"open", "create", "stat", "socket", "fork", "exec", "kill", "code", "limits"})
        QTest::newRow(how) << QByteArray(how);
}

void WorkerPoolTest::nothingIsWithinReach()
{
    QFETCH(const QByteArray, how);
    WorkerPool pool({});
    QCOMPARE(runIn(pool, "escape", how).value_or("failed"), "EPERM");
}

void WorkerPoolTest::workersInheritNothing()
{
    WorkerPool pool({});
    QCOMPARE(runIn(pool, "descriptors").value_or("failed"), "0 1 2 3 ");
    QCOMPARE(runIn(pool, "environment").value_or("failed"), QByteArray());
}

void WorkerPoolTest::memoryIsBounded()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("Sanitizers need the address space");
#endif
    WorkerPool pool({});
    QCOMPARE(reasonOf(runIn(pool, "allocate")), u"too_hard"_s);
    QCOMPARE(runIn(pool, "echo", "still there").value_or("failed"), "still there");
}

void WorkerPoolTest::slowJobsEnd()
{
    WorkerPool pool({.longestJob = 200ms});
    QElapsedTimer timer;
    timer.start();
    const auto slow = runIn(pool, "hang");
    QVERIFY(!slow);
    QCOMPARE(slow.error().code, ErrorCode::Timeout);
    QCOMPARE(slow.error().reason, u"too_slow"_s);
    QVERIFY(timer.elapsed() >= 200);
    RequestContext hurried;
    hurried.deadline = std::chrono::steady_clock::now() - 1ms;
    QCOMPARE(reasonOf(runIn(pool, "echo", "x", hurried)), u"too_slow"_s);
}

void WorkerPoolTest::jobsAreCancelled()
{
    WorkerPool pool({.longestJob = 1h});
    std::stop_source stop;
    RequestContext context;
    context.stop = stop.get_token();
    QTimer::singleShot(50, this, [&stop] { stop.request_stop(); });
    QCOMPARE(runIn(pool, "hang", {}, context).error().code, ErrorCode::Cancelled);
    QCOMPARE(runIn(pool, "echo", {}, context).error().code, ErrorCode::Cancelled); // and before it begins
    QCOMPARE(runIn(pool, "echo", "next").value_or("failed"), "next");
}

void WorkerPoolTest::failuresAreReplaced_data()
{
    QTest::addColumn<QByteArray>("engine");
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("ends") << QByteArray("end") << QByteArray();
    QTest::newRow("ends in a head") << QByteArray("write") << QByteArray("\1\0", 2);
    QTest::newRow("ends in a frame") << QByteArray("write") << frameOf(100, "only this");
    QTest::newRow("garbage") << QByteArray("write") << frameOf(4, "????");
    QTest::newRow("empty reply") << QByteArray("write") << frameOf(0, {});
    QTest::newRow("huge frame") << QByteArray("write") << QByteArray("\xff\xff\xff\xff", 4);
}

void WorkerPoolTest::failuresAreReplaced()
{
    QFETCH(const QByteArray, engine);
    QFETCH(const QByteArray, payload);
    WorkerPool pool({.workers = 1});
    for (int i = 0; i < 3; ++i) {
        const auto failed = runIn(pool, engine, payload);
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::Internal);
        QCOMPARE(failed.error().reason, u"worker_failed"_s);
        QCOMPARE(runIn(pool, "echo", "next").value_or("failed"), "next");
    }
}

void WorkerPoolTest::killedWorkersAreReplaced()
{
    WorkerPool pool({.workers = 1});
    for (int i = 0; i < 3; ++i) {
        const auto pid = runIn(pool, "processId");
        QVERIFY(pid);
        QCOMPARE(kill(pid->toInt(), SIGKILL), 0);
        siginfo_t info{};
        QCOMPARE(waitid(P_PID, id_t(pid->toInt()), &info, WEXITED | WNOWAIT), 0);
        const auto next = runIn(pool, "processId");
        QVERIFY(next && *next != *pid);
    }
}

void WorkerPoolTest::oldWorkersAreReplaced()
{
    WorkerPool pool({.workers = 1, .jobsPerWorker = 2});
    const auto first = runIn(pool, "processId");
    QCOMPARE(runIn(pool, "processId").value_or("failed"), first.value_or("none"));
    const auto third = runIn(pool, "processId");
    QVERIFY(third && *third != first.value_or("none"));
}

void WorkerPoolTest::manyCallersAtOnce()
{
    const qsizetype before = openDescriptors();
    {
        WorkerPool pool({.workers = 3, .longestJob = 60s});
        std::vector<Task<QByteArray>> tasks;
        for (int i = 0; i < 200; ++i)
            tasks.push_back(pool.run(i % 20 == 7 ? "end" : "echo", QByteArray::number(i), ofUser(i % 5)));
        const auto results = QCoro::waitFor(whenAll(std::move(tasks)));
        for (int i = 0; i < 200; ++i)
            QCOMPARE(results[size_t(i)].value_or("failed"), i % 20 == 7 ? "failed" : QByteArray::number(i));
    }
    QCOMPARE(openDescriptors(), before);
}

void WorkerPoolTest::aSlowUserDelaysNobodyElse()
{
    WorkerPool pool({.workers = 2, .longestJob = 1h});
    std::stop_source stop;
    RequestContext slow = ofUser(1);
    slow.stop = stop.get_token();
    std::vector<Task<QByteArray>> hanging;
    for (int i = 0; i < 10; ++i)
        hanging.push_back(pool.run("hang", {}, slow));
    for (int i = 0; i < 10; ++i)
        QCOMPARE(runIn(pool, "echo", "quick", ofUser(2)).value_or("failed"), "quick");
    stop.request_stop();
    for (const auto &result : QCoro::waitFor(whenAll(std::move(hanging))))
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
}

void WorkerPoolTest::tooManyAreRefused()
{
    std::vector<Task<QByteArray>> hanging;
    {
        WorkerPool pool({.workers = 1, .longestQueue = 4, .longestJob = 1h});
        for (int i = 0; i < 4; ++i)
            hanging.push_back(pool.run("hang", {}, ofUser(1)));
        // One of them may have been taken already; half of the places are theirs.
        const auto refused = runIn(pool, "echo", {}, ofUser(1));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unavailable);
        QCOMPARE(refused.error().reason, u"tools_busy"_s);
        QVERIFY(refused.error().retryAfter);
    }
    for (const auto &result : QCoro::waitFor(whenAll(std::move(hanging))))
        QCOMPARE(result.error().code, ErrorCode::Unavailable);
}

void WorkerPoolTest::failingStartsBackOff_data()
{
    QTest::addColumn<QByteArray>("program");
    QTest::newRow("is not there") << QByteArray("/nonexistent/program");
    QTest::newRow("ends at once") << QByteArray("/bin/false");
    QTest::newRow("says something else") << QByteArray("/bin/sh");
}

void WorkerPoolTest::failingStartsBackOff()
{
    QFETCH(const QByteArray, program);
    const QByteArrayList arguments
        = program == "/bin/sh" ? QByteArrayList{"-c", "echo surprise >&3; exec sleep 60"} : QByteArrayList{};
    WorkerPool pool({.command = {program, arguments}, .workers = 1, .firstPause = 1h, .longestPause = 1h});
    const auto first = runIn(pool, "echo");
    QVERIFY(!first);
    QCOMPARE(first.error().code, ErrorCode::Unavailable);
    QCOMPARE(first.error().reason, u"tools_unavailable"_s);
    const auto second = runIn(pool, "echo");
    QCOMPARE(reasonOf(second), u"tools_unavailable"_s);
    QVERIFY(second.error().message != first.error().message); // not tried again
}

void WorkerPoolTest::destructionEndsAll()
{
    const qsizetype before = openDescriptors();
    std::vector<Task<QByteArray>> tasks;
    {
        WorkerPool pool({.longestJob = 1h});
        for (int i = 0; i < 20; ++i)
            tasks.push_back(pool.run("hang", {}, ofUser(i)));
    }
    QVERIFY(!hasChildren());
    QCOMPARE(openDescriptors(), before);
    for (const auto &result : QCoro::waitFor(whenAll(std::move(tasks))))
        QCOMPARE(result.error().code, ErrorCode::Unavailable);
}

void WorkerPoolTest::repliesAreChecked()
{
    QVERIFY(!decodeReply({}));
    QVERIFY(!decodeReply(QByteArray(3, '\xff')));
    const QByteArray good = encodeReply(QByteArray("value"));
    QCOMPARE(decodeReply(good)->value_or("failed"), "value");
    for (qsizetype i = 0; i < good.size(); ++i)
        QVERIFY(!decodeReply(good.first(i)));
    QVERIFY(!decodeReply(good + 'x'));
    QByteArray unknownCode = encodeReply(failure(Error::internal(u"m"_s)));
    unknownCode.back() = '\x7f';
    QVERIFY(!decodeReply(unknownCode));
    QVERIFY(!decodeJob(encodeJob({"engine", "payload"}).chopped(1)));
}

int main(int argc, char **argv)
{
    if (isWorkerCall(argc, argv))
        return workerMain(test::faultyEngines());
    QCoreApplication application(argc, argv);
    WorkerPoolTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_workerpool.moc"
