// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/epolldispatcher.h"
#include "daemon/inference/curlloop.h"

#include "tests/support/testcertificate.h"

#include <QCoreApplication>
#include <QFile>
#include <QSslServer>
#include <QTcpSocket>
#include <QTest>

#include <sys/eventfd.h>
#include <unistd.h>

using namespace moe;
using namespace moe::inference;
using namespace std::chrono_literals;

namespace {

/// Remembers how a transfer ended.
class Ending final : public TransferSink
{
public:
    void transferBegan(int) override { }
    void transferData(QByteArray) override { }
    void transferEnded(std::expected<void, TransferFailure> result) override { outcome = result; }

    std::optional<std::expected<void, TransferFailure>> outcome;
};

/// A descriptor that can be read from.
struct Event {
    const int descriptor = eventfd(1, EFD_CLOEXEC);
    QSocketNotifier notifier{descriptor, QSocketNotifier::Read};
    Event() = default;
    Event(const Event &) = delete;
    Event &operator=(const Event &) = delete;
    ~Event()
    {
        notifier.setEnabled(false);
        ::close(descriptor);
    }
};

UpstreamRequest requestTo(const QByteArray &url)
{
    UpstreamRequest request;
    request.url = url;
    request.connectTime = 1h; // nothing but the end itself ends it
    return request;
}

}

class CurlLoopTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resolverLeavesNothingWatched();
    void connectingTakesTooLong();
    void onlyTrustedServersAreAsked();
    void unusableAddresses_data();
    void unusableAddresses();

private:
    CurlLoop m_loop;
};

/// The resolver's thread reports through a descriptor that it closes itself: whatever has the number next must be
/// heard. A name part that is too long needs that thread, but no name server.
void CurlLoopTest::resolverLeavesNothingWatched()
{
    Ending ending;
    const auto transfer = m_loop.start(requestTo("http://" + QByteArray(70, 'x') + ".invalid/"), ending);
    QTRY_VERIFY(ending.outcome);
    QVERIFY(!*ending.outcome);
    QCOMPARE(ending.outcome->error(), TransferFailure::Unreachable);

    int heard = 0;
    std::vector<std::unique_ptr<Event>> events; // one of them gets the number
    for (int i = 0; i < 20; ++i) {
        events.push_back(std::make_unique<Event>());
        QSocketNotifier &notifier = events.back()->notifier;
        connect(&notifier, &QSocketNotifier::activated, this, [&heard, &notifier] {
            ++heard;
            notifier.setEnabled(false);
        });
    }
    QTRY_COMPARE(heard, 20);
}

/// A listener whose queue is full leaves connections open for ever.
void CurlLoopTest::connectingTakesTooLong()
{
    QTcpServer server;
    server.setListenBacklogSize(1);
    QVERIFY(server.listen(QHostAddress::LocalHost));
    server.pauseAccepting();
    std::vector<std::unique_ptr<QTcpSocket>> queue;
    for (int i = 0; i < 8; ++i) {
        queue.push_back(std::make_unique<QTcpSocket>());
        queue.back()->connectToHost(QHostAddress::LocalHost, server.serverPort());
    }
    QTRY_VERIFY(
        std::ranges::any_of(queue, [](const auto &socket) { return socket->state() == QTcpSocket::ConnectedState; }));

    UpstreamRequest request = requestTo("http://127.0.0.1:" + QByteArray::number(server.serverPort()) + '/');
    request.connectTime = 300ms;
    Ending ending;
    const auto transfer = m_loop.start(std::move(request), ending);
    QTRY_VERIFY(ending.outcome);
    QVERIFY(!*ending.outcome);
    QCOMPARE(ending.outcome->error(), TransferFailure::Unreachable);
}

void CurlLoopTest::onlyTrustedServersAreAsked()
{
    const test::TestCertificate certificate;
    QSslServer server;
    server.setSslConfiguration(certificate.tls());
    int asked = 0;
    connect(&server, &QTcpServer::pendingConnectionAvailable, this, [&] {
        QTcpSocket *const socket = server.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [&asked, socket] {
            ++asked;
            socket->write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        });
    });
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const QByteArray url = "https://127.0.0.1:" + QByteArray::number(server.serverPort()) + '/';

    Ending stranger;
    const auto refused = m_loop.start(requestTo(url), stranger);
    QTRY_VERIFY(stranger.outcome);
    QVERIFY(!*stranger.outcome);
    QCOMPARE(stranger.outcome->error(), TransferFailure::Unreachable);
    QCOMPARE(asked, 0);

    CurlLoop trusting(QFile::encodeName(certificate.file()));
    Ending known;
    const auto answered = trusting.start(requestTo(url), known);
    QTRY_VERIFY(known.outcome);
    QVERIFY(*known.outcome);
    QCOMPARE(asked, 1);
}

void CurlLoopTest::unusableAddresses_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no host") << QByteArray("http://");
    QTest::newRow("port out of range") << QByteArray("http://127.0.0.1:65536/");
    QTest::newRow("blank inside") << QByteArray("http://a b/");
    QTest::newRow("another protocol") << QByteArray("gopher://127.0.0.1/");
}

void CurlLoopTest::unusableAddresses()
{
    QFETCH(const QByteArray, url);
    for (int i = 0; i < 2; ++i) { // the second time its parsed form is known
        Ending ending;
        const auto transfer = m_loop.start(requestTo(url), ending);
        QVERIFY(!ending.outcome); // never from within start()
        QTRY_VERIFY(ending.outcome);
        QVERIFY(!*ending.outcome);
        QCOMPARE(ending.outcome->error(), TransferFailure::Unreadable);
    }
}

int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new http::EpollDispatcher);
    const QCoreApplication application(argc, argv);
    CurlLoopTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_curlloop.moc"
