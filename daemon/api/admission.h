// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/accountdirectory.h"
#include "daemon/api/meteredclient.h"
#include "daemon/api/services.h"
#include "daemon/http/exchange.h"
#include "daemon/inference/modelclient.h"
#include "daemon/pipeline/mode.h"
#include "shared/model/principal.h"
#include "shared/model/usagerecord.h"

namespace moe::api {

/// What a request with a valid key may do, and what it has used: the one way from a handler to the models. Everything
/// that a request costs is reserved, counted and charged here, and written down before its answer ends. Used on the
/// request's thread; calls under way keep it alive.
class Admission final : public http::AnswerObserver,
                        public std::enable_shared_from_this<Admission>,
                        private ActiveRequests::Member
{
    struct Passkey {
        explicit Passkey() = default;
    };

public:
    /// Key and user: Unauthenticated.
    [[nodiscard]] static Result<std::shared_ptr<Admission>> admit(const Services &services, http::Exchange &exchange);
    Admission(Passkey, const Services &services, const http::Exchange &exchange, Principal principal,
              std::shared_ptr<const accounts::KeyAccount> key);
    /// A request whose answer was never finished is written down as cancelled or failed.
    ~Admission() override;

    /// Counts it and lets it run beside others: RateLimited. Without it that is up to the handler, for parts of the
    /// request: countParts() and beginCall().
    [[nodiscard]] Result<void> countWhole();
    /// Makes it one of the active requests, which leave a usage record, written before their answer ends.
    void keepRecord(const std::shared_ptr<http::Exchange> &exchange);

    [[nodiscard]] const Principal &principal() const { return m_principal; }

    /// To be asked before models() is used. PermissionDenied names what is missing.
    [[nodiscard]] Result<void> demandMode(pipeline::Mode mode);
    /// A model by its id, with or without "@server"; calls go to permitted servers only from then on. A model that
    /// nobody has is left to the call itself.
    [[nodiscard]] Result<void> demandModel(const QString &modelId);
    /// Whether demandMode() or demandModel() would say yes; leaves no trace.
    [[nodiscard]] bool mayUse(pipeline::Mode mode) const;
    [[nodiscard]] bool mayUse(const QString &model, const ServerId &server) const;

    /// Whether a tool may be used; leaves no trace.
    [[nodiscard]] bool mayUseTool(const QString &tool) const;
    /// Counts so many parts as requests of their own: RateLimited.
    [[nodiscard]] Result<void> countParts(int parts) const;
    /// Lets a call of a tool run beside others, unless the request itself has been let in to run: RateLimited.
    [[nodiscard]] Result<accounts::RateSlot> beginCall() const;
    /// Writes a call of a tool down: a record of its own, without tokens. It is also the audit trail of calls that were
    /// permitted (mode "mcp", the tool as its model); those that were not are in the audit log besides.
    void noteToolCall(QByteArray callId, const QString &tool, UsageStatus status, Clock::Steady startedAt) const;

    /// Sets tokens aside for the one call that a pipeline cannot do without (ChatCall::isAnswer), however much of the
    /// budget its other calls take: BudgetExceeded. `body` is the request's.
    [[nodiscard]] Result<void> reserveAnswer(qint64 promptTokens, QByteArrayView body);
    /// The models, metered: calls reserve before they begin (BudgetExceeded) and are charged with what they used.
    [[nodiscard]] inference::ModelClient &models() { return m_models; }
    /// For the usage record.
    void noteExperts(QStringList categories) { m_record.experts = std::move(categories); }

    // http::AnswerObserver
    void answerEnds(const http::AnswerEnd &end) override;
    void headBegins(http::Exchange &exchange, int status) override;

private:
    class LegMeter;

    [[nodiscard]] Result<void> demandProfile() const;
    [[nodiscard]] Result<inference::ChatCall> metered(inference::ChatCall call, MeteredClient::CallForm form);
    [[nodiscard]] Result<accounts::BudgetReservation> reserve(inference::ChatCall &call, MeteredClient::CallForm form);
    [[nodiscard]] Result<accounts::BudgetGrant> grantFor(qint64 promptTokens, const inference::AnswerLength &length);
    [[nodiscard]] Result<accounts::BudgetGrant> heldFor(qint64 promptTokens, const inference::AnswerLength &length,
                                                        Error refusal);
    void noteChunk(const inference::CallInfo &info);
    void noteServer(const inference::CallInfo &info);
    void noteUsage(const inference::CallInfo &info, const Usage &usage, const accounts::BudgetCharge &charged);
    void writeDown(UsageStatus status);
    void tellStart() const;
    [[nodiscard]] QByteArray eventData() const;

    // ActiveRequests::Member
    [[nodiscard]] ActiveRequest describe() const override;
    [[nodiscard]] bool matches(const RequestSelection &selection) const override;
    void tellProgress() override;
    void end(Error why) override;

    const Services &m_services;
    const Principal m_principal;
    const std::shared_ptr<const accounts::KeyAccount> m_key; // null only where nothing is but keys
    const std::shared_ptr<const accounts::UserPolicy> m_policy;
    const std::stop_token m_clientGone;
    const Clock::Steady m_startedAt;
    accounts::RateSlot m_slot; // of the whole request
    bool m_isCounted = false; // as a whole
    MeteredClient m_models;
    accounts::BudgetReservation m_answer; // set aside for it
    QList<ServerId> m_forbidden; // servers that must not be asked for the model
    UsageRecord m_record;
    accounts::DayCharges m_charges;
    // Of calls under way: what they have used, and what of it would be charged if they ended now.
    Usage m_open;
    qint64 m_openCharge = 0;
    std::weak_ptr<http::Exchange> m_exchange;
    bool m_hasProgress = false; // that was not told yet
    bool m_isEnded = false; // by an administrator
    bool m_isRefusedByBudget = false;
    bool m_isWritten = true; // or not to be written
};

using AdmissionPtr = std::shared_ptr<Admission>;

}
