// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QTcpSocket>

namespace moe::sim {

/// An answer taken apart; the body without chunk framing.
struct RawReply {
    int status = 0;
    QByteArray head;
    QByteArray body;
    bool isWhole = false; ///< the body came to its proper end

    [[nodiscard]] QJsonObject json() const;
    /// The lines of NDJSON, or the payloads of SSE events that are objects.
    [[nodiscard]] QList<QJsonObject> frames() const;
    [[nodiscard]] QByteArray header(const QByteArray &name) const;
};

/// A bare socket to a node in this process: sends bytes, collects bytes, runs the event loop meanwhile.
class RawClient
{
public:
    explicit RawClient(quint16 port);

    void send(const QByteArray &bytes);
    void sendRequest(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
                     const QByteArray &headers = {});
    [[nodiscard]] bool waitForBytes(const QByteArray &part);
    [[nodiscard]] bool waitForClose();
    /// Waits for the end of one answer, proper or not.
    [[nodiscard]] RawReply reply();

    QTcpSocket socket;
    QByteArray received;
};

[[nodiscard]] RawReply parseReply(const QByteArray &bytes);
/// One request on a connection of its own.
[[nodiscard]] RawReply get(quint16 port, const QByteArray &path);
[[nodiscard]] RawReply post(quint16 port, const QByteArray &path, const QByteArray &body);

}
