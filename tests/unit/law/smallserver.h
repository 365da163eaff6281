// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayList>
#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

namespace moe::test {

/// Answers GET with files by path, knows tags, and counts.
class SmallServer
{
public:
    SmallServer()
    {
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            QTcpSocket *const socket = m_server.nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { answer(*socket); });
        });
        m_server.listen(QHostAddress::LocalHost);
    }
    [[nodiscard]] QUrl url(const QString &path = QStringLiteral("/laws")) const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(m_server.serverPort()).arg(path));
    }

    QHash<QByteArray, QByteArray> files;
    QHash<QByteArray, QByteArray> redirects;
    QByteArray otherwise = "404 Not Found";
    QByteArrayList asked;
    int unchanged = 0;

private:
    void answer(QTcpSocket &socket)
    {
        QByteArray head = socket.property("head").toByteArray() + socket.readAll();
        socket.setProperty("head", head);
        if (!head.endsWith("\r\n\r\n"))
            return;
        const QByteArray path = head.split(' ').value(1);
        asked.append(path);
        if (redirects.contains(path))
            return send(socket, "302 Found", "Location: " + redirects[path] + "\r\n", {});
        if (!files.contains(path))
            return send(socket, otherwise, {}, "no");
        const QByteArray tag = '"' + QByteArray::number(qHash(files[path]), 16) + '"';
        if (head.toLower().contains(QByteArray("if-none-match: " + tag))) {
            ++unchanged;
            return send(socket, "304 Not Modified", {}, {});
        }
        send(socket, "200 OK", "ETag: " + tag + "\r\n", files[path]);
    }
    static void send(QTcpSocket &socket, const QByteArray &status, const QByteArray &headers, const QByteArray &body)
    {
        socket.write("HTTP/1.1 " + status + "\r\n" + headers
                     + "Connection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        socket.disconnectFromHost();
    }

    QTcpServer m_server;
};

}
