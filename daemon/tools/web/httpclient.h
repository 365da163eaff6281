// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/directnotifier.h"
#include "shared/async/task.h"

#include <QTimer>

#include <curl/curl.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace moe::tools {

struct HttpCall {
    QByteArray method;
    QByteArray url;
    QByteArrayList headers; ///< lines without their ends
    QByteArray body{};
    int mostRedirects = 0;                ///< followed; never from https to http
    std::chrono::seconds longestSilence{}; ///< of the server, in the midst of its answer too; 0: as long as it likes
};

/// The head of an answer, as far as anybody asks.
struct HttpHead {
    int status = 0;
    QByteArray contentType;
    QByteArray session;      ///< Mcp-Session-Id
    QByteArray entityTag;    ///< ETag
    QByteArray lastModified; ///< as the server writes it
};

/// Requests over libcurl on this thread's event loop, by which connections are kept. Uses no proxy, sends no cookies.
/// One thread; outlives its tasks.
class HttpClient
{
public:
    /// Called from the loop with what has come of the body, with nothing if only the head has come; says whether more
    /// is wanted.
    using OnBytes = std::function<bool(const HttpHead &head, QByteArray bytes)>;

    /// Who is called, to begin a sentence with, and the reason of errors that mean that it does not answer. `caFile`:
    /// the certificates of the authorities that are trusted, PEM; empty: those of the system.
    HttpClient(QString server, QString lostReason, QByteArray caFile);
    HttpClient(const HttpClient &) = delete;
    HttpClient &operator=(const HttpClient &) = delete;
    ~HttpClient();

    /// The head of the answer, when all of it has come. BadGateway if there is none, if it is cut, or if no more
    /// was wanted, Timeout, Cancelled.
    [[nodiscard]] Task<HttpHead> call(HttpCall call, OnBytes onBytes, RequestContext context);

private:
    class Exchange;
    struct Watch {
        Watch(HttpClient *client, curl_socket_t descriptor);
        DirectNotifier read;
        DirectNotifier write;
    };

    static int onSocket(CURL *easy, curl_socket_t descriptor, int what, void *self, void *);
    static int onTimer(CURLM *multi, long milliseconds, void *self);
    void act(curl_socket_t descriptor, int what);
    void noteFinished();
    void deliver();

    const QString m_server;
    const QString m_lostReason;
    const QByteArray m_caFile;
    CURLM *const m_multi;
    QTimer m_timer;
    std::map<curl_socket_t, Watch> m_watches; // kept for the next connection with the same descriptor
    std::vector<Exchange *> m_exchanges;
    std::shared_ptr<bool> m_isAlive = std::make_shared<bool>(true);
};

}
