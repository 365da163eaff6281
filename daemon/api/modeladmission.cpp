// SPDX-License-Identifier: Apache-2.0
// What calls of models may cost and have cost.
#include "daemon/api/admission.h"
#include "shared/wire/jsonscan.h"

namespace moe::api {

namespace {

using accounts::BudgetGrant;
using accounts::BudgetReservation;
using inference::AnswerLength;
using CallForm = MeteredClient::CallForm;

constexpr qint64 usualCompletion = 8'192; // tokens, where the request does not say how many it wants
constexpr qint64 leastCompletion = 256;   // less than that is not worth beginning

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
AnswerLength bounded(AnswerLength length)
{
    length.choices = std::clamp<qint64>(length.choices, 1, 128);
    if (length.tokens)
        length.tokens = std::clamp<qint64>(*length.tokens, 0, MaxBudgetLimit / 128);
    return length;
}

AnswerLength lengthOf(const inference::ChatCall &call)
{
    return bounded(call.length ? *call.length : lengthIn(call.body));
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

/// What the answer may cost at most, or as much as is left where the client names no bound.
Result<BudgetGrant> Admission::grantFor(qint64 promptTokens, const AnswerLength &length)
{
    const qint64 wanted = length.tokens.value_or(usualCompletion) * length.choices;
    const qint64 least = length.tokens ? wanted : leastCompletion * length.choices;
    return m_key->user->budget().reserveUpTo(promptTokens, wanted, least, m_services.clock.system());
}

/// What was set aside for the answer, if that is enough.
Result<BudgetGrant> Admission::heldFor(qint64 promptTokens, const AnswerLength &length, Error refusal)
{
    const qint64 completionTokens = m_answer.held() - promptTokens;
    if (!m_answer.isOpen() || completionTokens < length.tokens.value_or(leastCompletion) * length.choices)
        return failure(std::move(refusal));
    return BudgetGrant{std::move(m_answer), completionTokens};
}

Result<void> Admission::reserveAnswer(qint64 promptTokens, QByteArrayView body)
{
    if (!m_key || !m_key->user->isLimited())
        return {};
    AnswerLength length = bounded(lengthIn(body));
    length.tokens = length.tokens.value_or(leastCompletion);
    auto grant = grantFor(promptTokens, length);
    m_isRefusedByBudget = !grant;
    return std::move(grant).transform([this](BudgetGrant granted) { m_answer = std::move(granted.reservation); });
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
    auto grant = grantFor(call.promptTokensEstimate, length);
    if (call.isAnswer) {
        if (!grant)
            grant = heldFor(call.promptTokensEstimate, length, std::move(grant).error());
        m_answer.release();
    }
    if (!grant)
        return std::unexpected(std::move(grant).error());
    if (!length.tokens)
        call.body = limited(call.body, length, grant->completionTokens / length.choices);
    return std::move(grant->reservation);
}

}
