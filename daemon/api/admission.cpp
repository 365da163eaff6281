// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/admission.h"

#include "daemon/api/authenticate.h"
#include "daemon/inference/modelname.h"
#include "shared/wire/jsonscan.h"

#include <charconv>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::api {

namespace {

using accounts::permissionDenied;
using CallForm = MeteredClient::CallForm;

constexpr qsizetype longestModel = 200;   // characters in the usage record

void addNumber(http::Exchange &exchange, QByteArrayView name, qint64 number)
{
    std::array<char, 20> digits;
    exchange.addHeader(name, {digits.begin(), std::to_chars(digits.begin(), digits.end(), number).ptr});
}

void addCharge(accounts::DayCharges &charges, const accounts::BudgetCharge &charged)
{
    if (charged.tokens == 0)
        return;
    const auto sameDay = std::ranges::find(charges, charged.day, &accounts::DayCharge::day);
    if (sameDay != charges.end())
        sameDay->tokens += charged.tokens;
    else
        charges.append({charged.day, charged.tokens});
}

std::chrono::milliseconds millisecondsSince(Clock::Steady start)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

}

Result<std::shared_ptr<Admission>> Admission::admit(const Services &services, http::Exchange &exchange)
{
    TRY(Principal principal, authenticate(services, exchange.request()));
    std::shared_ptr<const accounts::KeyAccount> key;
    if (services.checks == Checks::All) {
        key = services.accounts.key(principal.key);
        if (!key) // revoked in this very moment
            return failure(Error::of(ErrorCode::Unauthenticated, u"The API key is not valid any more."_s));
    }
    return std::make_shared<Admission>(Passkey(), services, exchange, std::move(principal), std::move(key));
}

Admission::Admission(Passkey, const Services &services, const http::Exchange &exchange, Principal principal,
                     std::shared_ptr<const accounts::KeyAccount> key)
    : m_services(services)
    , m_principal(std::move(principal))
    , m_key(std::move(key))
    , m_policy(m_key ? m_key->user->policy() : nullptr)
    , m_clientGone(exchange.stopToken())
    , m_startedAt(exchange.startedAt())
    , m_models(services.models,
               [this](inference::ChatCall call, CallForm form) { return metered(std::move(call), form); })
{
    m_record.time = services.clock.system();
    m_record.requestId = exchange.requestId();
    m_record.user = m_principal.user;
    m_record.key = m_principal.key;
    m_record.mode = u"moe_native"_s;
    if (m_key)
        m_record.profile = m_key->profile;
}

Result<void> Admission::countWhole()
{
    m_isCounted = true;
    if (m_key) {
        TRY(m_slot, m_key->limiter->admit(m_services.clock.steady()));
    }
    return {};
}

Admission::~Admission()
{
    writeDown(m_clientGone.stop_requested() || m_isEnded ? UsageStatus::Cancelled : UsageStatus::Error);
}

bool Admission::mayUse(pipeline::Mode mode) const
{
    return !m_policy || m_policy->allowsMode(pipeline::modelIdOf(mode), u"moe_orchestrated"_s);
}

bool Admission::mayUse(const QString &model, const ServerId &server) const
{
    return !m_policy || m_policy->allowsModel(model, server.value());
}

Result<void> Admission::demandMode(pipeline::Mode mode)
{
    const QString modelId = pipeline::modelIdOf(mode);
    m_record.model = modelId;
    m_record.mode = pipeline::modeName(mode);
    tellStart();
    if (!mayUse(mode))
        return failure(permissionDenied(PermissionType::MoeMode, modelId));
    return demandProfile();
}

Result<void> Admission::demandModel(const QString &modelId)
{
    m_record.model = modelId.left(longestModel);
    tellStart();
    TRY(const inference::ModelId id, inference::resolveModelId(modelId));
    const QString canonical = inference::canonicalModelName(id.model);
    bool isKnown = false;
    bool isAllowed = false;
    for (const inference::ServerPtr &server : *m_services.dispatcher.servers()) {
        const ServerId &name = server->config.name;
        const bool isPermitted = mayUse(canonical, name);
        if (!isPermitted)
            m_forbidden.append(name); // whether it has the model now or gets it in a moment
        const bool isMeant = (!id.server || *id.server == name)
            && std::ranges::any_of(server->status.models, [&id](const inference::ModelInfo &model) {
                                 return inference::modelMatches(model.name, id.model);
                             });
        isKnown = isKnown || isMeant;
        isAllowed = isAllowed || (isMeant && isPermitted);
    }
    if (isKnown && !isAllowed)
        return failure(permissionDenied(PermissionType::ModelEndpoint, modelId));
    return demandProfile();
}

/// A key that is bound to a profile is of no use to whom the profile is not granted (any more).
Result<void> Admission::demandProfile() const
{
    if (m_key && !m_key->profile.isEmpty() && !m_policy->allows(PermissionType::CcProfile, m_key->profile))
        return failure(permissionDenied(PermissionType::CcProfile, m_key->profile));
    return {};
}

void Admission::keepRecord(const std::shared_ptr<http::Exchange> &exchange)
{
    if (!m_key)
        return;
    m_isWritten = false;
    m_exchange = exchange;
    exchange->setObserver(shared_from_this());
    m_services.active.enter(*this, m_startedAt);
}

/// What it asks for is known.
void Admission::tellStart() const
{
    if (!m_isWritten && m_services.events.isWatched())
        m_services.events.publish("request.start", eventData());
}

/// The first of a call.
void Admission::noteChunk(const inference::CallInfo &info)
{
    if (m_record.timeToFirstToken == 0ms)
        m_record.timeToFirstToken = std::max(1ms, millisecondsSince(m_startedAt));
    noteServer(info);
}

void Admission::noteServer(const inference::CallInfo &info)
{
    const QString server = info.server.value();
    if (!server.isEmpty() && !m_record.nodes.contains(server))
        m_record.nodes.append(server);
}

void Admission::noteUsage(const inference::CallInfo &info, const Usage &usage, const accounts::BudgetCharge &charged)
{
    m_record.usage += usage;
    noteServer(info);
    addCharge(m_charges, charged);
}

void Admission::answerEnds(const http::AnswerEnd &end)
{
    if (m_clientGone.stop_requested() || m_isEnded)
        writeDown(UsageStatus::Cancelled);
    else if (end.status < 400 && end.isWhole)
        writeDown(UsageStatus::Ok);
    else
        writeDown(m_isRefusedByBudget ? UsageStatus::BudgetExceeded : UsageStatus::Error);
}

void Admission::headBegins(http::Exchange &exchange, int status)
{
    if (status >= 400 || !m_key || !m_key->user->isLimited())
        return;
    const BudgetState state = m_key->user->budget().state(m_services.clock.system());
    if (const auto left = state.daily.remaining())
        addNumber(exchange, "x-moe-budget-daily-remaining", *left);
    if (const auto left = state.monthly.remaining())
        addNumber(exchange, "x-moe-budget-monthly-remaining", *left);
}

void Admission::writeDown(UsageStatus status)
{
    if (std::exchange(m_isWritten, true))
        return;
    leave();
    m_record.status = status;
    m_record.latency = millisecondsSince(m_startedAt);
    m_services.journal.settle(m_record, m_charges);
    if (m_services.events.isWatched())
        m_services.events.publish("request.end", eventData());
}

/// What watchers are told: who, what and how much, never what was said.
QByteArray Admission::eventData() const
{
    const auto status
        = std::ranges::find(usageStatusNames, m_record.status, &std::pair<UsageStatus, QLatin1StringView>::first);
    return R"({"id":")" + m_record.requestId + R"(","user_id":)" + QByteArray::number(m_principal.user.value())
        + R"(,"key_prefix":)" + json::quoted(m_principal.keyPrefix) + R"(,"model":)"
        + json::quoted(m_record.model.toUtf8()) + R"(,"mode":)" + json::quoted(m_record.mode.toUtf8())
        + R"(,"prompt_tokens":)" + QByteArray::number(m_record.usage.promptTokens) + R"(,"completion_tokens":)"
        + QByteArray::number(m_record.usage.completionTokens) + R"(,"status":")"
        + (m_isWritten ? QByteArray(status->second.data(), status->second.size()) : "running") + "\"}";
}

ActiveRequest Admission::describe() const
{
    ActiveRequest request{
        m_record.requestId,        m_principal,   m_record.model, m_record.mode, m_record.time, m_record.usage,
        m_record.timeToFirstToken, m_record.nodes};
    request.usage += m_open;
    return request;
}

bool Admission::matches(const RequestSelection &selection) const
{
    return (!selection.id || *selection.id == m_record.requestId)
        && (!selection.user || *selection.user == m_principal.user)
        && (!selection.key || *selection.key == m_principal.key);
}

void Admission::tellProgress()
{
    if (!std::exchange(m_hasProgress, false))
        return;
    UsageRecord record = m_record;
    record.usage += m_open;
    record.latency = millisecondsSince(m_startedAt);
    accounts::DayCharges charges = m_charges;
    addCharge(charges, {m_openCharge, m_key->user->budget().use(m_services.clock.system()).day});
    m_services.journal.progress(record, charges);
}

void Admission::end(Error why)
{
    m_isEnded = true;
    if (const auto exchange = m_exchange.lock())
        exchange->abort(std::move(why));
}

}
