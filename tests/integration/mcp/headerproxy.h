// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/http/headcheck.h"

#include <QTcpServer>

namespace moe::test {

/// Adds a header to every request of a connection and leaves all other bytes as they are.
class HeaderInserter
{
public:
    /// "Name: value".
    explicit HeaderInserter(QByteArray header) : m_header(std::move(header)) { }

    /// What may go on by now, with the next bytes. Nothing: this is not HTTP.
    [[nodiscard]] std::optional<QByteArray> take(const QByteArray &bytes);

private:
    [[nodiscard]] bool takeHead(QByteArray &out);
    [[nodiscard]] bool takeBody(QByteArray &out);
    void pass(qsizetype size, QByteArray &out);

    const QByteArray m_header;
    const http::RequestLimits m_limits;
    QByteArray m_waiting;
    qsizetype m_scanned = 0; // of a head
    qsizetype m_left = 0; // of a body
    std::optional<http::ChunkedBody> m_chunked;
};

/// What a client without a key comes through: a proxy on a free port of this machine, on this thread.
class HeaderProxy
{
public:
    HeaderProxy(quint16 target, const QByteArray &header);
    HeaderProxy(const HeaderProxy &) = delete;
    HeaderProxy &operator=(const HeaderProxy &) = delete;

    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }

private:
    QTcpServer m_server; // parent of the connections
};

}
