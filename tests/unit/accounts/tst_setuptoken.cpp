// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/setuptoken.h"
#include "tests/support/fakeclock.h"
#include "tests/support/testdirectory.h"

#include <QDir>
#include <QFileInfo>
#include <QTest>

#include <atomic>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;

namespace {

const QString home = QStringLiteral("192.0.2.1");
const QString fileName = QStringLiteral("setup-token");

/// What a daemon has of it; another one is the daemon after a restart.
struct Daemon {
    explicit Daemon(const test::TestDirectory &directory, const test::FakeClock &clock)
        : throttle(clock)
        , token(directory.path(), clock, throttle)
    { }
    SignInThrottle throttle;
    SetupToken token;
};

unsigned modeOf(const QString &path)
{
    struct stat status{};
    return stat(QFile::encodeName(path).constData(), &status) == 0 ? status.st_mode & 07777U : 0;
}

void setMode(const QString &path, unsigned mode) { QCOMPARE(chmod(QFile::encodeName(path).constData(), mode), 0); }

}

class TestSetupToken : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<test::TestDirectory> m_directory;
    std::unique_ptr<test::FakeClock> m_clock;
    std::unique_ptr<Daemon> m_daemon;

    SetupToken &token() { return m_daemon->token; }
    void restart() { m_daemon = std::make_unique<Daemon>(*m_directory, *m_clock); }

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<test::TestDirectory>();
        m_clock = std::make_unique<test::FakeClock>();
        restart();
    }

    void itLiesInAFileOfOursAlone()
    {
        const mode_t before = umask(0); // the permissions are asked for, not left to the umask
        const auto offered = token().offer().value();
        umask(before);
        QVERIFY(isSecretText(offered.text, setupTokenStart));
        QCOMPARE(offered.expires, m_clock->system() + 24h);
        QCOMPARE(modeOf(m_directory->file(fileName)), 0600U);
        QCOMPARE(m_directory->read(fileName).split('\n').front(), offered.text);
        QVERIFY(!m_directory->contains(QStringLiteral("setup-token.new")));
        QVERIFY(token().isOffered());
    }

    void itIsGoodOnce()
    {
        const QByteArray text = token().offer()->text;
        QVERIFY(token().take(text, home));
        QVERIFY(!token().isOffered());
        QCOMPARE(token().take(text, home).error().code, ErrorCode::Unauthenticated);
        token().withdraw();
        QCOMPARE(token().take(text, home).error().code, ErrorCode::Unauthenticated);
        QVERIFY(!m_directory->contains(fileName));
        restart();
        QCOMPARE(token().take(text, home).error().code, ErrorCode::Unauthenticated);
        QVERIFY(token().offer()->text != text);
    }

    void itCanBeGivenBack()
    {
        const QByteArray text = token().offer()->text;
        token().giveBack(); // nothing was taken
        QVERIFY(token().take(text, home));
        token().giveBack();
        QVERIFY(token().isOffered());
        QVERIFY(token().take(text, home));
        token().withdraw();
        token().giveBack(); // too late
        QVERIFY(!token().isOffered());
        QVERIFY(!token().take(text, home));
    }

    void aDaemonThatDiesInBetweenOffersItAgain()
    {
        const auto offered = token().offer().value();
        QVERIFY(token().take(offered.text, home));
        restart();
        QCOMPARE(token().offer().value(), offered);
        QVERIFY(token().take(offered.text, home));
    }

    void itSurvivesRestartsForADay()
    {
        const auto offered = token().offer().value();
        for (int i = 0; i < 23; ++i) {
            m_clock->advance(1h);
            restart();
            QCOMPARE(token().offer().value(), offered);
        }
        m_clock->advance(1h - 1ns);
        restart();
        QCOMPARE(token().offer().value(), offered);
        m_clock->advance(1ns);
        restart();
        const auto next = token().offer().value();
        QVERIFY(next.text != offered.text);
        QVERIFY(!token().take(offered.text, home));
        QVERIFY(token().take(next.text, home));
    }

    void itEndsWhileTheDaemonRuns()
    {
        const QByteArray text = token().offer()->text;
        m_clock->advance(24h - 1ns);
        QVERIFY(token().isOffered());
        m_clock->advance(1ns);
        QVERIFY(!token().isOffered());
        QCOMPARE(token().take(text, home).error().code, ErrorCode::Unauthenticated);
        QVERIFY(!m_directory->contains(fileName));
    }

    void nothingIsAcceptedWithoutAnOffer()
    {
        QVERIFY(!token().isOffered());
        for (const QByteArray &text : {QByteArray(), QByteArray(32, '\0'), newSecretText(setupTokenStart)})
            QCOMPARE(token().take(text, home).error().code, ErrorCode::Unauthenticated);
    }

    void wrongOnesAreRefused()
    {
        const QByteArray text = token().offer()->text;
        QByteArray last = text;
        last.back() = last.back() == '0' ? '1' : '0';
        for (const QByteArray &wrong : QByteArrayList{text.chopped(1), last, text.toUpper(), text + '\n'}) {
            const auto result = token().take(wrong, home);
            QCOMPARE(result.error().code, ErrorCode::Unauthenticated);
            QCOMPARE(result.error().reason, QStringLiteral("invalid_setup_token"));
            QVERIFY(!result.error().message.contains(QString::fromLatin1(text)));
        }
        QVERIFY(token().take(text, home));
    }

    void attemptsAreLimited()
    {
        const QByteArray text = token().offer()->text;
        for (int i = 0; i < 5; ++i)
            QCOMPARE(token().take("guess", home).error().code, ErrorCode::Unauthenticated);
        const auto refused = token().take(text, home);
        QCOMPARE(refused.error().code, ErrorCode::RateLimited);
        QCOMPARE(refused.error().retryAfter, 900s);
        m_clock->advance(15min);
        QVERIFY(token().take(text, home));
    }

    /// Whatever lies there instead of a token of ours is replaced, and never accepted.
    void unusableFiles_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<unsigned>("mode");
        const QByteArray text = newSecretText(setupTokenStart);
        const qint64 now = test::FakeClock().system().time_since_epoch() / 1s;
        const auto end = [now](qint64 hours) -> QByteArray {
            return "\nexpires " + QByteArray::number(now + hours * 3600) + '\n';
        };
        QTest::newRow("readable by the group") << text + end(1) << 0640U;
        QTest::newRow("readable by all") << text + end(1) << 0604U;
        QTest::newRow("empty") << QByteArray() << 0600U;
        QTest::newRow("no end") << text + '\n' << 0600U;
        QTest::newRow("expired") << text + end(0) << 0600U;
        QTest::newRow("too late an end") << text + end(25) << 0600U;
        QTest::newRow("an end in a billion years") << text + "\nexpires 99999999999999999\n" << 0600U;
        QTest::newRow("no number") << text + "\nexpires soon\n" << 0600U;
        QTest::newRow("negative") << text + "\nexpires -1\n" << 0600U;
        QTest::newRow("a line more") << text + end(1) + "x\n" << 0600U;
        QTest::newRow("cut") << text + end(1).chopped(1) << 0600U;
        QTest::newRow("a short token") << text.chopped(1) + end(1) << 0600U;
        QTest::newRow("a key") << newSecretText("moe-sk-") + end(1) << 0600U;
        QTest::newRow("a megabyte") << QByteArray(1'000'000, 'x') << 0600U;
    }
    void unusableFiles()
    {
        QFETCH(const QByteArray, content);
        QFETCH(const unsigned, mode);
        const QString path = m_directory->write(fileName, content);
        setMode(path, mode);
        const auto offered = token().offer().value();
        QVERIFY(!content.startsWith(offered.text));
        QVERIFY(token().take(offered.text, home));
        QCOMPARE(modeOf(path), 0600U);
        restart();
        QCOMPARE(token().offer().value(), offered);
    }

    /// The counterpart of the above: such a file is usable but for what each row changes.
    void aUsableFileIsUsed()
    {
        const QByteArray text = newSecretText(setupTokenStart);
        const qint64 now = m_clock->system().time_since_epoch() / 1s;
        setMode(m_directory->write(fileName, text + "\nexpires " + QByteArray::number(now + 3600) + '\n'), 0600);
        QCOMPARE(token().offer()->text, text);
    }

    void linksAreNotFollowed()
    {
        const QString target = m_directory->write(QStringLiteral("elsewhere"), "precious");
        for (const QString &name : {fileName, QStringLiteral("setup-token.new")})
            QVERIFY(QFile::link(target, m_directory->file(name)));
        QVERIFY(token().offer());
        QCOMPARE(m_directory->read(QStringLiteral("elsewhere")), QByteArray("precious"));
        QVERIFY(!QFileInfo(m_directory->file(fileName)).isSymLink());
    }

    void aFileThatCannotBeWrittenIsAFailure()
    {
        // A folder stands in its way.
        QVERIFY(QDir(m_directory->path()).mkpath(QStringLiteral("setup-token/x")));
        const auto offered = token().offer();
        QCOMPARE(offered.error().code, ErrorCode::Unavailable);
        QVERIFY(!token().isOffered());
        QVERIFY(!m_directory->contains(QStringLiteral("setup-token.new")));
    }

    void ofManyAtOnceOneGetsIt()
    {
        const QByteArray text = token().offer()->text;
        std::atomic<int> winners = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([this, &winners, &text, i] {
                winners += token().take(text, QStringLiteral("192.0.2.%1").arg(i)).has_value();
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(winners.load(), 1);
    }
};

QTEST_APPLESS_MAIN(TestSetupToken)
#include "tst_setuptoken.moc"
