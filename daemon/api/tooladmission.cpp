// SPDX-License-Identifier: Apache-2.0
// What an admission knows of tools: their calls have permissions and records of their own, and cost no tokens.
#include "daemon/api/admission.h"

using namespace Qt::StringLiterals;

namespace moe::api {

namespace {

constexpr qsizetype longestTool = 200; // characters in the usage record

}

bool Admission::mayUseTool(const QString &tool) const
{
    return !m_policy || m_policy->allows(PermissionType::McpTool, tool);
}

Result<void> Admission::countParts(int parts) const
{
    if (!m_key || parts == 0)
        return {};
    return m_key->limiter->count(parts, m_services.clock.steady());
}

Result<accounts::RateSlot> Admission::beginCall() const
{
    if (!m_key || m_isCounted)
        return accounts::RateSlot();
    return m_key->limiter->enter();
}

void Admission::noteToolCall(QByteArray callId, const QString &tool, UsageStatus status, Clock::Steady startedAt) const
{
    if (!m_key)
        return;
    UsageRecord record = m_record;
    record.requestId = std::move(callId);
    record.mode = u"mcp"_s;
    record.model = tool.left(longestTool);
    record.status = status;
    record.latency
        = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - startedAt);
    m_services.journal.settle(record, {});
}

}
