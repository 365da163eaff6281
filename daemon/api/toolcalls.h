// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/handlers.h"
#include "daemon/tools/mcp/toolbox.h"

namespace moe::api {

/// The tools as the owner of a key may use them, whatever way a call comes in: permissions, rates, records and the
/// audit log. For one request, on its thread.
class GrantedTools final : public tools::mcp::ToolBox
{
public:
    GrantedTools(const Services &services, ExchangePtr exchange, AdmissionPtr admission);

    [[nodiscard]] QList<tools::ToolInfo> list() const override;
    [[nodiscard]] Task<tools::mcp::CallResult> call(QString name, QByteArray arguments,
                                                    std::shared_ptr<tools::mcp::Conversation> conversation,
                                                    RequestContext context) override;
    /// The same, with the tool's own result or failure. The object outlives the task.
    [[nodiscard]] Task<tools::ToolResult> invoke(QString name, QByteArray arguments, RequestContext context);

private:
    struct Admitted {
        QByteArray callId;
        accounts::RateSlot slot;
    };
    [[nodiscard]] Result<Admitted> admit(const QString &name);
    [[nodiscard]] Result<Admitted> check(const QString &name, QByteArray callId);
    [[nodiscard]] Task<tools::ToolResult> run(QByteArray callId, QString name, QByteArray arguments,
                                              RequestContext context) const;

    const Services &m_services;
    const ExchangePtr m_exchange;
    const AdmissionPtr m_admission;
    bool m_hasCalled = false;
};

}
