// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <map>
#include <memory>

namespace moe::tools::mcp {

class Conversation;

/// How a server introduces itself.
struct ServerInfo {
    QString name;
    QString title;        ///< for people
    QString version;
    QString instructions; ///< for models; empty: none
};

/// Gives the result of a request as JSON text of an object. `params` is JSON text of an object.
using MethodHandler
    = std::function<Task<QByteArray>(QByteArray params, std::shared_ptr<Conversation> conversation, RequestContext)>;

/// What a server offers: its methods, and what it says of them. Put together once, then shared by all threads.
class Server
{
public:
    explicit Server(ServerInfo info) : m_info(std::move(info)) { }
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    /// Says so to clients that connect. `details` is JSON text of an object.
    void addCapability(const QByteArray &name, const QByteArray &details = QByteArrayLiteral("{}"));
    void addMethod(const QByteArray &name, MethodHandler handler) { m_methods[name] = std::move(handler); }

    [[nodiscard]] const ServerInfo &info() const { return m_info; }
    /// JSON text of an object.
    [[nodiscard]] QByteArray capabilities() const;
    /// Null if there is none.
    [[nodiscard]] const MethodHandler *method(const QByteArray &name) const;

private:
    const ServerInfo m_info;
    std::map<QByteArray, QByteArray> m_capabilities;
    std::map<QByteArray, MethodHandler> m_methods;
};

/// Lets clients say how much of the log they want: logging/setLevel.
void addLogging(Server &server);

}
