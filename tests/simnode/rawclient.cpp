// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/rawclient.h"

#include <QHostAddress>
#include <QJsonDocument>
#include <QTest>

namespace moe::sim {

namespace {

void readChunks(QByteArrayView raw, RawReply &reply)
{
    while (true) {
        const qsizetype lineEnd = raw.indexOf("\r\n");
        if (lineEnd < 0)
            return;
        const auto size = raw.first(lineEnd).toByteArray().toLongLong(nullptr, 16);
        if (size == 0) {
            reply.isWhole = true;
            return;
        }
        if (raw.size() < lineEnd + 2 + size)
            return;
        reply.body += raw.sliced(lineEnd + 2, size);
        raw = raw.sliced(std::min(raw.size(), lineEnd + 4 + size));
    }
}

}

QJsonObject RawReply::json() const { return QJsonDocument::fromJson(body).object(); }

QList<QJsonObject> RawReply::frames() const
{
    QList<QJsonObject> result;
    for (QByteArray line : body.split('\n')) {
        if (line.startsWith("data: "))
            line = line.sliced(6);
        if (const auto document = QJsonDocument::fromJson(line); document.isObject())
            result << document.object();
    }
    return result;
}

QByteArray RawReply::header(const QByteArray &name) const
{
    for (const QByteArray &line : head.split('\n')) {
        if (line.startsWith(QByteArray(name + ": ")))
            return line.sliced(name.size() + 2).trimmed();
    }
    return {};
}

RawReply parseReply(const QByteArray &bytes)
{
    RawReply reply;
    const qsizetype headEnd = bytes.indexOf("\r\n\r\n");
    if (headEnd < 0 || !bytes.startsWith("HTTP/1.1 "))
        return reply;
    reply.head = bytes.first(headEnd);
    reply.status = reply.head.sliced(9, 3).toInt();
    const QByteArray length = reply.header("Content-Length");
    if (reply.header("Transfer-Encoding") == "chunked") {
        readChunks(QByteArrayView(bytes).sliced(headEnd + 4), reply);
    } else {
        reply.body = bytes.sliced(headEnd + 4);
        reply.isWhole = !length.isEmpty() && reply.body.size() >= length.toLongLong();
    }
    return reply;
}

RawClient::RawClient(quint16 port)
{
    QObject::connect(&socket, &QTcpSocket::readyRead, &socket, [this] { received += socket.readAll(); });
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    if (!QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::ConnectedState; }))
        qFatal("the node does not accept connections");
}

void RawClient::send(const QByteArray &bytes) { socket.write(bytes); }

void RawClient::sendRequest(const QByteArray &method, const QByteArray &path, const QByteArray &body,
                            const QByteArray &headers)
{
    send(method + ' ' + path + " HTTP/1.1\r\nHost: node\r\n" + headers
         + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
}

bool RawClient::waitForBytes(const QByteArray &part)
{
    return QTest::qWaitFor([&] { return received.contains(part); });
}

bool RawClient::waitForClose()
{
    return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::UnconnectedState; });
}

RawReply RawClient::reply()
{
    const bool isOver = QTest::qWaitFor(
        [this] { return socket.state() == QAbstractSocket::UnconnectedState || parseReply(received).isWhole; });
    return isOver ? parseReply(received) : RawReply{};
}

RawReply get(quint16 port, const QByteArray &path)
{
    RawClient client(port);
    client.sendRequest("GET", path);
    return client.reply();
}

RawReply post(quint16 port, const QByteArray &path, const QByteArray &body)
{
    RawClient client(port);
    client.sendRequest("POST", path, body);
    return client.reply();
}

}
