// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/budgetaccount.h"

#include "daemon/accounts/utcperiod.h"

#include <algorithm>
#include <array>
#include <limits>

using namespace Qt::StringLiterals;

namespace moe::accounts {

namespace {

// Without a limit every estimate is admitted; what is set aside for it is kept in bounds so that sums do not overflow.
constexpr qint64 largestUnlimitedHold = qint64(1) << 40;
constexpr qint64 largestReserved = qint64(1) << 62;

BudgetUse inPeriodOf(BudgetUse use, Clock::System now)
{
    const std::chrono::sys_days day = utcDay(now);
    if (day <= use.day)
        return use;
    if (monthOf(day) != monthOf(use.day))
        use.month = 0;
    use.today = 0;
    use.day = day;
    return use;
}

std::optional<qint64> inBounds(std::optional<qint64> limit)
{
    return limit ? std::optional(std::clamp<qint64>(*limit, 0, MaxBudgetLimit)) : std::nullopt;
}

BudgetLimits inBounds(const BudgetLimits &limits)
{
    return {inBounds(limits.daily), inBounds(limits.monthly), inBounds(limits.total)};
}

/// The sum of two numbers of tokens, or the largest number.
qint64 tokenSum(qint64 a, qint64 b)
{
    const qint64 first = std::max<qint64>(0, a);
    return first + std::clamp<qint64>(b, 0, std::numeric_limits<qint64>::max() - first);
}

Error refusal(const BudgetState &state, qint64 tokens)
{
    struct Line {
        QLatin1StringView name;
        const BudgetLine &line;
    };
    const std::array lines{Line{"total"_L1, state.total}, Line{"monthly"_L1, state.monthly},
                           Line{"daily"_L1, state.daily}};
    const auto &[name, line] = *std::ranges::find_if(lines, [tokens](const Line &candidate) {
        return candidate.line.limit && tokens > *candidate.line.limit - candidate.line.used - candidate.line.reserved;
    });
    const QString end = line.resetsAt ? u"It resets at "_s + midnightText(utcDay(*line.resetsAt)) + u'.'
                                      : u"It does not reset: ask an administrator for more."_s;
    return Error::of(ErrorCode::BudgetExceeded,
                     u"This request may need %1 tokens. Of the %2 budget of %3 tokens, %4 are used and %5 are reserved "
                     "for requests under way. %6"_s.arg(tokens)
                         .arg(name)
                         .arg(*line.limit)
                         .arg(line.used)
                         .arg(line.reserved)
                         .arg(end),
                     u"budget_exceeded"_s);
}

}

std::shared_ptr<BudgetAccount> BudgetAccount::create(const BudgetLimits &limits, const BudgetUse &use)
{
    return std::make_shared<BudgetAccount>(Passkey(), limits, use);
}

BudgetAccount::BudgetAccount(Passkey, const BudgetLimits &limits, const BudgetUse &use)
    : m_limits(inBounds(limits))
    , m_use(use)
{
    for (qint64 *counter : {&m_use.today, &m_use.month, &m_use.total})
        *counter = std::clamp<qint64>(*counter, 0, MaxBudgetLimit);
}

void BudgetAccount::setLimits(const BudgetLimits &limits)
{
    const std::lock_guard lock(m_mutex);
    m_limits = inBounds(limits);
}

Result<BudgetReservation> BudgetAccount::reserve(qint64 tokens, Clock::System now)
{
    BudgetReservation reservation(shared_from_this());
    TRY_VOID(reservation.extend(tokens, now));
    return reservation;
}

Result<BudgetGrant> BudgetAccount::reserveUpTo(qint64 promptTokens, qint64 wanted, qint64 least, Clock::System now)
{
    BudgetReservation reservation(shared_from_this());
    TRY(const qint64 completionTokens, reservation.extendUpTo(promptTokens, wanted, least, now));
    return BudgetGrant{std::move(reservation), completionTokens};
}

BudgetState BudgetAccount::state(Clock::System now) const
{
    const std::lock_guard lock(m_mutex);
    return stateOf(inPeriodOf(m_use, now));
}

BudgetUse BudgetAccount::use(Clock::System now) const
{
    const std::lock_guard lock(m_mutex);
    return inPeriodOf(m_use, now);
}

/// Sets aside as much as there is room for from `least` to `most` tokens; returns how much.
Result<qint64> BudgetAccount::hold(qint64 least, qint64 most, Clock::System now)
{
    std::unique_lock lock(m_mutex);
    m_use = inPeriodOf(m_use, now);
    const qint64 available = room();
    if (m_limits.hasAny() && least > available) {
        const BudgetState state = stateOf(m_use);
        lock.unlock();
        return failure(refusal(state, least));
    }
    const qint64 held = std::min(most, available);
    m_reserved += held;
    return held;
}

/// Charges for a reservation that held `held` tokens and goes on holding `kept` of them.
BudgetCharge BudgetAccount::charge(qint64 tokens, qint64 held, qint64 kept, Clock::System now)
{
    const std::lock_guard lock(m_mutex);
    m_use = inPeriodOf(m_use, now);
    const qint64 charged = chargeable(tokens, held);
    m_use.today += charged;
    m_use.month += charged;
    m_use.total += charged;
    m_reserved -= held - kept;
    return {charged, m_use.day};
}

void BudgetAccount::giveBack(qint64 tokens)
{
    const std::lock_guard lock(m_mutex);
    m_reserved -= tokens;
}

std::array<BudgetAccount::Counter, 3> BudgetAccount::counters() const
{
    return {Counter{m_limits.daily, m_use.today}, Counter{m_limits.monthly, m_use.month},
            Counter{m_limits.total, m_use.total}};
}

/// How much may be set aside; negative if a limit was lowered.
qint64 BudgetAccount::room() const
{
    if (!m_limits.hasAny())
        return std::min(largestUnlimitedHold, largestReserved - m_reserved);
    qint64 left = MaxBudgetLimit;
    for (const auto &[limit, used] : counters())
        left = std::min(left, limit.value_or(std::numeric_limits<qint64>::max()) - used);
    return left - m_reserved;
}

/// How much of `tokens` may be charged for a reservation that holds `held`.
qint64 BudgetAccount::chargeable(qint64 tokens, qint64 held) const
{
    const qint64 others = m_reserved - held;
    qint64 result = tokens;
    for (const auto &[limit, used] : counters()) {
        const qint64 left = limit.value_or(MaxBudgetLimit) - used;
        // Once a limit was lowered what is held may no longer fit; those who settle first are charged first.
        result = std::min(result, limit ? std::max(left - others, std::min(left, held)) : left);
    }
    return std::max<qint64>(0, result);
}

BudgetState BudgetAccount::stateOf(const BudgetUse &use) const
{
    return {{m_limits.daily, use.today, m_reserved, use.day + std::chrono::days(1)},
            {m_limits.monthly, use.month, m_reserved, startOfNextMonth(use.day)},
            {m_limits.total, use.total, m_reserved, std::nullopt}};
}

BudgetReservation::BudgetReservation(BudgetReservation &&other) noexcept
    : m_account(std::move(other.m_account))
    , m_held(std::exchange(other.m_held, 0))
{ }

BudgetReservation &BudgetReservation::operator=(BudgetReservation &&other) noexcept
{
    if (this != &other) {
        release();
        m_account = std::move(other.m_account);
        m_held = std::exchange(other.m_held, 0);
    }
    return *this;
}

Result<void> BudgetReservation::extend(qint64 tokens, Clock::System now)
{
    const qint64 wanted = std::max<qint64>(0, tokens);
    TRY(const qint64 held, m_account->hold(wanted, wanted, now));
    m_held += held;
    return {};
}

Result<qint64> BudgetReservation::extendUpTo(qint64 promptTokens, qint64 wanted, qint64 least, Clock::System now)
{
    const qint64 prompt = std::max<qint64>(0, promptTokens);
    const qint64 leastCompletion = std::clamp<qint64>(least, 0, std::max<qint64>(0, wanted));
    TRY(const qint64 held, m_account->hold(tokenSum(prompt, leastCompletion), tokenSum(prompt, wanted), now));
    m_held += held;
    return std::max(held - prompt, leastCompletion);
}

BudgetCharge BudgetReservation::charge(qint64 tokens, Clock::System now)
{
    const qint64 kept = m_held - std::clamp<qint64>(tokens, 0, m_held);
    return m_account->charge(tokens, std::exchange(m_held, kept), kept, now);
}

BudgetCharge BudgetReservation::settle(qint64 tokens, Clock::System now)
{
    return m_account->charge(tokens, std::exchange(m_held, 0), 0, now);
}

void BudgetReservation::release()
{
    if (m_held > 0)
        m_account->giveBack(std::exchange(m_held, 0));
}

}
