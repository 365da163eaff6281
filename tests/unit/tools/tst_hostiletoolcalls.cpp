// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/hostilecalls.h"
#include "tests/unit/tools/plaintools.h"

#include <QJsonDocument>
#include <QTest>

#include <ctime>

using namespace Qt::StringLiterals;
using namespace moe;
using namespace moe::tools;

namespace {

/// Of a processor, in milliseconds: what else runs on the machine does not count.
qint64 used(clockid_t clock)
{
    timespec time{};
    clock_gettime(clock, &time);
    return qint64(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

}

/// Calls that mean no good end soon, and hold up no event loop.
class HostileToolCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void replacedArgumentsEndSoon();
    void costlyCallsEndSoon();
    void anythingButAnObjectIsRefused();

private:
    static constexpr qint64 longestStall = 20; // ms, in which an event loop does nothing else

    void call(const HostileCall &call);

    qint64 m_longestCall = 0;
    qint64 m_longestStall = 0;
};

void HostileToolCallsTest::call(const HostileCall &call)
{
    const qint64 threadBegin = used(CLOCK_THREAD_CPUTIME_ID);
    const qint64 begin = used(CLOCK_PROCESS_CPUTIME_ID);
    auto task = plainTool(call.tool).call(call.arguments, RequestContext());
    const qint64 stall = used(CLOCK_THREAD_CPUTIME_ID) - threadBegin;
    const auto result = QCoro::waitFor(std::move(task));
    const qint64 time = used(CLOCK_PROCESS_CPUTIME_ID) - begin;
    const QString what = u"%1 %2: %3 ms, held up %4 ms"_s.arg(call.tool, QString::fromUtf8(call.arguments.left(150)))
                             .arg(time)
                             .arg(stall);
    if (time > m_longestCall || stall > m_longestStall)
        qInfo("%s", qUtf8Printable(what));
    m_longestCall = std::max(m_longestCall, time);
    m_longestStall = std::max(m_longestStall, stall);
    QVERIFY2(time < longestCall.count(), qUtf8Printable(what));
    QVERIFY2(stall < longestStall, qUtf8Printable(what));
    if (!call.code.isEmpty())
        QVERIFY2(!result && result.error().reason == call.code, qUtf8Printable(what));
    if (!result)
        QVERIFY2(!result.error().reason.isEmpty() && result.error().message.size() < 1000, qUtf8Printable(what));
    else
        QVERIFY2(QJsonDocument::fromJson(result->structured).isObject(), qUtf8Printable(what));
}

void HostileToolCallsTest::replacedArgumentsEndSoon()
{
    const auto calls = replacedArguments();
    QVERIFY(calls.size() > 1000);
    for (const HostileCall &hostile : calls)
        call(hostile);
}

void HostileToolCallsTest::costlyCallsEndSoon()
{
    for (const HostileCall &hostile : costlyCalls())
        call(hostile);
}

void HostileToolCallsTest::anythingButAnObjectIsRefused()
{
    for (const auto &tool : plainTools()) {
        for (const QByteArray arguments : {"", "null", "[]", "1", "\"x\"", "{", "{}{}", "{\"\":1}", "{\"x\":1}", "{,}",
                                           "\xef\xbb\xbf{}", "{\"a\":1,}"}) {
            const auto result = called(tool->info().name, arguments);
            QVERIFY2(!result, arguments.constData());
            QCOMPARE(result.error().reason, u"invalid_arguments"_s);
        }
    }
}

QTEST_GUILESS_MAIN(HostileToolCallsTest)
#include "tst_hostiletoolcalls.moc"
