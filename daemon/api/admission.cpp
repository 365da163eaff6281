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

using accounts::BudgetReservation;
using accounts::permissionDenied;
using inference::AnswerLength;
using CallForm = MeteredClient::CallForm;

constexpr qint64 usualCompletion = 8'192; // tokens, where the request does not say how many it wants
constexpr qint64 leastCompletion = 256;   // less than that is not worth beginning
constexpr qsizetype longestModel = 200;   // characters in the usage record

AnswerLength lengthIn(QByteArrayView body)
{
    AnswerLength length;
    std::optional<qint64> older;
    json::Cursor cursor(body);
    cursor.object([&](QByteArrayView key) {
        if (key == "max_completion_tokens") {
            length.tokens = json::integer(body, cursor.skip());
        } else if (key == "max_tokens") {
            older = json::integer(body, cursor.skip());
            length.hasMaxTokens = true;
        } else if (key == "n") {
            length.choices = json::integer(body, cursor.skip()).value_or(1);
        }
    });
    if (!length.tokens)
        length.tokens = older;
    return length;
}

/// Within what budgets can count.
AnswerLength lengthOf(const inference::ChatCall &call)
{
    AnswerLength length = call.length ? *call.length : lengthIn(call.body);
    length.choices = std::clamp<qint64>(length.choices, 1, 128);
    if (length.tokens)
        length.tokens = std::clamp<qint64>(*length.tokens, 0, MaxBudgetLimit / 128);
    return length;
}

/// The body with a limit. Where it has none there is nothing to look for a second time.
QByteArray limited(const QByteArray &body, const AnswerLength &length, qint64 tokens)
{
    const QByteArray number = QByteArray::number(tokens);
    const qsizetype firstMember = body.indexOf('"');
    if (length.hasMaxTokens || firstMember < 0)
        return json::withMember(body, "max_tokens", number);
    const QByteArray member = "\"max_tokens\":" + number + ',';
    return json::replaced(body, {firstMember, firstMember}, member);
}

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

/// Charges one call of the request. Lives as long as the call, and with it what the call has reserved.
class Admission::LegMeter final : public inference::CallMeter
{
public:
    LegMeter(std::shared_ptr<Admission> request, BudgetReservation reservation, qint64 promptTokens, CallForm form)
        : m_request(std::move(request))
        , m_reservation(std::move(reservation))
        , m_promptTokens(promptTokens)
        , m_promptTokensIfCancelled(form == CallForm::Whole ? promptTokens : 0)
        , m_isBounded(m_request->m_key->user->isLimited())
    { }

    void chunkCame(const inference::CallInfo &info) override
    {
        if (m_open.completionTokens == 0)
            m_request->noteChunk(info);
        setOpen({m_promptTokens, m_open.completionTokens + 1, true});
    }
    void attemptEnded(const inference::CallInfo &info, std::optional<ErrorCode> failure, const Usage &usage) override
    {
        Usage used = usage;
        // Nobody knows how far a whole answer had come, but the prompt was read.
        if (failure == ErrorCode::Cancelled && used.totalTokens() == 0 && m_promptTokensIfCancelled > 0)
            used = {m_promptTokensIfCancelled, 0, true};
        setOpen({});
        // What the call has not needed is free again before anybody hears of its end.
        const auto now = m_request->m_services.clock.system();
        const auto charged
            = failure ? m_reservation.charge(used.totalTokens(), now) : m_reservation.settle(used.totalTokens(), now);
        m_request->noteUsage(info, used, charged);
    }

private:
    /// What the present attempt has used, among what all calls of the request have.
    void setOpen(const Usage &usage)
    {
        // What is only estimated never costs more than was set aside for it.
        const auto chargeOf = [this](const Usage &open) {
            return m_isBounded ? std::min(open.totalTokens(), m_reservation.held()) : open.totalTokens();
        };
        m_request->m_open.promptTokens += usage.promptTokens - m_open.promptTokens;
        m_request->m_open.completionTokens += usage.completionTokens - m_open.completionTokens;
        m_request->m_openCharge += chargeOf(usage) - chargeOf(m_open);
        m_request->m_hasProgress = true;
        m_open = usage;
    }

    const std::shared_ptr<Admission> m_request;
    BudgetReservation m_reservation;
    const qint64 m_promptTokens; // estimated
    const qint64 m_promptTokensIfCancelled;
    const bool m_isBounded;
    Usage m_open;
};

Result<std::shared_ptr<Admission>> Admission::admit(const Services &services, http::Exchange &exchange, Rated rated)
{
    TRY(Principal principal, authenticate(services, exchange.request()));
    std::shared_ptr<const accounts::KeyAccount> key;
    accounts::RateSlot slot;
    if (services.checks == Checks::All) {
        key = services.accounts.key(principal.key);
        if (!key) // revoked in this very moment
            return failure(Error::of(ErrorCode::Unauthenticated, u"The API key is not valid any more."_s));
        if (rated == Rated::Whole) {
            TRY(slot, key->limiter->admit(services.clock.steady()));
        }
    }
    auto admission = std::make_shared<Admission>(Passkey(), services, exchange, std::move(principal), std::move(key));
    admission->m_slot = std::move(slot);
    admission->m_rated = rated;
    return admission;
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

Result<inference::ChatCall> Admission::metered(inference::ChatCall call, CallForm form)
{
    call.excluded = m_forbidden;
    if (!m_key)
        return call;
    auto reservation = reserve(call, form);
    if (!reservation) {
        m_isRefusedByBudget = true;
        return std::unexpected(std::move(reservation).error());
    }
    call.meter
        = std::make_shared<LegMeter>(shared_from_this(), *std::move(reservation), call.promptTokensEstimate, form);
    return call;
}

/// Without a limit nothing is in anybody's way, so that nothing has to be estimated or bounded.
Result<BudgetReservation> Admission::reserve(inference::ChatCall &call, CallForm form)
{
    accounts::BudgetAccount &budget = m_key->user->budget();
    const auto now = m_services.clock.system();
    if (!m_key->user->isLimited())
        return budget.reserve(0, now);
    if (form == CallForm::Embeddings)
        return budget.reserve(call.promptTokensEstimate, now);
    const AnswerLength length = lengthOf(call);
    if (length.tokens)
        return budget.reserve(call.promptTokensEstimate + *length.tokens * length.choices, now);
    TRY(accounts::BudgetGrant grant,
        budget.reserveUpTo(call.promptTokensEstimate, usualCompletion * length.choices,
                           leastCompletion * length.choices, now));
    call.body = limited(call.body, length, grant.completionTokens / length.choices);
    return std::move(grant.reservation);
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
