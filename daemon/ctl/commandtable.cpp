// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/commandtable.h"

#include "daemon/telemetry/log.h"

namespace moe::ctl {

void CommandTable::registerCommand(const QString &name, Handler handler)
{
    Q_ASSERT(!m_handlers.contains(name));
    m_handlers.insert(name, std::move(handler));
}

Task<QJsonObject> CommandTable::run(QByteArray line, RequestContext context) const
{
    CO_TRY(const client::LocalRequest request, client::decodeRequest(line));
    const Handler handler = m_handlers.value(request.command);
    if (!handler)
        co_return failure(Error::of(ErrorCode::NotFound,
                                    QStringLiteral("The daemon does not know this command. Are daemon and tool of the "
                                                   "same version?"),
                                    QStringLiteral("unknown_command")));
    try {
        co_return co_await handler(request.arguments, context);
    } catch (const std::exception &exception) {
        MOE_LOG(Ctl, Error, context.requestId, "A local command ended with an exception", {"error", exception.what()});
    } catch (...) {
        MOE_LOG(Ctl, Error, context.requestId, "A local command ended with an unknown exception");
    }
    co_return failure(Error::internal(QStringLiteral("The command failed unexpectedly; the daemon's log says more.")));
}

}
