// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/client/controltransport.h"

#include <QNetworkAccessManager>
#include <QSslConfiguration>
#include <QUrl>

#include <memory>

class QNetworkReply;
class QNetworkRequest;

namespace moe::client {

/// Where a daemon's control API is, and how it is known to be the right one.
struct HttpServer {
    QUrl url;                     ///< "https://moe.example.org:8088"
    QByteArray token = {};        ///< of a session, secret; empty: not signed in
    QString authorityFile = {};   ///< certificates (PEM) that are trusted instead of the system's
    QByteArray fingerprint = {};  ///< SHA-256 of the one certificate that is trusted, as hex digits
    bool isPlainHttpAllowed = false; ///< also to other machines: whoever listens learns passwords and tokens
};

/// A request to another API of a daemon, and the head of the answer to it.
struct HttpCall {
    QByteArray method;
    QByteArray path;
    QList<std::pair<QByteArray, QByteArray>> headers;
    QByteArray body;
};
struct HttpHead {
    int status = 0;
    QByteArray contentType;
    QByteArray mcpSession; ///< Mcp-Session-Id; empty: none
};

/// To a daemon anywhere, over HTTP or HTTPS. Follows no redirects and uses no proxy.
class HttpTransport final : public ControlTransport
{
public:
    /// InvalidRequest for a URL, a file or a fingerprint that cannot be used.
    [[nodiscard]] static Result<std::shared_ptr<HttpTransport>> create(const HttpServer &server);

    [[nodiscard]] Task<control::Reply> send(control::Request request, RequestContext context) override;
    [[nodiscard]] Task<void> listen(QByteArray lastEventId, std::function<void(QByteArrayView)> onBytes,
                                    RequestContext context) override;

    /// Hands the body of the answer on as it comes, whatever the status; `onBytes` says whether it wants more. Takes as
    /// long as the context allows. Fails as send().
    [[nodiscard]] Task<HttpHead> call(HttpCall call, std::function<bool(const HttpHead &, QByteArray)> onBytes,
                                      RequestContext context);

    /// By how much the daemon's clock was ahead of ours in its last answer that said so, to the second.
    [[nodiscard]] std::optional<std::chrono::seconds> clockAhead() const { return m_clockAhead; }

private:
    using ReplyPtr = std::shared_ptr<QNetworkReply>;

    HttpTransport(const HttpServer &server, QSslConfiguration tls);
    [[nodiscard]] QNetworkRequest requestTo(const QByteArray &path, const QByteArray &query) const;
    [[nodiscard]] Task<control::Reply> exchange(control::Request request, RequestContext context);
    /// Checks the certificate before anything is sent.
    void guard(QNetworkReply *reply) const;
    void noteClock(const QNetworkReply &reply);

    const QUrl m_url;
    const QByteArray m_token;
    const QByteArray m_fingerprint; ///< the bytes themselves
    const QSslConfiguration m_tls;
    QNetworkAccessManager m_network;
    std::optional<std::chrono::seconds> m_clockAhead;
};

}
