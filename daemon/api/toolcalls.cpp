// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/toolcalls.h"

#include "daemon/accounts/userpolicy.h"
#include "daemon/api/routing.h"
#include "daemon/tools/catalogue.h"

using namespace Qt::StringLiterals;

namespace moe::api {

namespace {

constexpr qsizetype longestName = 100; // in messages

UsageStatus statusOf(const Result<tools::ToolResult> &result)
{
    if (result)
        return UsageStatus::Ok;
    return result.error().code == ErrorCode::Cancelled ? UsageStatus::Cancelled : UsageStatus::Error;
}

}

GrantedTools::GrantedTools(const Services &services, ExchangePtr exchange, AdmissionPtr admission)
    : m_services(services)
    , m_exchange(std::move(exchange))
    , m_admission(std::move(admission))
{ }

QList<tools::ToolInfo> GrantedTools::list() const
{
    QList<tools::ToolInfo> infos;
    for (const auto &tool : *m_services.tools.tools()) {
        if (m_admission->mayUseTool(tool->info().name))
            infos.append(tool->info());
    }
    return infos;
}

/// The first call of a request has its id.
Result<GrantedTools::Admitted> GrantedTools::admit(const QString &name)
{
    const QByteArray callId = std::exchange(m_hasCalled, true) ? newRequestId() : m_exchange->requestId();
    auto admitted = check(name, callId);
    if (!admitted) {
        m_admission->noteToolCall(callId, name, UsageStatus::Error, std::chrono::steady_clock::now());
        noteRefusal(m_services, *m_exchange, m_admission->principal().keyPrefix, admitted.error(),
                    "tool:" + name.left(longestName).toUtf8());
    }
    return admitted;
}

Result<GrantedTools::Admitted> GrantedTools::check(const QString &name, QByteArray callId)
{
    if (!m_services.tools.find(name))
        return failure(Error::of(ErrorCode::NotFound, u"There is no tool \"%1\"."_s.arg(name.left(longestName)),
                                 u"unknown_tool"_s));
    if (!m_admission->mayUseTool(name))
        return failure(accounts::permissionDenied(PermissionType::McpTool, name));
    Admitted admitted{std::move(callId), {}};
    TRY(admitted.slot, m_admission->beginCall());
    return admitted;
}

Task<tools::ToolResult> GrantedTools::run(QByteArray callId, QString name, QByteArray arguments,
                                          RequestContext context) const
{
    const auto startedAt = std::chrono::steady_clock::now();
    const auto result = co_await m_services.tools.call(name, std::move(arguments), std::move(context));
    m_admission->noteToolCall(std::move(callId), name, statusOf(result), startedAt);
    co_return result;
}

Task<tools::ToolResult> GrantedTools::invoke(QString name, QByteArray arguments, RequestContext context)
{
    CO_TRY(const Admitted admitted, admit(name));
    co_return co_await run(admitted.callId, std::move(name), std::move(arguments), std::move(context));
}

Task<tools::mcp::CallResult> GrantedTools::call(QString name, QByteArray arguments,
                                                std::shared_ptr<tools::mcp::Conversation>, RequestContext context)
{
    CO_TRY(const Admitted admitted, admit(name));
    co_return tools::mcp::callResult(
        co_await run(admitted.callId, std::move(name), std::move(arguments), std::move(context)));
}

}
