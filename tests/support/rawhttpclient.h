// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/httpresponse.h"

#include <QElapsedTimer>
#include <QTcpSocket>

#include <chrono>
#include <functional>

namespace moe::test {

/// One connection to a HTTP server under test that sends any bytes, right or wrong, and shows what comes back, when.
/// Waiting runs the event loop, so the server may live in the same thread.
class RawHttpClient
{
public:
    using Milliseconds = std::chrono::milliseconds;
    using Headers = QList<std::pair<QByteArray, QByteArray>>;
    static constexpr Milliseconds defaultPatience{10'000};

    RawHttpClient();
    RawHttpClient(const RawHttpClient &) = delete;
    RawHttpClient &operator=(const RawHttpClient &) = delete;
    ~RawHttpClient();

    /// To the loopback address.
    [[nodiscard]] bool connectTo(quint16 port);

    /// A well-formed HTTP/1.1 request; a body brings its Content-Length along.
    [[nodiscard]] static QByteArray request(const QByteArray &method, const QByteArray &path,
                                            const Headers &headers = {}, const QByteArray &body = {});

    void send(const QByteArray &bytes);
    /// Sends a request and waits for its whole answer.
    [[nodiscard]] bool exchange(const QByteArray &bytes, Milliseconds patience = defaultPatience);

    /// Waits for the rest of the present response.
    [[nodiscard]] bool waitForResponse(Milliseconds patience = defaultPatience);
    /// Waits until the response, as far as it has arrived, satisfies `condition`; false if it ends without.
    [[nodiscard]] bool waitUntil(const std::function<bool(const HttpResponse &)> &condition,
                                 Milliseconds patience = defaultPatience);
    /// Waits until the server closes, in order or by reset.
    [[nodiscard]] bool waitForClose(Milliseconds patience = defaultPatience);

    /// Begins the next response of the connection (keep-alive, pipelining).
    void nextResponse(bool isHeadRequest = false) { m_parser.begin(isHeadRequest); }

    [[nodiscard]] const HttpResponse &response() const { return m_parser.response(); }
    /// What the server did wrong; empty: nothing.
    [[nodiscard]] const QByteArray &error() const { return m_parser.error(); }
    [[nodiscard]] bool isClosed() const { return m_socket.state() == QAbstractSocket::UnconnectedState; }
    /// True if the server broke the connection off instead of closing it.
    [[nodiscard]] bool isReset() const { return m_isReset; }
    [[nodiscard]] quint16 localPort() const { return m_socket.localPort(); }
    [[nodiscard]] qint64 received() const { return m_received; }
    /// Bytes that the kernel has not taken yet.
    [[nodiscard]] qint64 unsent() const { return m_socket.bytesToWrite(); }

    /// Closes in order, once what was sent is out.
    void close();
    /// Breaks the connection off (RST).
    void reset();
    /// Closes the sending direction only.
    void closeSending();
    /// Stops reading, so that the server meets a full window once the kernel's buffers are full.
    void stopReading();
    void resumeReading();

private:
    void read();
    [[nodiscard]] bool waitFor(const std::function<bool()> &condition, Milliseconds patience);

    QTcpSocket m_socket;
    HttpResponseParser m_parser;
    qint64 m_received = 0;
    bool m_isReading = true;
    bool m_isReset = false;
};

}
