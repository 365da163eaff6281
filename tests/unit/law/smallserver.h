// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayList>
#include <QHash>
#include <QSslServer>
#include <QTcpSocket>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace moe::test {

/// Answers GET with files by path, knows tags, and counts.
class SmallServer
{
public:
    SmallServer() : SmallServer(std::make_unique<QTcpServer>(), u"http"_s) { }
    /// Over https.
    explicit SmallServer(const QSslConfiguration &tls) : SmallServer(std::make_unique<QSslServer>(), u"https"_s)
    {
        static_cast<QSslServer &>(*m_server).setSslConfiguration(tls);
    }
    [[nodiscard]] QUrl url(const QString &path = u"/laws"_s) const
    {
        return QUrl(u"%1://127.0.0.1:%2%3"_s.arg(m_scheme).arg(m_server->serverPort()).arg(path));
    }

    QHash<QByteArray, QByteArray> files;
    QHash<QByteArray, QByteArray> redirects;
    QByteArray otherwise = "404 Not Found";
    QByteArrayList asked;
    int unchanged = 0;

private:
    SmallServer(std::unique_ptr<QTcpServer> server, QString scheme)
        : m_server(std::move(server))
        , m_scheme(std::move(scheme))
    {
        QObject::connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, m_server.get(), [this] {
            QTcpSocket *const socket = m_server->nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { answer(*socket); });
        });
        m_server->listen(QHostAddress::LocalHost);
    }
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

    std::unique_ptr<QTcpServer> m_server;
    QString m_scheme;
};

}
