// SPDX-License-Identifier: Apache-2.0
#include "shared/async/blockingqueue.h"
#include "shared/async/channel.h"
#include "shared/async/completion.h"
#include "shared/async/mailbox.h"
#include "shared/async/offload.h"
#include "shared/async/runon.h"
#include "shared/async/taskscope.h"
#include "shared/async/wait.h"

#include <QTest>
#include <QThread>

#include <atomic>
#include <thread>

using namespace moe;
using namespace std::chrono_literals;

namespace {

Task<int> addLater(int a, int b, RequestContext context)
{
    CO_TRY_VOID(co_await sleepFor(1ms, context));
    co_return a + b;
}

Task<int> failLater(RequestContext context)
{
    CO_TRY_VOID(co_await sleepFor(1ms, context));
    CO_TRY(const int never, Result<int>(failure(Error::invalid(QStringLiteral("no")))));
    co_return never;
}

Task<int> sleepLong(RequestContext context)
{
    CO_TRY_VOID(co_await sleepFor(1h, context));
    co_return 1;
}

QCoro::Task<> count(std::shared_ptr<int> counter, RequestContext context)
{
    (void)co_await sleepFor(1h, context);
    ++*counter;
}

QCoro::Task<> throwing(RequestContext context)
{
    (void)co_await sleepFor(1ms, context);
    throw std::runtime_error("on purpose");
}

QCoro::Task<> collect(std::shared_ptr<Channel<int>> channel, std::shared_ptr<std::vector<int>> items,
                      std::shared_ptr<QString> error)
{
    for (;;) {
        const auto item = co_await channel->next();
        if (!item) {
            *error = item.error().message;
            co_return;
        }
        if (!*item)
            co_return;
        items->push_back(**item);
    }
}

/// The thread that looks through so many bytes, and whether the coroutine goes on where it began.
Task<std::pair<int, QThread *>> addHere(int a, int b)
{
    CO_TRY(const int sum, co_await addLater(a, b, {}));
    co_return std::pair(sum, QThread::currentThread());
}

QCoro::Task<std::pair<int, QThread *>> sumOn(const LoopHandle *loop, int a, int b)
{
    const auto result = co_await loop->run<std::pair<int, QThread *>>([a, b] { return addHere(a, b); });
    co_return result.value_or(std::pair<int, QThread *>(-1, nullptr));
}

QCoro::Task<std::pair<QThread *, bool>> threadOfWork(qsizetype bytes)
{
    QThread *const home = QThread::currentThread();
    QThread *worker = nullptr;
    const auto value = co_await offloadIfLarge(bytes, [&worker] {
        worker = QThread::currentThread();
        return std::make_unique<int>(7); // values need not be copyable
    });
    co_return std::pair(worker, *value == 7 && QThread::currentThread() == home);
}

/// Runs the event loop until the task is done.
template <typename T>
Result<T> runTask(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

}

class TestAsync : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesAndErrors()
    {
        QCOMPARE(runTask(addLater(1, 2, {})).value(), 3);
        QCOMPARE(runTask(failLater({})).error().code, ErrorCode::InvalidRequest);
    }

    void whenAllKeepsTheOrder()
    {
        std::vector<Task<int>> tasks;
        for (int i = 0; i < 20; ++i)
            tasks.push_back(addLater(i, 0, {}));
        const auto results = QCoro::waitFor(whenAll(std::move(tasks)));
        for (int i = 0; i < 20; ++i)
            QCOMPARE(results[size_t(i)].value(), i);
    }

    void stopEndsASleep()
    {
        std::stop_source stop;
        RequestContext context;
        context.stop = stop.get_token();
        auto task = sleepLong(context);
        QVERIFY(!task.isReady());
        stop.request_stop();
        QVERIFY(!task.isReady()); // only queued: nothing runs inside request_stop()
        QCOMPARE(runTask(std::move(task)).error().code, ErrorCode::Cancelled);
        QCOMPARE(runTask(sleepLong(context)).error().code, ErrorCode::Cancelled);
    }

    void stopFromAnotherThread()
    {
        std::stop_source stop;
        RequestContext context;
        context.stop = stop.get_token();
        auto task = sleepLong(context);
        std::jthread other([&stop] { stop.request_stop(); });
        QCOMPARE(runTask(std::move(task)).error().code, ErrorCode::Cancelled);
    }

    void deadlineEndsASleep()
    {
        RequestContext context;
        context.deadline = std::chrono::steady_clock::now() + 5ms;
        QCOMPARE(runTask(sleepLong(context)).error().code, ErrorCode::Timeout);
    }

    void timeoutIsNotCancellation()
    {
        const auto body = std::function<Task<int>(RequestContext)>(&sleepLong);
        QCOMPARE(runTask(withTimeout<int>({}, 5ms, QStringLiteral("too slow"), body)).error().message,
                 QStringLiteral("too slow"));
        std::stop_source stop;
        RequestContext context;
        context.stop = stop.get_token();
        auto task = withTimeout<int>(context, 1h, QStringLiteral("too slow"), body);
        stop.request_stop();
        QCOMPARE(runTask(std::move(task)).error().code, ErrorCode::Cancelled);
    }

    void watcherIsSilentAfterItsEnd()
    {
        std::stop_source stop;
        int calls = 0;
        {
            const StopWatcher watcher(stop.get_token(), [&calls] { ++calls; });
            stop.request_stop(); // queued, but the watcher is gone before it runs
        }
        QCoreApplication::sendPostedEvents();
        QCOMPARE(calls, 0);
        const StopWatcher late(stop.get_token(), [&calls] { ++calls; });
        QCoreApplication::sendPostedEvents();
        QCOMPARE(calls, 1);
    }

    void contextWatcherSaysWhyItEnded()
    {
        std::vector<ErrorCode> heard;
        const auto hear = [&heard](const Error &error) { heard.push_back(error.code); };
        RequestContext context;
        std::stop_source stop;
        context.stop = stop.get_token();
        {
            const ContextWatcher forEver(context, QStringLiteral("late"), hear);
            stop.request_stop();
            QVERIFY(heard.empty()); // not from within
            QCoreApplication::sendPostedEvents();
            QCOMPARE(heard, std::vector{ErrorCode::Cancelled});
        }
        heard.clear();
        context.stop = {};
        context.deadline = std::chrono::steady_clock::now() - std::chrono::milliseconds(1);
        {
            const ContextWatcher gone(context, QStringLiteral("late"), hear);
        }
        QString message;
        const ContextWatcher late(context, QStringLiteral("late"), [&](const Error &error) {
            hear(error);
            message = error.message;
        });
        QVERIFY(heard.empty());
        QTRY_VERIFY(!heard.empty());
        QCOMPARE(heard, std::vector{ErrorCode::Timeout});
        QCOMPARE(message, QStringLiteral("late"));
    }

    void blockingQueueLosesNothing()
    {
        BlockingQueue<int> queue(8);
        std::atomic<int> sum = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 3; ++i) {
            threads.emplace_back([&] {
                while (const auto item = queue.pop())
                    sum += *item;
            });
        }
        int expected = 0;
        for (int i = 1; i <= 10'000;) {
            if (queue.push(i) == BlockingQueue<int>::Push::Done)
                expected += i++;
        }
        queue.close();
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(sum.load(), expected);
        QCOMPARE(queue.push(1), BlockingQueue<int>::Push::Closed);
        QVERIFY(!queue.pop());
    }

    void blockingQueueIsBounded()
    {
        BlockingQueue<int> queue(2);
        QCOMPARE(queue.push(1), BlockingQueue<int>::Push::Done);
        QCOMPARE(queue.push(2), BlockingQueue<int>::Push::Done);
        QCOMPARE(queue.push(3), BlockingQueue<int>::Push::Full);
        QVERIFY(queue.remove(1));
        QVERIFY(!queue.remove(1));
        QCOMPARE(queue.push(3), BlockingQueue<int>::Push::Done);
        queue.close();
        QCOMPARE(queue.pop(), std::optional(2)); // what waits is handed out
        QCOMPARE(queue.takeAll(), std::deque{3});
        QVERIFY(!queue.pop());
    }

    void channelDeliversThenFails()
    {
        const auto channel = std::make_shared<Channel<int>>();
        const auto items = std::make_shared<std::vector<int>>();
        const auto error = std::make_shared<QString>();
        channel->push(1);
        auto task = collect(channel, items, error);
        channel->push(2);
        channel->push(3);
        QCOMPARE(*items, (std::vector{1, 2, 3}));
        channel->fail(Error::internal(QStringLiteral("cut")));
        channel->push(4);
        QVERIFY(task.isReady());
        QCOMPARE(*error, QStringLiteral("cut"));
        QCOMPARE(items->size(), 3u);
    }

    void completionTakesTheFirstValue()
    {
        const Completion<int> completion;
        QVERIFY(completion.complete(1));
        QVERIFY(!completion.complete(2));
        const auto read = [](Completion<int> from) -> QCoro::Task<int> { co_return co_await from; };
        QCOMPARE(QCoro::waitFor(read(completion)), 1);
    }

    void scopeJoinsWhatItOwns()
    {
        TaskScope scope;
        const auto counter = std::make_shared<int>(0);
        RequestContext context;
        context.stop = scope.token();
        for (int i = 0; i < 5; ++i)
            scope.spawn(count(counter, context));
        QTest::ignoreMessage(QtCriticalMsg, "A background task ended with an exception: on purpose");
        scope.spawn(throwing(RequestContext{}));
        QCOMPARE(scope.size(), 6);
        scope.requestStop();
        QCoro::waitFor(scope.join());
        QCOMPARE(*counter, 5);
        QCOMPARE(scope.size(), 0);
    }

    void mailboxCarriesWorkAcrossThreads()
    {
        constexpr int threads = 4;
        constexpr int each = 2'000;
        const auto mailbox = Mailbox::current();
        int sum = 0; // touched on this thread only
        std::vector<int> last(threads, -1);
        bool isOrdered = true;
        {
            std::vector<std::jthread> senders;
            for (int t = 0; t < threads; ++t) {
                senders.emplace_back([&, t] {
                    for (int i = 0; i < each; ++i) {
                        mailbox->post([&, t, i] {
                            isOrdered = isOrdered && last[size_t(t)] == i - 1;
                            last[size_t(t)] = i;
                            ++sum;
                        });
                    }
                });
            }
        }
        QTRY_COMPARE(sum, threads * each);
        QVERIFY(isOrdered);
    }

    void largeWorkIsOffloaded()
    {
        const auto [small, isSmallHome] = QCoro::waitFor(threadOfWork(inlineParseBytes));
        QCOMPARE(small, QThread::currentThread());
        QVERIFY(isSmallHome);
        const auto [large, isLargeHome] = QCoro::waitFor(threadOfWork(inlineParseBytes + 1));
        QVERIFY(large != QThread::currentThread());
        QVERIFY(isLargeHome);
    }

    void anotherLoopRunsATask()
    {
        TaskScope scope;
        const LoopHandle home(scope);
        QThread *const homeThread = QThread::currentThread();
        std::atomic<int> wrong = 0;
        std::atomic<int> done = 0;
        std::vector<std::jthread> callers;
        for (int i = 0; i < 4; ++i) {
            callers.emplace_back([&, i] {
                QThread *const callerThread = QThread::currentThread();
                for (int call = 0; call < 50; ++call) {
                    const auto [sum, ran] = QCoro::waitFor(sumOn(&home, i, call));
                    wrong += sum == i + call && ran == homeThread && QThread::currentThread() == callerThread ? 0 : 1;
                }
                ++done;
            });
        }
        QTRY_COMPARE(done, 4);
        QCOMPARE(wrong, 0);
        callers.clear();
        QCoro::waitFor(scope.join());
    }

    void retiredMailboxRefuses()
    {
        std::shared_ptr<Mailbox> mailbox;
        std::jthread([&mailbox] { mailbox = Mailbox::current(); }).join();
        QVERIFY(!mailbox->post([] { qFatal("must not run"); }));
    }
};

QTEST_GUILESS_MAIN(TestAsync)
#include "tst_async.moc"
