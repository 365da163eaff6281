// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QSslConfiguration>
#include <QSslServer>
#include <QUrl>

#include <functional>
#include <memory>
#include <vector>

namespace moe::test {

/// Answers each request with the bytes that a function gives for it, and closes. An empty answer leaves the connection
/// open, without a word.
class TinyHttpServer
{
public:
    using Answer = std::function<QByteArray(const QByteArray &request)>;

    /// With TLS if there is a configuration.
    explicit TinyHttpServer(Answer answer, const QSslConfiguration &tls = {});

    [[nodiscard]] QUrl url() const;
    /// Head and body of each, as they came.
    [[nodiscard]] const std::vector<QByteArray> &requests() const { return m_requests; }

private:
    void serve(QTcpSocket *socket);

    const Answer m_answer;
    const bool m_isEncrypted;
    std::unique_ptr<QTcpServer> m_server;
    std::vector<QByteArray> m_requests;
};

}
