// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/crashflush.h"
#include "daemon/telemetry/log.h"
#include "daemon/telemetry/logoutput.h"
#include "daemon/telemetry/logsink.h"
#include "tests/support/fakeclock.h"
#include "tests/support/processundertest.h"
#include "tests/support/testdirectory.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QTest>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

using namespace moe;
using namespace moe::telemetry;
using namespace moe::test;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

Q_LOGGING_CATEGORY(logHttp, "moe.http")
Q_LOGGING_CATEGORY(logAsync, "moe.async")
Q_LOGGING_CATEGORY(logForeign, "foreign")

/// A file that output goes to.
struct Sink {
    TestDirectory directory;
    int descriptor = open(qPrintable(directory.file(u"log"_s)), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ~Sink() { close(descriptor); }

    [[nodiscard]] QList<QJsonObject> lines() const
    {
        QList<QJsonObject> objects;
        for (const QByteArray &line : directory.read(u"log"_s).split('\n')) {
            if (!line.isEmpty())
                objects.append(QJsonDocument::fromJson(line).object());
        }
        return objects;
    }
};

struct Pipe {
    int ends[2] = {-1, -1};
    Pipe()
    {
        if (pipe2(ends, O_CLOEXEC) != 0)
            qFatal("No pipe");
    }
    ~Pipe()
    {
        closeReading();
        close(ends[1]);
    }
    void closeReading()
    {
        if (ends[0] >= 0)
            close(std::exchange(ends[0], -1));
    }
    [[nodiscard]] QByteArray read() const
    {
        QByteArray bytes(65'536, Qt::Uninitialized);
        bytes.resize(std::max<qsizetype>(::read(ends[0], bytes.data(), size_t(bytes.size())), 0));
        return bytes;
    }
};

LogOutput::Options json(int descriptor)
{
    LogOutput::Options options;
    options.format = LogFormat::Json;
    options.descriptor = descriptor;
    return options;
}

/// What the test program does when it is started to crash.
int crash(const QByteArray &how)
{
    const LogOutput output(json(2));
    const CrashFlush flush(output);
    for (int i = 0; i < 2'000; ++i)
        MOE_LOG(App, Info, {}, "before", {"i", i});
    if (how == "segv") {
        raise(SIGSEGV);
    } else if (how == "fault") {
        static volatile int *volatile nowhere = nullptr;
        *nowhere = 1;
    } else if (how == "abort") {
        std::abort();
    } else if (how == "fatal") {
        qFatal("the end");
    } else if (how == "exception") {
        std::jthread([] { throw std::runtime_error("thrown on purpose"); }).join();
    }
    return 0;
}

}

class TestLogOutput : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { setLogLevels({}); }

    void everyThreadKeepsItsOrder()
    {
        constexpr int threads = 4;
        constexpr int each = 2'000;
        Sink sink;
        {
            const LogOutput output(json(sink.descriptor));
            std::vector<std::jthread> writers;
            for (int t = 0; t < threads; ++t) {
                writers.emplace_back([t] {
                    for (int i = 0; i < each; ++i)
                        MOE_LOG(Http, Info, QByteArray("req_") + QByteArray::number(i), "line", {"t", t}, {"i", i});
                });
            }
            writers.clear();
            QCOMPARE(droppedLogLines(), 0u);
        }
        const auto lines = sink.lines();
        QCOMPARE(lines.size(), threads * each);
        std::array<int, threads> next{};
        for (const QJsonObject &line : lines) {
            const int t = line["t"_L1].toInt(-1);
            QCOMPARE(line["i"_L1].toInt(), next.at(size_t(t))++);
            QCOMPARE(line["request_id"_L1].toString(), u"req_%1"_s.arg(line["i"_L1].toInt()));
        }
    }

    void levelsChangeWhileOthersWrite()
    {
        Sink sink;
        qsizetype evaluated = 0;
        {
            const LogOutput output(json(sink.descriptor));
            std::jthread changer([](const std::stop_token &stop) {
                for (int i = 0; !stop.stop_requested(); ++i)
                    setLogLevel(Component::Pipeline, i % 2 ? LogLevel::Debug : LogLevel::Error);
            });
            // Until it was both on and off, however the threads are scheduled.
            for (int i = 0; evaluated < 100 || evaluated == i; ++i)
                MOE_LOG(Pipeline, Info, {}, "line", {"n", ++evaluated});
        }
        QCOMPARE(sink.lines().size(), evaluated);
    }

    void timeComesFromTheClock()
    {
        Sink sink;
        {
            auto options = json(sink.descriptor);
            options.clock = std::make_shared<FakeClock>();
            LogOutput output(options);
            QCOMPARE(output.format(), LogFormat::Json);
            MOE_LOG(Auth, Error, "req_7", u"said"_s);
            QVERIFY(output.flush(10s));
            QCOMPARE(sink.directory.read(u"log"_s),
                     "{\"time\":\"2025-01-01T00:00:00.000Z\",\"level\":\"error\",\"component\":\"auth\","
                     "\"request_id\":\"req_7\",\"message\":\"said\"}\n");
        }
    }

    void lostLinesAreCounted()
    {
        constexpr int total = 5'000;
        Pipe pipe;
        auto options = json(pipe.ends[1]);
        options.queueBytes = 20'000;
        QByteArray received;
        std::jthread reader;
        quint64 dropped = 0;
        {
            LogOutput output(options);
            for (int i = 0; i < total; ++i)
                MOE_LOG(App, Info, {}, "line", {"i", i});
            reader = std::jthread([&] {
                for (QByteArray bytes = pipe.read(); !bytes.isEmpty(); bytes = pipe.read())
                    received += bytes;
            });
            QVERIFY(output.flush(10s));
            dropped = droppedLogLines();
            QVERIFY(dropped > 0);
        }
        close(std::exchange(pipe.ends[1], -1));
        reader.join();
        QList<QByteArray> lines = received.split('\n');
        lines.removeLast();
        qint64 reported = 0;
        qint64 written = 0;
        for (const QByteArray &line : lines) {
            const QJsonObject object = QJsonDocument::fromJson(line).object();
            reported += object["lines"_L1].toInt();
            written += object.contains("i"_L1) ? 1 : 0;
        }
        QCOMPARE(reported, qint64(dropped));
        QCOMPARE(written + reported, total);
    }

    void aReaderThatNeverReadsDelaysTheEndOnlyALittle()
    {
        Pipe pipe;
        auto options = json(pipe.ends[1]);
        options.patience = 50ms;
        QElapsedTimer timer;
        {
            const LogOutput output(options);
            for (int i = 0; i < 10'000; ++i)
                MOE_LOG(App, Info, {}, "line", {"i", i});
            timer.start();
        }
        QVERIFY(timer.durationElapsed() >= 50ms);
        QVERIFY(timer.durationElapsed() < 5s);
    }

    void aReaderThatWentAwayIsNoSignal()
    {
        Pipe pipe;
        pipe.closeReading();
        LogOutput output(json(pipe.ends[1]));
        MOE_LOG(App, Info, {}, "line");
        QVERIFY(output.flush(10s));
        QCOMPARE(droppedLogLines(), 1u);
    }

    void qtMessagesComeAlong()
    {
        Sink sink;
        {
            const LogOutput output(json(sink.descriptor));
            setLogLevel(Component::Http, LogLevel::Error);
            qCWarning(logHttp, "not this one");
            qCCritical(logHttp, "first %d", 1);
            qCInfo(logAsync, "second");
            qCWarning(logForeign, "third with sk-abcdefghi");
            qCDebug(logForeign, "not this one");
        }
        const auto lines = sink.lines();
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[0]["component"_L1].toString(), u"http"_s);
        QCOMPARE(lines[0]["level"_L1].toString(), u"error"_s);
        QCOMPARE(lines[0]["message"_L1].toString(), u"first 1"_s);
        QCOMPARE(lines[1]["component"_L1].toString(), u"app"_s);
        QCOMPARE(lines[1]["category"_L1].toString(), u"moe.async"_s);
        QCOMPARE(lines[2]["component"_L1].toString(), u"qt"_s);
        QCOMPARE(lines[2]["message"_L1].toString(), u"third with sk-***"_s);
    }

    void journalGetsDatagrams()
    {
        const TestDirectory directory;
        const QByteArray path = directory.file(u"journal"_s).toUtf8();
        const int receiver = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.constData(), sizeof address.sun_path - 1);
        QCOMPARE(bind(receiver, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);

        LogOutput::Options options;
        options.format = LogFormat::Journal;
        options.journalPath = path;
        LogOutput output(options);
        // More than a socket holds, so that the writer has to wait for the reader.
        constexpr int total = 1'000;
        for (int i = 0; i < total; ++i)
            MOE_LOG(Storage, Warning, "req_1", "hello\nPRIORITY=0", {"rows", i});
        for (int i = 0; i < total; ++i) {
            char buffer[1024];
            const ssize_t size = recv(receiver, buffer, sizeof buffer, 0);
            QCOMPARE(QByteArray(buffer, size),
                     "SYSLOG_IDENTIFIER=moed\nPRIORITY=4\nMOE_COMPONENT=storage\nMOE_REQUEST_ID=req_1\n"
                     "MESSAGE=hello\\nPRIORITY=0\nMOE_ROWS="
                         + QByteArray::number(i) + "\n");
        }
        close(receiver);
        MOE_LOG(Storage, Warning, {}, "nobody listens");
        QVERIFY(output.flush(10s));
        QCOMPARE(droppedLogLines(), 1u);
    }

    void formatSuitsTheDescriptor()
    {
        Sink sink;
        QCOMPARE(resolveLogFormat(LogFormat::Auto, sink.descriptor), LogFormat::Json);
        struct stat status{};
        QCOMPARE(fstat(sink.descriptor, &status), 0);
        const QByteArray here
            = QByteArray::number(quint64(status.st_dev)) + ':' + QByteArray::number(quint64(status.st_ino));
        qputenv("JOURNAL_STREAM", here);
        QCOMPARE(resolveLogFormat(LogFormat::Auto, sink.descriptor), LogFormat::Journal);
        QCOMPARE(resolveLogFormat(LogFormat::Text, sink.descriptor), LogFormat::Text);
        qputenv("JOURNAL_STREAM", QByteArray(here + '1')); // inherited from somebody else
        QCOMPARE(resolveLogFormat(LogFormat::Auto, sink.descriptor), LogFormat::Json);
        qunsetenv("JOURNAL_STREAM");

        const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
        QVERIFY(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
        QCOMPARE(resolveLogFormat(LogFormat::Auto, terminal), LogFormat::Text);
        close(terminal);
    }

    void crashesLoseNothing_data()
    {
        QTest::addColumn<QByteArray>("how");
        QTest::addColumn<QByteArray>("lastWords");
        QTest::newRow("signal") << QByteArray("segv") << QByteArray();
        QTest::newRow("fault") << QByteArray("fault") << QByteArray();
        QTest::newRow("abort") << QByteArray("abort") << QByteArray();
        QTest::newRow("fatal") << QByteArray("fatal") << QByteArray("the end");
        QTest::newRow("exception") << QByteArray("exception") << QByteArray("thrown on purpose");
    }
    void crashesLoseNothing()
    {
        QFETCH(QByteArray, how);
        QFETCH(QByteArray, lastWords);
        ProcessUnderTest program(QCoreApplication::applicationFilePath(), {u"--crash"_s, QString::fromLatin1(how)});
        program.setVariable(u"TSAN_OPTIONS"_s, u"report_signal_unsafe=0"_s);
        QVERIFY(program.start());
        QVERIFY(program.waitForExit(60s));
        QVERIFY(program.exitStatus() != 0);
        QCOMPARE(program.errors().count("\"message\":\"before\""), 2'000);
        QVERIFY(program.errors().contains(lastWords));
    }
};

int main(int argc, char *argv[])
{
    if (argc == 3 && qstrcmp(argv[1], "--crash") == 0)
        return crash(argv[2]);
    const QCoreApplication application(argc, argv);
    TestLogOutput test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_logoutput.moc"
