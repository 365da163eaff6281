// SPDX-License-Identifier: Apache-2.0
#include "shared/client/httptransport.h"

#include "shared/async/completion.h"
#include "shared/async/wait.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QFile>
#include <QHostAddress>
#include <QHttp1Configuration>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QPointer>
#include <QSslCertificate>
#include <QSslError>

using namespace Qt::StringLiterals;

namespace moe::client {

using namespace std::chrono_literals;

namespace {

constexpr qint64 largestAnswer = 64 * 1024 * 1024;
constexpr qint64 largestRefusal = 64 * 1024;
/// What the way there and back may take.
constexpr int mostConnections = 64;
constexpr auto grace = 30s;
/// The daemon sends something at least every fifteen seconds.
constexpr auto silenceLimit = 60s;

constexpr QByteArrayView livePath("/control/v1/events");

bool isLoopback(const QString &host)
{
    return host.compare("localhost"_L1, Qt::CaseInsensitive) == 0 || QHostAddress(host).isLoopback();
}

Result<void> checkUrl(const HttpServer &server)
{
    const QUrl &url = server.url;
    const bool isHttp = url.scheme() == "http"_L1;
    const bool isPlain = url.path().isEmpty() || url.path() == "/"_L1;
    if (!url.isValid() || url.host().isEmpty() || (!isHttp && url.scheme() != "https"_L1) || !url.userInfo().isEmpty()
        || !isPlain || url.hasQuery() || url.hasFragment())
        return failure(Error::invalid(
            u"The server's address must look like https://moe.example.org:8088, without anything else."_s,
            u"server"_s));
    if (isHttp && !isLoopback(url.host()) && !server.isPlainHttpAllowed)
        return failure(Error::invalid(u"Passwords are not sent unencrypted to another machine. Use https."_s,
                                      u"server"_s, u"insecure_http"_s));
    return {};
}

Result<QSslConfiguration> tlsOf(const HttpServer &server)
{
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    if (server.authorityFile.isEmpty())
        return tls;
    const auto authorities = QSslCertificate::fromPath(server.authorityFile);
    if (authorities.isEmpty())
        return failure(Error::invalid(u"There are no certificates (PEM) in %1."_s.arg(server.authorityFile), u"ca"_s));
    tls.setCaCertificates(authorities);
    return tls;
}

Result<QByteArray> fingerprintOf(QByteArray digits)
{
    digits.replace(':', "");
    const QByteArray bytes = QByteArray::fromHex(digits);
    if (!digits.isEmpty() && (digits.size() != 64 || bytes.toHex() != digits.toLower()))
        return failure(
            Error::invalid(u"A fingerprint is 64 hex digits: the SHA-256 of the certificate."_s, u"fingerprint"_s));
    return bytes;
}

/// What went wrong below HTTP.
Error errorOf(const QNetworkReply &reply)
{
    switch (reply.error()) {
    case QNetworkReply::SslHandshakeFailedError:
    case QNetworkReply::OperationCanceledError: // by guard()
        return Error::of(ErrorCode::Unavailable,
                         u"The server's certificate is not trusted. Name its authority with --ca or its fingerprint "
                         "with --fingerprint."_s,
                         u"untrusted_certificate"_s);
    case QNetworkReply::TimeoutError: return Error::timeout(u"The server does not answer."_s);
    default: return Error::of(ErrorCode::Unavailable, u"The server cannot be reached: %1."_s.arg(reply.errorString()));
    }
}

int statusOf(const QNetworkReply &reply) { return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(); }

/// No whole answer came.
bool isBroken(const QNetworkReply &reply)
{
    const bool isBelowHttp
        = reply.error() != QNetworkReply::NoError && reply.error() < QNetworkReply::ProxyConnectionRefusedError;
    return statusOf(reply) == 0 || isBelowHttp;
}

HttpHead headOf(const QNetworkReply &reply)
{
    return {statusOf(reply), reply.rawHeader("Content-Type"), reply.rawHeader("Mcp-Session-Id")};
}

control::Reply replyOf(const QNetworkReply &reply, QByteArray body)
{
    control::Reply answer;
    answer.status = statusOf(reply);
    answer.body = std::move(body);
    answer.contentType = reply.rawHeader("Content-Type");
    answer.etag = reply.rawHeader("ETag");
    answer.location = reply.rawHeader("Location");
    bool isNumber = false;
    if (const int seconds = reply.rawHeader("Retry-After").toInt(&isNumber); isNumber && seconds >= 0)
        answer.retryAfter = std::chrono::seconds(seconds);
    return answer;
}

/// Waits for the end of a reply, handing its bytes on. Cancelled if the context ends before.
Task<void> awaitEnd(std::shared_ptr<QNetworkReply> reply, std::function<bool(QByteArray)> onBytes,
                    RequestContext context)
{
    const Completion<Result<void>> done;
    // From the loop, not from inside a signal: whoever waits may let go of the reply and of all it belongs to.
    const auto end = [done](Result<void> result) {
        Mailbox::current()->post([done, result = std::move(result)] { done.complete(result); });
    };
    QObject guard;
    const auto take = [done, end, onBytes = std::move(onBytes), from = reply.get()] {
        if (!done.isCompleted() && from->isOpen() && !onBytes(from->readAll()))
            end(failure(Error::of(ErrorCode::TooLarge, u"The server's answer is too large."_s)));
    };
    QObject::connect(reply.get(), &QNetworkReply::readyRead, &guard, take);
    QObject::connect(reply.get(), &QNetworkReply::finished, &guard, [end, take] {
        take();
        end({});
    });
    const StopWatcher watcher(context.stop, [done] { done.complete(failure(Error::cancelled())); });
    const Result<void> result = co_await done;
    QObject::disconnect(reply.get(), nullptr, &guard, nullptr);
    if (!result)
        reply->abort();
    co_return result;
}

/// The reply also goes with its transport, which a caller may let go of first.
std::shared_ptr<QNetworkReply> own(QNetworkReply *reply)
{
    return {reply, [owned = QPointer(reply)](QNetworkReply *) {
                if (owned)
                    owned->deleteLater();
            }};
}

}

Result<std::shared_ptr<HttpTransport>> HttpTransport::create(const HttpServer &server)
{
    TRY_VOID(checkUrl(server));
    TRY(const QSslConfiguration tls, tlsOf(server));
    HttpServer checked = server;
    TRY(checked.fingerprint, fingerprintOf(server.fingerprint));
    return std::shared_ptr<HttpTransport>(new HttpTransport(checked, tls));
}

HttpTransport::HttpTransport(const HttpServer &server, QSslConfiguration tls)
    : m_url(server.url)
    , m_token(server.token)
    , m_fingerprint(server.fingerprint)
    , m_tls(std::move(tls))
{
    m_network.setProxy(QNetworkProxy::NoProxy);
}

QNetworkRequest HttpTransport::requestTo(const QByteArray &path, const QByteArray &query) const
{
    QUrl url = m_url;
    url.setPath(QString::fromLatin1(path), QUrl::StrictMode);
    if (!query.isEmpty())
        url.setQuery(QString::fromLatin1(query), QUrl::StrictMode);
    QNetworkRequest request(url);
    request.setSslConfiguration(m_tls);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    QHttp1Configuration connections;
    connections.setNumberOfConnectionsPerHost(mostConnections); // what is listened to keeps one each
    request.setHttp1Configuration(connections);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    if (!m_token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_token);
    return request;
}

void HttpTransport::guard(QNetworkReply *reply) const
{
    if (m_fingerprint.isEmpty())
        return;
    const auto isPinned = [reply, pin = m_fingerprint] {
        return reply->sslConfiguration().peerCertificate().digest(QCryptographicHash::Sha256) == pin;
    };
    // The certificate is known by itself: neither its name nor who signed it counts.
    QObject::connect(reply, &QNetworkReply::sslErrors, reply, [reply, isPinned] {
        if (isPinned())
            reply->ignoreSslErrors();
    });
    QObject::connect(reply, &QNetworkReply::encrypted, reply, [reply, isPinned] {
        if (!isPinned())
            reply->abort();
    });
}

void HttpTransport::noteClock(const QNetworkReply &reply)
{
    const QDateTime theirs = QDateTime::fromString(QString::fromLatin1(reply.rawHeader("Date")), Qt::RFC2822Date);
    if (theirs.isValid())
        m_clockAhead = std::chrono::seconds(QDateTime::currentDateTimeUtc().secsTo(theirs));
}

Task<control::Reply> HttpTransport::send(control::Request request, RequestContext context)
{
    const auto limit = timeLeft(context, timeLimitOf(request) + grace);
    return withTimeout<control::Reply>(
        std::move(context), limit, u"The server does not answer."_s,
        [this, request = std::move(request)](RequestContext limited) { return exchange(request, std::move(limited)); });
}

Task<control::Reply> HttpTransport::exchange(control::Request request, RequestContext context)
{
    QNetworkRequest sent = requestTo(request.path, request.query);
    if (!request.body.isEmpty())
        sent.setRawHeader("Content-Type", contentTypeOf(request));
    if (!request.ifMatch.isEmpty())
        sent.setRawHeader("If-Match", request.ifMatch);
    const ReplyPtr reply = own(m_network.sendCustomRequest(sent, request.method, request.body));
    guard(reply.get());
    QByteArray body;
    const auto take = [&body](const QByteArray &bytes) {
        body += bytes;
        return body.size() <= largestAnswer;
    };
    CO_TRY_VOID(co_await awaitEnd(reply, take, std::move(context)));
    if (isBroken(*reply))
        co_return failure(errorOf(*reply));
    noteClock(*reply);
    co_return replyOf(*reply, body);
}

Task<HttpHead> HttpTransport::call(HttpCall call, std::function<bool(const HttpHead &, QByteArray)> onBytes,
                                   RequestContext context)
{
    QNetworkRequest sent = requestTo(call.path, {});
    for (const auto &[name, value] : std::as_const(call.headers))
        sent.setRawHeader(name, value);
    const ReplyPtr reply = own(m_network.sendCustomRequest(sent, call.method, call.body));
    guard(reply.get());
    const auto take = [onBytes = std::move(onBytes), from = reply.get()](QByteArray bytes) {
        return onBytes(headOf(*from), std::move(bytes));
    };
    CO_TRY_VOID(co_await awaitEnd(reply, take, std::move(context)));
    if (isBroken(*reply))
        co_return failure(errorOf(*reply));
    co_return headOf(*reply);
}

Task<void> HttpTransport::listen(QByteArray lastEventId, std::function<void(QByteArrayView)> onBytes,
                                 RequestContext context)
{
    QNetworkRequest sent = requestTo(livePath.toByteArray(), {});
    sent.setRawHeader("Accept", "text/event-stream");
    if (!lastEventId.isEmpty())
        sent.setRawHeader("Last-Event-ID", lastEventId);
    const ReplyPtr reply = own(m_network.get(sent));
    guard(reply.get());
    LinkedStop stop(context.stop);
    QTimer silence;
    silence.callOnTimeout(&silence, [&stop] { stop.requestStop(); });
    silence.start(silenceLimit);
    QByteArray refusal;
    const auto take = [&refusal, &silence, onBytes = std::move(onBytes), from = reply.get()](const QByteArray &bytes) {
        silence.start();
        if (statusOf(*from) == 200)
            onBytes(bytes);
        else
            refusal += bytes;
        return refusal.size() <= largestRefusal;
    };
    const Result<void> ended = co_await awaitEnd(reply, take, context.withStop(stop.token()));
    if (!ended && !context.isStopped())
        co_return failure(Error::timeout(u"The live feed fell silent."_s));
    CO_TRY_VOID(ended);
    if (isBroken(*reply))
        co_return failure(errorOf(*reply));
    if (statusOf(*reply) != 200)
        co_return failure(client::errorOf(replyOf(*reply, refusal)));
    co_return Result<void>();
}

}
