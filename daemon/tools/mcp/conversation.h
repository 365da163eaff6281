// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/session.h"

namespace moe::tools::mcp {

/// A request of a client that is worked on, as its handler sees it. Used on the thread that works on it.
class Conversation
{
public:
    /// `progressToken` is JSON text; empty: the client does not want to hear of progress.
    Conversation(std::shared_ptr<Session> session, Peer peer, QByteArray progressToken);

    [[nodiscard]] Session &session() const { return *m_session; }
    [[nodiscard]] Revision revision() const { return m_session->revision().value_or(latestRevision); }
    [[nodiscard]] ToolBox &tools() const { return *m_peer.tools; }

    /// `params` is JSON text of an object.
    void notify(QByteArrayView method, QByteArrayView params) const;
    /// Does nothing if the client has not asked for it.
    void tellProgress(double done, double total, const QString &message = {}) const;
    /// Unless the client does not want to know of things of so little weight.
    void log(LogLevel level, const QString &message) const;
    /// Asks the client for something. Unavailable if it has not said that it offers that or takes no stream.
    [[nodiscard]] Task<QByteArray> ask(QByteArray capability, QByteArray method, QByteArray params,
                                       RequestContext context) const;
    /// Ends the connection on which the answer is waited for; the client comes back for it.
    void letClientGo() const { m_peer.outlet->letGo(); }

private:
    const std::shared_ptr<Session> m_session;
    const Peer m_peer;
    const QByteArray m_progressToken;
};

}
