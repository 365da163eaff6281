// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/localserver.h"
#include "shared/async/wait.h"
#include "shared/client/localprotocol.h"
#include "shared/client/localtransport.h"
#include "shared/wire/control/operation.h"
#include "shared/wire/problem.h"

#include <QDir>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe;
using namespace moe::ctl;
using namespace std::chrono_literals;

namespace {

struct Counts {
    int started = 0;
    int stopped = 0;
    std::chrono::milliseconds allowed{0}; ///< time that the last request had
};

control::Reply text(int status, const QByteArray &body)
{
    control::Reply reply;
    reply.status = status;
    reply.body = body;
    return reply;
}

/// "/echo" answers with its body, "/wait" when it is told to stop.
QCoro::Task<control::Reply> handle(std::shared_ptr<Counts> counts, control::Request request, RequestContext context)
{
    ++counts->started;
    counts->allowed
        = std::chrono::duration_cast<std::chrono::milliseconds>(context.deadline - std::chrono::steady_clock::now());
    if (request.path == "/wait") {
        (void)co_await sleepFor(1h, context);
        ++counts->stopped;
    }
    control::Reply reply = text(request.path == "/echo" ? 200 : 404, request.body);
    reply.etag = request.ifMatch;
    reply.location = request.query;
    reply.retryAfter = 3s;
    co_return reply;
}

control::Request requestOf(const QByteArray &path, const QByteArray &body = {})
{
    return {.method = "POST", .path = path, .query = "a=1", .body = body, .ifMatch = "\"4\""};
}

}

class TestLocalTransport : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<Counts> m_counts;
    std::unique_ptr<LocalServer> m_server;

    bool listen(const QString &folder)
    {
        m_server = std::make_unique<LocalServer>(std::bind_front(&handle, m_counts));
        return m_server->listen(folder).has_value();
    }
    Result<control::Reply> send(control::Request request)
    {
        client::LocalTransport transport(m_folder->path());
        return QCoro::waitFor(transport.send(std::move(request), {}));
    }
    /// Sends raw bytes and returns the reply that comes before the daemon closes.
    Result<control::Reply> exchange(const QByteArray &bytes)
    {
        QLocalSocket socket;
        QByteArray answer;
        QObject::connect(&socket, &QLocalSocket::readyRead, &socket, [&] { answer += socket.readAll(); });
        QSignalSpy closed(&socket, &QLocalSocket::disconnected);
        socket.connectToServer(m_server->path());
        socket.write(bytes);
        return closed.wait() ? client::decodeReply(answer) : failure(Error::timeout(u"not closed"_s));
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_counts = std::make_shared<Counts>();
        QVERIFY(listen(m_folder->path()));
    }
    void cleanup()
    {
        if (m_server)
            QCoro::waitFor(m_server->close());
        m_server.reset();
    }

    void onlyTheOwnerMayUseTheSocket()
    {
        const auto ownerOnly
            = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadUser | QFileDevice::WriteUser;
        QCOMPARE(QFile::permissions(m_server->path()), ownerOnly);
    }

    void everythingSurvivesTheWay()
    {
        const QByteArray body = "{\"a\": \"line\\n\",\n\t\"\xC3\xA4\": \"\\u0000\"}";
        const auto reply = send(requestOf("/echo", body));
        QVERIFY(reply);
        QCOMPARE(reply->status, 200);
        QCOMPARE(reply->body, body);
        QCOMPARE(reply->etag, QByteArray("\"4\""));
        QCOMPARE(reply->location, QByteArray("a=1"));
        QCOMPARE(reply->retryAfter, std::optional(3s));
        QCOMPARE(send(requestOf("/other"))->status, 404);
    }

    void largeBodiesArriveWhole()
    {
        const QByteArray body(15'000'000, 'x');
        QCOMPARE(send(requestOf("/echo", body))->body, body);
        QCOMPARE(send(requestOf("/echo", QByteArray(17'000'000, 'x'))).error().code, ErrorCode::TooLarge);
    }

    void importsAndBackupsHaveLonger()
    {
        QVERIFY(send(requestOf("/echo")));
        QVERIFY(m_counts->allowed <= 30s && m_counts->allowed > 20s);
        for (const QLatin1StringView path : {control::createBackup.path, "/control/v1/users/import"_L1}) {
            QVERIFY(send(requestOf(QByteArray(path))));
            QVERIFY(m_counts->allowed <= 600s && m_counts->allowed > 500s);
        }
    }

    void thereIsNoLiveFeed()
    {
        client::LocalTransport transport(m_folder->path());
        const auto ended = QCoro::waitFor(transport.listen({}, [](QByteArrayView) { }, {}));
        QCOMPARE(ended.error().code, ErrorCode::Conflict);
    }

    void noDaemonIsSaidPlainly()
    {
        cleanup();
        QVERIFY(QDir(m_folder->path()).entryList(QDir::Files | QDir::System).filter(u"control"_s).isEmpty());
        const auto reply = send(requestOf("/echo"));
        QCOMPARE(reply.error().code, ErrorCode::Unavailable);
        QCOMPARE(reply.error().reason, u"daemon_not_running"_s);
        QVERIFY(reply.error().message.contains(u"Start moed"));
    }

    void aDeadDaemonsSocketIsReplaced()
    {
        const QTemporaryDir other;
        QFile stale(other.filePath(u"control.socket"_s));
        QVERIFY(stale.open(QIODevice::WriteOnly));
        stale.close();
        cleanup();
        QVERIFY(listen(other.path()));
    }

    void deepDirectoriesWork()
    {
        cleanup();
        const QString deep = m_folder->path() + u'/' + QString(60, u'a') + u'/' + QString(60, u'b');
        QVERIFY(QDir().mkpath(deep));
        QVERIFY(listen(deep));
        client::LocalTransport transport(deep);
        QVERIFY(QCoro::waitFor(transport.send(requestOf("/echo"), {})));
    }

    void garbageIsAnsweredAndClosed_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const qint64 most = client::localLineLimit;
        QTest::newRow("no json") << QByteArray("hello\n") << 400;
        QTest::newRow("empty line") << QByteArray("\n") << 400;
        QTest::newRow("no method") << QByteArray("{\"path\":\"/echo\"}\n") << 400;
        QTest::newRow("unknown member") << QByteArray("{\"method\":\"GET\",\"path\":\"/\",\"user\":1}\n") << 400;
        QTest::newRow("wrong type") << QByteArray("{\"method\":1,\"path\":\"/\"}\n") << 400;
        QTest::newRow("deep") << QByteArray(100'000, '[') + '\n' << 400;
        QTest::newRow("just too long") << QByteArray(most + 1, ' ') + '\n' << 413;
        QTest::newRow("just not too long") << QByteArray(most, ' ') + '\n' << 400;
        QTest::newRow("far too long") << QByteArray(3 * most, 'x') + '\n' << 413;
    }
    void garbageIsAnsweredAndClosed()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const int, status);
        const auto reply = exchange(bytes);
        QVERIFY(reply);
        QCOMPARE(reply->status, status);
        QVERIFY(errorFromProblem(reply->body));
        QCOMPARE(m_counts->started, 0);
        QVERIFY(send(requestOf("/echo")));
    }

    void hangingUpAndClosingStopRequests()
    {
        client::LocalTransport transport(m_folder->path());
        auto call = transport.send(requestOf("/wait"), {});
        QLocalSocket socket;
        socket.connectToServer(m_server->path());
        socket.write(client::encodeRequest(requestOf("/wait")));
        QLocalSocket silent;
        silent.connectToServer(m_server->path());
        QTRY_COMPARE(m_counts->started, 2);
        QCOMPARE(m_counts->stopped, 0);
        socket.abort();
        QTRY_COMPARE(m_counts->stopped, 1);
        QCoro::waitFor(m_server->close()); // one request and a client that says nothing are left
        QCOMPARE(m_counts->stopped, 2);
        QVERIFY(!QCoro::waitFor(std::move(call)));
    }

    void aCallerMayStopWaiting()
    {
        client::LocalTransport transport(m_folder->path());
        std::stop_source stop;
        RequestContext context;
        context.stop = stop.get_token();
        auto call = transport.send(requestOf("/wait"), context);
        QTRY_COMPARE(m_counts->started, 1);
        stop.request_stop();
        QCOMPARE(QCoro::waitFor(std::move(call)).error().code, ErrorCode::Cancelled);
        QTRY_COMPARE(m_counts->stopped, 1);
        context = RequestContext().withDeadline(std::chrono::steady_clock::now() + 50ms);
        QCOMPARE(QCoro::waitFor(transport.send(requestOf("/wait"), context)).error().code, ErrorCode::Timeout);
    }

    void tooManyConnectionsAreRefused()
    {
        std::vector<std::unique_ptr<QLocalSocket>> sockets;
        for (int i = 0; i < 40; ++i) {
            sockets.push_back(std::make_unique<QLocalSocket>());
            sockets.back()->connectToServer(m_server->path());
        }
        const auto connected = [&sockets] {
            return std::count_if(sockets.begin(), sockets.end(),
                                 [](const auto &socket) { return socket->state() == QLocalSocket::ConnectedState; });
        };
        QTRY_COMPARE(connected(), 32);
        sockets.clear();
        QTRY_VERIFY(send(requestOf("/echo")));
    }

    void otherRepliesAreNotUnderstood()
    {
        for (const char *line : {"nonsense", "{}", "[]", "{\"status\":\"200\"}"})
            QCOMPARE(client::decodeReply(line).error().code, ErrorCode::BadGateway);
    }
};

QTEST_GUILESS_MAIN(TestLocalTransport)
#include "tst_localtransport.moc"
