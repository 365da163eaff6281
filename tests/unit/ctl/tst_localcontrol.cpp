// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/accountcommands.h"
#include "daemon/ctl/localserver.h"
#include "daemon/ctl/moectl/run.h"
#include "daemon/storage/relational/sqlaccountstores.h"
#include "daemon/storage/sqlite/sqlitedatabase.h"
#include "shared/async/wait.h"
#include "shared/client/localcall.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalSocket>
#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace moe;
using namespace moe::ctl;
using namespace std::chrono_literals;

namespace {

/// The daemon's accounts behind a control socket, without the rest of the daemon.
struct Daemon {
    explicit Daemon(const QString &folder)
        : executor(storage::openSqlite({folder + QStringLiteral("/moe.db"), 20ms, {}}, clock).value())
        , stores(*executor)
        , service({stores.users, stores.keys, directory, accountDirectory, clock})
        , server(commands)
    {
        registerAccountCommands(commands, service);
        isListening = server.listen(folder).has_value();
    }
    SystemClock clock;
    std::unique_ptr<storage::DbExecutor> executor;
    storage::SqlAccountStores stores;
    accounts::KeyDirectory directory;
    accounts::AccountDirectory accountDirectory;
    accounts::AccountService service;
    CommandTable commands;
    LocalServer server;
    bool isListening = false;
};

Task<QJsonObject> waitForStop(std::shared_ptr<int> started, std::shared_ptr<int> stopped, QJsonObject,
                              RequestContext context)
{
    ++*started;
    const auto slept = co_await sleepFor(1h, context);
    ++*stopped;
    CO_TRY_VOID(slept);
    co_return QJsonObject();
}

Task<QJsonObject> throwException(QJsonObject, RequestContext)
{
    throw std::runtime_error("on purpose");
    co_return QJsonObject();
}

Task<QJsonObject> answerMuch(QJsonObject, RequestContext)
{
    co_return QJsonObject{{QStringLiteral("text"), QString(900'000, u'x')}};
}

QJsonObject json(const QString &text) { return QJsonDocument::fromJson(text.toUtf8()).object(); }

}

class TestLocalControl : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Daemon> m_daemon;

    moectl::Outcome run(const QStringList &arguments)
    {
        return QCoro::waitFor(moectl::run(QStringList{QStringLiteral("--data-dir"), m_folder->path()} + arguments));
    }
    moectl::Outcome run(const QString &line) { return run(line.split(u' ')); }
    QJsonObject runJson(const QString &line)
    {
        const auto outcome = run(QStringLiteral("--json ") + line);
        return outcome.exitCode == 0 && outcome.output.count(u'\n') == 1 ? json(outcome.output) : QJsonObject();
    }
    /// Sends raw bytes and returns all that comes until the daemon closes.
    QByteArray exchange(const QByteArray &bytes)
    {
        QLocalSocket socket;
        socket.connectToServer(m_daemon->server.path());
        socket.write(bytes);
        QByteArray answer;
        const bool isClosed = QTest::qWaitFor([&] {
            answer += socket.readAll();
            return socket.state() == QLocalSocket::UnconnectedState;
        });
        return isClosed ? answer + socket.readAll() : QByteArray("not closed");
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_daemon = std::make_unique<Daemon>(m_folder->path());
        QVERIFY(m_daemon->isListening);
    }
    void cleanup()
    {
        if (m_daemon)
            QCoro::waitFor(m_daemon->server.close());
        m_daemon.reset();
    }

    void onlyTheOwnerMayUseTheSocket()
    {
        const auto ownerOnly
            = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadUser | QFileDevice::WriteUser;
        QCOMPARE(QFile::permissions(m_daemon->server.path()), ownerOnly);
    }

    void aKeysLife()
    {
        QVERIFY(run(QStringLiteral("user add anna")).output.contains(u"anna"));
        const QJsonObject created
            = runJson(QStringLiteral("key create --user anna --label laptop --expires 2199-12-31"));
        const QByteArray key = created[u"key"].toString().toLatin1();
        QVERIFY(accounts::isKeyText(key));
        QCOMPARE(created[u"label"].toString(), QStringLiteral("laptop"));
        QCOMPARE(created[u"expires_at"].toString(), QStringLiteral("2200-01-01T00:00:00Z"));
        QVERIFY(m_daemon->directory.verify(key, m_daemon->clock.system()));

        QVERIFY(QCoro::waitFor(m_daemon->stores.keys.touchKeys(m_daemon->directory.takeTouches(), {})));
        const QJsonObject listed = runJson(QStringLiteral("key list --user anna"))[u"items"][0].toObject();
        QCOMPARE(listed[u"id"], created[u"id"]);
        QVERIFY(listed[u"last_used_at"].isString());
        QVERIFY(!listed.contains(u"key"));
        const QString table = run(QStringLiteral("key list")).output;
        QVERIFY(table.contains(u"laptop") && table.contains(QString::fromLatin1(key.first(16))));
        QVERIFY(!table.contains(QString::fromLatin1(key.first(17))));

        QCOMPARE(runJson(QStringLiteral("key revoke ") + QString::fromLatin1(key.first(16)))[u"active"],
                 QJsonValue(false));
        QVERIFY(!m_daemon->directory.verify(key, m_daemon->clock.system()));
        QCOMPARE(run(QStringLiteral("key revoke %1").arg(created[u"id"].toInt())).exitCode, 0);
    }

    void aNewKeyIsPrintedOnce()
    {
        QCOMPARE(run(QStringLiteral("user add anna")).exitCode, 0);
        const QString text = run(QStringLiteral("key create --user anna --label x")).output;
        QCOMPARE(text.count(u"moe-sk-"), 1);
        QVERIFY(!run(QStringLiteral("key list")).output.contains(text.section(QStringLiteral("moe-sk-"), 1).first(48)));
    }

    void failuresAreProblemDocuments()
    {
        QCOMPARE(run(QStringLiteral("user add anna")).exitCode, 0);
        const auto duplicate = run(QStringLiteral("--json user add Anna"));
        QCOMPARE(duplicate.exitCode, 1);
        QVERIFY(duplicate.output.isEmpty());
        QCOMPARE(json(duplicate.error)[u"code"].toString(), QStringLiteral("conflict"));
        const auto invalid = run(QStringList{QStringLiteral("--json"), QStringLiteral("user"), QStringLiteral("add"),
                                             QStringLiteral("a b")});
        QCOMPARE(json(invalid.error)[u"param"].toString(), QStringLiteral("name"));
        const auto unknown = run(QStringLiteral("key create --user nobody --label x"));
        QCOMPARE(unknown.exitCode, 1);
        QCOMPARE(unknown.error, QStringLiteral("moectl: There is no such user.\n"));
        QCOMPARE(run(QStringLiteral("key create")).exitCode, 2);
        QCOMPARE(json(run(QStringLiteral("--json key create")).error)[u"reason"].toString(), QStringLiteral("usage"));
        QCOMPARE(json(run(QStringLiteral("--json status")).error)[u"reason"].toString(),
                 QStringLiteral("unknown_command"));
    }

    void listsOfAnyLengthArriveWhole()
    {
        for (int i = 0; i < 1203; ++i)
            QVERIFY(QCoro::waitFor(m_daemon->stores.users.addUser({QStringLiteral("user%1").arg(i), {}}, {})));
        const QJsonArray items = runJson(QStringLiteral("user list"))[u"items"].toArray();
        QCOMPARE(items.size(), 1203);
        QCOMPARE(items.last()[u"name"].toString(), QStringLiteral("user1202"));
    }

    void noDaemonIsSaidPlainly()
    {
        cleanup();
        QVERIFY(
            QDir(m_folder->path()).entryList(QDir::Files | QDir::System).filter(QStringLiteral("control")).isEmpty());
        const auto outcome = run(QStringLiteral("user list"));
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(outcome.error.contains(u"Start moed"));
        // As after a kill: the path file is there, nobody listens.
        QFile file(m_folder->filePath(QStringLiteral("control.path")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QFile::encodeName(m_folder->filePath(QStringLiteral("control.socket"))) + '\n');
        file.close();
        QCOMPARE(json(run(QStringLiteral("--json user list")).error)[u"reason"].toString(),
                 QStringLiteral("daemon_not_running"));
    }

    void aDeadDaemonsSocketIsReplaced()
    {
        const QString path = m_daemon->server.path();
        cleanup();
        QFile leftOver(path);
        QVERIFY(leftOver.open(QIODevice::WriteOnly));
        leftOver.close();
        init();
        m_daemon.reset();
        const QTemporaryDir other;
        QFile stale(other.filePath(QStringLiteral("control.socket")));
        QVERIFY(stale.open(QIODevice::WriteOnly));
        stale.close();
        m_daemon = std::make_unique<Daemon>(other.path());
        QVERIFY(m_daemon->isListening);
    }

    void deepDirectoriesWork()
    {
        cleanup();
        const QString deep
            = m_folder->path() + QStringLiteral("/") + QString(60, u'a') + QStringLiteral("/") + QString(60, u'b');
        QVERIFY(QDir().mkpath(deep));
        m_daemon = std::make_unique<Daemon>(deep);
        QVERIFY(m_daemon->isListening);
        const auto outcome = QCoro::waitFor(
            moectl::run({QStringLiteral("--data-dir"), deep, QStringLiteral("user"), QStringLiteral("list")}));
        QCOMPARE(outcome.exitCode, 0);
    }

    void garbageIsAnsweredAndClosed_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("no json") << QByteArray("hello\n") << QByteArray("invalid_request");
        QTest::newRow("empty line") << QByteArray("\n") << QByteArray("invalid_request");
        QTest::newRow("unknown command") << QByteArray("{\"command\":\"x\"}\n") << QByteArray("not_found");
        QTest::newRow("just too long") << QByteArray(1024 * 1024 + 1, ' ') + '\n' << QByteArray("too_large");
        QTest::newRow("just not too long") << QByteArray(1024 * 1024, ' ') + '\n' << QByteArray("invalid_request");
        QTest::newRow("unknown argument")
            << QByteArray("{\"command\":\"user.list\",\"arguments\":{\"x\":1}}\n") << QByteArray("invalid_request");
        QTest::newRow("too long") << QByteArray(3'000'000, 'x') + '\n' << QByteArray("too_large");
    }
    void garbageIsAnsweredAndClosed()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const QByteArray, code);
        const QByteArray answer = exchange(bytes);
        QVERIFY2(answer.contains(QByteArray("\"code\":\"" + code + '"')), answer.left(200).constData());
        QCOMPARE(run(QStringLiteral("user list")).exitCode, 0);
    }

    void largeAnswersArriveWhole()
    {
        m_daemon->commands.registerCommand(QStringLiteral("much"), &answerMuch);
        const auto answer = QCoro::waitFor(client::callLocal(m_folder->path(), {QStringLiteral("much"), {}}, {}));
        QCOMPARE((*answer)[u"text"].toString().size(), 900'000);
    }

    void handlersThatThrowAreAnswered()
    {
        m_daemon->commands.registerCommand(QStringLiteral("throw"), &throwException);
        const auto answer = QCoro::waitFor(client::callLocal(m_folder->path(), {QStringLiteral("throw"), {}}, {}));
        QCOMPARE(answer.error().code, ErrorCode::Internal);
    }

    void hangingUpAndClosingStopCommands()
    {
        const auto started = std::make_shared<int>(0);
        const auto stopped = std::make_shared<int>(0);
        m_daemon->commands.registerCommand(QStringLiteral("wait"), std::bind_front(&waitForStop, started, stopped));
        auto call = client::callLocal(m_folder->path(), {QStringLiteral("wait"), {}}, {});
        QLocalSocket socket;
        socket.connectToServer(m_daemon->server.path());
        socket.write("{\"command\":\"wait\"}\n");
        QLocalSocket silent;
        silent.connectToServer(m_daemon->server.path());
        QTRY_COMPARE(*started, 2);
        QCOMPARE(*stopped, 0);
        socket.abort();
        QTRY_COMPARE(*stopped, 1);
        QCoro::waitFor(m_daemon->server.close()); // one command and a client that says nothing are left
        QCOMPARE(*stopped, 2);
        QVERIFY(!QCoro::waitFor(std::move(call)));
    }

    void tooManyConnectionsAreRefused()
    {
        std::vector<std::unique_ptr<QLocalSocket>> sockets;
        for (int i = 0; i < 40; ++i) {
            sockets.push_back(std::make_unique<QLocalSocket>());
            sockets.back()->connectToServer(m_daemon->server.path());
        }
        const auto connected = [&sockets] {
            return std::count_if(sockets.begin(), sockets.end(),
                                 [](const auto &socket) { return socket->state() == QLocalSocket::ConnectedState; });
        };
        QTRY_COMPARE(connected(), 32);
        sockets.clear();
        QTRY_COMPARE(run(QStringLiteral("user list")).exitCode, 0);
    }
};

QTEST_GUILESS_MAIN(TestLocalControl)
#include "tst_localcontrol.moc"
