// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/worker/jobqueue.h"
#include "shared/async/task.h"

#include <QTest>

using namespace moe;
using namespace moe::tools;

namespace {

QCoro::Task<Error> errorOf(Completion<Result<QByteArray>> done)
{
    const Result<QByteArray> result = co_await done;
    co_return result ? Error() : result.error();
}

QueuedJob jobOf(qint64 user, qsizetype bytes, std::stop_token stop = {}, Clock::Steady deadline = Clock::Steady::max())
{
    return {{"engine", QByteArray(bytes, 'x')}, UserId(user), std::move(stop), deadline, Mailbox::current(), {}};
}

}

/// Who waits, and how much of it there may be. Times are given, nothing is waited for.
class JobQueueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nobodyHasMoreThanHalfOfTheBytes();
    void nobodyHasMoreThanHalfOfThePlaces();
    void nobodyHasTheLastWorker();
    void theAbandonedMakePlace();
    void nothingIsAddedOnceClosed();
};

void JobQueueTest::nobodyHasMoreThanHalfOfTheBytes()
{
    JobQueue queue(2, 100, 1000);
    QueuedJob large = jobOf(1, 501);
    QVERIFY(!queue.add(large));
    QCOMPARE(large.size(), 501); // left as it was
    for (const auto &[user, bytes, isAdded] :
         {std::tuple{1, 300, true}, {1, 300, false}, {1, 200, true}, {2, 500, true}, {2, 1, false}, {3, 1, false}}) {
        QueuedJob job = jobOf(user, bytes);
        QCOMPARE(queue.add(job), isAdded);
    }
    QVERIFY(queue.take({}));
    QueuedJob small = jobOf(3, 1);
    QVERIFY(queue.add(small)); // what is worked on does not wait
}

void JobQueueTest::nobodyHasMoreThanHalfOfThePlaces()
{
    JobQueue queue(2, 4, 1000);
    for (const auto &[user, isAdded] : {std::pair{1, true}, {1, true}, {1, false}, {2, true}, {3, true}, {4, false}}) {
        QueuedJob job = jobOf(user, 1);
        QCOMPARE(queue.add(job), isAdded);
    }
}

void JobQueueTest::nobodyHasTheLastWorker()
{
    JobQueue queue(2, 10, 1000);
    for (const int user : {1, 1, 2}) {
        QueuedJob job = jobOf(user, user);
        QVERIFY(queue.add(job));
    }
    QCOMPARE(queue.take({})->user, UserId(1));
    QCOMPARE(queue.take({})->user, UserId(2)); // before the other of the first
    queue.release(UserId(1));
    QCOMPARE(queue.take({})->user, UserId(1));
}

void JobQueueTest::theAbandonedMakePlace()
{
    JobQueue queue(2, 4, 1000);
    std::stop_source stop;
    QueuedJob stopped = jobOf(1, 100, stop.get_token());
    QueuedJob late = jobOf(1, 100, {}, std::chrono::steady_clock::now());
    const auto stoppedDone = stopped.done;
    const auto lateDone = late.done;
    QVERIFY(queue.add(stopped));
    QVERIFY(queue.add(late));
    stop.request_stop();
    QueuedJob next = jobOf(1, 400);
    QVERIFY(queue.add(next));
    QCOMPARE(QCoro::waitFor(errorOf(stoppedDone)).code, ErrorCode::Cancelled);
    QCOMPARE(QCoro::waitFor(errorOf(lateDone)).reason, QStringLiteral("too_slow"));
    QCOMPARE(queue.take({})->size(), 400);
}

void JobQueueTest::nothingIsAddedOnceClosed()
{
    JobQueue queue(2, 4, 1000);
    QueuedJob job = jobOf(1, 1);
    QVERIFY(queue.add(job));
    QCOMPARE(queue.close().size(), 1U);
    QueuedJob other = jobOf(2, 1);
    QVERIFY(!queue.add(other));
}

QTEST_GUILESS_MAIN(JobQueueTest)
#include "tst_jobqueue.moc"
