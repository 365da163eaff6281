// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/conversation.h"

#include "shared/wire/codec.h"

#include <QStringBuilder>

using namespace Qt::StringLiterals;

namespace moe::tools::mcp {

namespace {

QByteArray number(double value) { return QByteArray::number(value, 'g', 15); }

}

Conversation::Conversation(std::shared_ptr<Session> session, Peer peer, QByteArray progressToken)
    : m_session(std::move(session))
    , m_peer(std::move(peer))
    , m_progressToken(std::move(progressToken))
{ }

void Conversation::notify(QByteArrayView method, QByteArrayView params) const
{
    m_peer.outlet->tell(notificationText(method, params));
}

void Conversation::tellProgress(double done, double total, const QString &message) const
{
    if (m_progressToken.isEmpty())
        return;
    QByteArray params
        = R"({"progressToken":)" % m_progressToken % R"(,"progress":)" % number(done) % R"(,"total":)" % number(total);
    if (!message.isEmpty() && revision() >= Revision::Of2025_03_26)
        params += R"(,"message":)" % json::quoted(message.toUtf8());
    notify("notifications/progress", QByteArray(params % '}'));
}

void Conversation::log(LogLevel level, const QString &message) const
{
    if (level < m_session->logLevel())
        return;
    notify("notifications/message",
           QByteArray(R"({"level":)" % wire::write(level) % R"(,"data":)" % json::quoted(message.toUtf8()) % '}'));
}

Task<QByteArray> Conversation::ask(QByteArray capability, QByteArray method, QByteArray params,
                                   RequestContext context) const
{
    if (!m_session->clientOffers(capability) || !m_peer.outlet->isOpen())
        co_return failure(Error::of(ErrorCode::Unavailable,
                                    u"The client does not offer \"%1\"."_s.arg(QString::fromUtf8(capability))));
    co_return co_await m_session->ask(m_peer.outlet, std::move(method), std::move(params), std::move(context));
}

}
