// SPDX-License-Identifier: Apache-2.0
#include "shared/client/controlclient.h"
#include "shared/client/httptransport.h"
#include "shared/wire/control/accounts.h"
#include "shared/wire/problem.h"
#include "tests/support/testcertificate.h"
#include "tests/unit/client/tinyhttpserver.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe;
using namespace moe::client;
using moe::test::TestCertificate;
using moe::test::TestDirectory;
using moe::test::TinyHttpServer;
using namespace std::chrono_literals;

namespace {

QByteArray http(const QByteArray &status, const QByteArray &headers, const QByteArray &body)
{
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + headers
        + "Connection: close\r\n\r\n" + body;
}

QByteArray refusal(const QByteArray &status, ErrorCode code, const QByteArray &headers = {})
{
    return http(status, "Content-Type: application/problem+json\r\n" + headers,
                problemDocument(Error::of(code, u"no"_s), "req_1"));
}

bool hasHeader(const QByteArray &request, const QByteArray &line)
{
    return request.toLower().contains(QByteArray("\r\n" + line.toLower() + "\r\n"));
}

Result<control::Reply> sendTo(const HttpServer &server, const control::Request &request, RequestContext context = {})
{
    auto transport = HttpTransport::create(server);
    if (!transport)
        return failure(transport.error());
    return QCoro::waitFor((*transport)->send(request, std::move(context)));
}

control::Request get(const QByteArray &path)
{
    return {.method = "GET", .path = path, .query = {}, .body = {}, .ifMatch = {}};
}

}

class TestHttpTransport : public QObject
{
    Q_OBJECT

private:
    const TestDirectory m_folder;
    const TestCertificate m_certificate;

private Q_SLOTS:
    void requestsAndRepliesAreWhole()
    {
        const TinyHttpServer server([](const QByteArray &) {
            return http("201 Created",
                        "Content-Type: application/json\r\nETag: \"3\"\r\nLocation: /control/v1/users/7\r\n"
                        "Retry-After: 5\r\n",
                        "{}");
        });
        control::Request request = get("/control/v1/servers/a%2Fb");
        request.method = "PATCH";
        request.query = "text=a%20b%26c";
        request.body = "[1]";
        request.ifMatch = "\"2\"";
        const auto reply = sendTo({.url = server.url(), .token = "secret"}, request);
        QVERIFY(reply);
        QCOMPARE(reply->status, 201);
        QCOMPARE(reply->body, QByteArray("{}"));
        QCOMPARE(reply->contentType, QByteArray("application/json"));
        QCOMPARE(reply->etag, QByteArray("\"3\""));
        QCOMPARE(reply->location, QByteArray("/control/v1/users/7"));
        QCOMPARE(reply->retryAfter, std::optional(5s));
        const QByteArray sent = server.requests().at(0);
        QVERIFY2(sent.startsWith("PATCH /control/v1/servers/a%2Fb?text=a%20b%26c HTTP/1.1\r\n"), sent.constData());
        QVERIFY(hasHeader(sent, "Authorization: Bearer secret"));
        QVERIFY(hasHeader(sent, "If-Match: \"2\""));
        QVERIFY(hasHeader(sent, "Content-Type: application/json"));
        QVERIFY(sent.endsWith("\r\n\r\n[1]"));
    }

    void refusalsAreReplies_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<int>("code");
        QTest::newRow("400") << QByteArray("400 Bad Request") << QByteArray() << int(ErrorCode::InvalidRequest);
        QTest::newRow("401") << QByteArray("401 Unauthorized") << QByteArray("WWW-Authenticate: Bearer\r\n")
                             << int(ErrorCode::Unauthenticated);
        QTest::newRow("401 bare") << QByteArray("401 Unauthorized") << QByteArray() << int(ErrorCode::Unauthenticated);
        QTest::newRow("403") << QByteArray("403 Forbidden") << QByteArray() << int(ErrorCode::PermissionDenied);
        QTest::newRow("404") << QByteArray("404 Not Found") << QByteArray() << int(ErrorCode::NotFound);
        QTest::newRow("412") << QByteArray("412 Precondition Failed") << QByteArray() << int(ErrorCode::Conflict);
        QTest::newRow("429") << QByteArray("429 Too Many Requests") << QByteArray() << int(ErrorCode::RateLimited);
        QTest::newRow("503") << QByteArray("503 Service Unavailable") << QByteArray() << int(ErrorCode::Unavailable);
    }
    void refusalsAreReplies()
    {
        QFETCH(const QByteArray, status);
        QFETCH(const QByteArray, headers);
        QFETCH(const int, code);
        const TinyHttpServer server([&](const QByteArray &) { return refusal(status, ErrorCode(code), headers); });
        for (const char *method : {"GET", "POST"}) {
            control::Request request = get("/");
            request.method = method;
            const auto reply = sendTo({.url = server.url()}, request);
            QVERIFY(reply);
            QCOMPARE(reply->status, status.first(3).toInt());
            QCOMPARE(int(errorOf(*reply).code), code);
        }
        QCOMPARE(server.requests().size(), 2U);
    }

    void redirectsAreNotFollowed()
    {
        const TinyHttpServer server(
            [](const QByteArray &) { return http("302 Found", "Location: /elsewhere\r\n", "go"); });
        const ControlClient client(*HttpTransport::create({.url = server.url(), .token = "secret"}));
        const auto users = QCoro::waitFor(client.call(control::listUsers, {}, {}));
        QCOMPARE(users.error().code, ErrorCode::BadGateway);
        QCOMPARE(server.requests().size(), 1U);
    }

    void brokenAnswersAreFailures_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("no http") << QByteArray("hello\r\n\r\n");
        QTest::newRow("closed at once") << QByteArray("\r\n");
        QTest::newRow("cut") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}");
    }
    void brokenAnswersAreFailures()
    {
        QFETCH(const QByteArray, bytes);
        const TinyHttpServer server([&](const QByteArray &) { return bytes; });
        QCOMPARE(sendTo({.url = server.url()}, get("/")).error().code, ErrorCode::Unavailable);
    }

    void silenceAndStopEndIt()
    {
        const TinyHttpServer server([](const QByteArray &) { return QByteArray(); });
        const auto limited = RequestContext().withDeadline(std::chrono::steady_clock::now() + 100ms);
        QCOMPARE(sendTo({.url = server.url()}, get("/"), limited).error().code, ErrorCode::Timeout);
        const auto transport = HttpTransport::create({.url = server.url()});
        std::stop_source stop;
        auto call = (*transport)->send(get("/"), RequestContext().withStop(stop.get_token()));
        QTRY_COMPARE(server.requests().size(), 2U);
        stop.request_stop();
        QCOMPARE(QCoro::waitFor(std::move(call)).error().code, ErrorCode::Cancelled);
    }

    void nobodyListening()
    {
        QUrl url;
        {
            const TinyHttpServer server([](const QByteArray &) { return QByteArray(); });
            url = server.url();
        }
        QCOMPARE(sendTo({.url = url}, get("/")).error().code, ErrorCode::Unavailable);
    }

    void certificatesAreChecked()
    {
        const TinyHttpServer server([](const QByteArray &) { return http("200 OK", {}, "{}"); }, m_certificate.tls());
        const auto reasonOf
            = [](const Result<control::Reply> &reply) { return reply ? u"none"_s : reply.error().reason; };
        QCOMPARE(reasonOf(sendTo({.url = server.url(), .token = "secret"}, get("/"))), u"untrusted_certificate"_s);
        QByteArray other = m_certificate.fingerprint();
        other[0] = other[0] == '0' ? '1' : '0';
        QCOMPARE(reasonOf(sendTo({.url = server.url(), .token = "secret", .fingerprint = other}, get("/"))),
                 u"untrusted_certificate"_s);
        // One that is trusted otherwise is not the pinned one either.
        QCOMPARE(
            reasonOf(sendTo(
                {.url = server.url(), .token = "secret", .authorityFile = m_certificate.file(), .fingerprint = other},
                get("/"))),
            u"untrusted_certificate"_s);
        QVERIFY(server.requests().empty());
        QVERIFY(sendTo({.url = server.url(), .fingerprint = m_certificate.fingerprint()}, get("/")));
        QVERIFY(sendTo({.url = server.url(), .authorityFile = m_certificate.file()}, get("/")));
    }

    void aPinnedCertificateMayHaveAnotherName()
    {
        const TinyHttpServer server([](const QByteArray &) { return http("200 OK", {}, "{}"); }, m_certificate.tls());
        QUrl url = server.url();
        url.setHost(u"localhost"_s);
        QVERIFY(!sendTo({.url = url, .authorityFile = m_certificate.file()}, get("/")));
        QVERIFY(sendTo({.url = url, .fingerprint = m_certificate.fingerprint().toUpper()}, get("/")));
    }

    void badTargetsAreRefused_data()
    {
        QTest::addColumn<QString>("url");
        for (const char *url :
             {"", "moe", "ftp://moe", "https://", "https://a:b@moe", "https://moe/x", "https://moe?x", "https://moe#x",
              "http://moe.example.org", "http://127.0.0.1.example.org", "https://moe:99999"})
            QTest::newRow(url) << QString::fromLatin1(url);
    }
    void badTargetsAreRefused()
    {
        QFETCH(const QString, url);
        const auto transport = HttpTransport::create({.url = QUrl(url, QUrl::StrictMode)});
        QVERIFY(!transport);
        QCOMPARE(transport.error().code, ErrorCode::InvalidRequest);
    }

    void goodTargetsAreAccepted()
    {
        for (const char *url :
             {"https://moe.example.org:8088", "https://moe/", "http://localhost:8088", "http://[::1]"})
            QVERIFY2(HttpTransport::create({.url = QUrl(QString::fromLatin1(url))}), url);
        QVERIFY(HttpTransport::create({.url = QUrl(u"http://moe"_s), .isPlainHttpAllowed = true}));
        const QUrl url(u"https://moe"_s);
        QVERIFY(!HttpTransport::create({.url = url, .fingerprint = "00ff"}));
        QVERIFY(!HttpTransport::create({.url = url, .fingerprint = QByteArray(64, 'g')}));
        QVERIFY(HttpTransport::create({.url = url, .fingerprint = QByteArray("AB:").repeated(31) + "cd"}));
        QVERIFY(!HttpTransport::create({.url = url, .authorityFile = m_folder.file(u"none.pem"_s)}));
    }

    void theDaemonsClockIsNoted()
    {
        const TinyHttpServer server([](const QByteArray &) {
            const QDateTime ahead = QDateTime::currentDateTimeUtc().addSecs(3'600);
            return http("200 OK", "Date: " + ahead.toString(Qt::RFC2822Date).toLatin1() + "\r\n", "{}");
        });
        const auto transport = *HttpTransport::create({.url = server.url()});
        QVERIFY(!transport->clockAhead());
        QVERIFY(QCoro::waitFor(transport->send(get("/"), {})));
        QVERIFY(transport->clockAhead() > 3'590s && transport->clockAhead() < 3'610s);
    }

    void liveFeedIsResumed()
    {
        // As the daemon does it: what somebody has not seen comes again.
        const QByteArray head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
        const TinyHttpServer server([&](const QByteArray &request) {
            if (hasHeader(request, "Last-Event-ID: 8"))
                return refusal("401 Unauthorized", ErrorCode::Unauthenticated);
            if (hasHeader(request, "Last-Event-ID: 7"))
                return QByteArray(head + "id: 8\ndata: two\n\n");
            return QByteArray(head + "id: 7\ndata: one\n\nid: 8\ndata: tw");
        });
        const ControlClient client(*HttpTransport::create({.url = server.url(), .token = "secret"}));
        QList<QByteArray> seen;
        const auto ended
            = QCoro::waitFor(client.events({}, [&](const LiveEvent &event) { seen.append(event.data); }, {}));
        QCOMPARE(ended.error().code, ErrorCode::Unauthenticated);
        QCOMPARE(seen, QList<QByteArray>({"one", "two"}));
        QVERIFY(!server.requests().at(0).toLower().contains("last-event-id"));
        QVERIFY(hasHeader(server.requests().back(), "Last-Event-ID: 8"));
    }
};

QTEST_GUILESS_MAIN(TestHttpTransport)
#include "tst_httptransport.moc"
