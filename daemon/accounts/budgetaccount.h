// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/result.h"
#include "shared/model/budget.h"

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace moe::accounts {

class BudgetAccount;

/// What a user has used, as it is stored and restored: in one day of the UTC calendar, in the month of that day, in
/// all.
struct BudgetUse {
    std::chrono::sys_days day{}; ///< the day that `today` counts
    qint64 today = 0;            ///< tokens
    qint64 month = 0;
    qint64 total = 0;

    friend bool operator==(const BudgetUse &, const BudgetUse &) = default;
};

/// What was put on the account for a part of a request. Whoever writes it down to count again later needs the day: it
/// is not always that of the time passed in, because an account never goes back to an earlier day.
struct BudgetCharge {
    qint64 tokens = 0;
    std::chrono::sys_days day{};

    friend bool operator==(const BudgetCharge &, const BudgetCharge &) = default;
};

/// Tokens set aside for one request, given back by settle(), release() or destruction, whichever comes first. It
/// belongs to the request and is used by one thread at a time; it keeps its account alive. Only release(), held() and
/// isOpen() may be called on one that was default-constructed or moved from.
class BudgetReservation
{
public:
    BudgetReservation() = default;
    BudgetReservation(BudgetReservation &&other) noexcept;
    BudgetReservation &operator=(BudgetReservation &&other) noexcept;
    ~BudgetReservation() { release(); }

    /// False if it was default-constructed or moved from.
    [[nodiscard]] bool isOpen() const { return m_account != nullptr; }
    /// Tokens that are set aside and not charged yet.
    [[nodiscard]] qint64 held() const { return m_held; }

    /// Sets aside more, for the next leg of a pipeline. BudgetExceeded as BudgetAccount::reserve(); what is held stays.
    [[nodiscard]] Result<void> extend(qint64 tokens, Clock::System now);
    /// The same for a leg without a limit of its own; returns the completion tokens it may have, as reserveUpTo() does.
    [[nodiscard]] Result<qint64> extendUpTo(qint64 promptTokens, qint64 wanted, qint64 least, Clock::System now);

    /// Charges what a part of the request really used, out of what is held and, if that was estimated too low, beyond
    /// it. The charge is cut so that with it and with what other requests hold no limit is exceeded.
    BudgetCharge charge(qint64 tokens, Clock::System now);
    /// Charges the last part and gives back the rest. What is charged even later is charged as beyond the estimate.
    BudgetCharge settle(qint64 tokens, Clock::System now);
    /// Gives back all that is held, without charging anything.
    void release();

private:
    friend class BudgetAccount;
    explicit BudgetReservation(std::shared_ptr<BudgetAccount> account) : m_account(std::move(account)) { }

    std::shared_ptr<BudgetAccount> m_account;
    qint64 m_held = 0;
};

/// A reservation for a request that did not say how much it wants, and what it gets.
struct BudgetGrant {
    BudgetReservation reservation;
    qint64 completionTokens = 0; ///< to be sent upstream as the limit
};

/// The live budget of one user: what is used and what requests under way have set aside. Thread-safe: every I/O thread
/// reserves and charges; a call holds the one lock for some ten nanoseconds.
///
/// Whatever the callers do, in whatever order and with whatever estimates:
/// - used + reserved grows only up to the strictest limit, so no charge makes `used` exceed a limit;
/// - a limit may be lowered below what is used: then nothing is admitted, nothing is forgotten, and requests under way
///   are charged as far as the new limit allows;
/// - a charge belongs to the day and month in which it is made, also if the request began in the one before;
/// - a clock that goes back resets nothing: the account stays in the latest day it was used in;
/// - nothing overflows: a counter without a limit stops at MaxBudgetLimit.
class BudgetAccount : public std::enable_shared_from_this<BudgetAccount>
{
    struct Passkey {
        explicit Passkey() = default;
    };

public:
    [[nodiscard]] static std::shared_ptr<BudgetAccount> create(const BudgetLimits &limits, const BudgetUse &use = {});
    BudgetAccount(Passkey, const BudgetLimits &limits, const BudgetUse &use);
    BudgetAccount(const BudgetAccount &) = delete;
    BudgetAccount &operator=(const BudgetAccount &) = delete;

    /// Effective on the next call, on whatever thread; reservations stay. Values are cut to 0 … MaxBudgetLimit.
    void setLimits(const BudgetLimits &limits);

    /// Sets aside `tokens` if used + reserved + `tokens` stays within every limit. BudgetExceeded (budget_exceeded)
    /// otherwise: the message names the limit that is in the way, of several the one that resets last.
    [[nodiscard]] Result<BudgetReservation> reserve(qint64 tokens, Clock::System now);
    /// Sets aside `promptTokens` and as much of `wanted` completion tokens as is left, but at least `least` (or
    /// `wanted` if that is less). BudgetExceeded if not even that is left.
    [[nodiscard]] Result<BudgetGrant> reserveUpTo(qint64 promptTokens, qint64 wanted, qint64 least, Clock::System now);

    /// As people see it.
    [[nodiscard]] BudgetState state(Clock::System now) const;
    /// As it is stored.
    [[nodiscard]] BudgetUse use(Clock::System now) const;

private:
    friend class BudgetReservation;
    struct Counter {
        std::optional<qint64> limit;
        qint64 used;
    };

    Result<qint64> hold(qint64 least, qint64 most, Clock::System now);
    BudgetCharge charge(qint64 tokens, qint64 held, qint64 kept, Clock::System now);
    void giveBack(qint64 tokens);
    [[nodiscard]] std::array<Counter, 3> counters() const;
    [[nodiscard]] qint64 room() const;
    [[nodiscard]] qint64 chargeable(qint64 tokens, qint64 held) const;
    [[nodiscard]] BudgetState stateOf(const BudgetUse &use) const;

    mutable std::mutex m_mutex;
    BudgetLimits m_limits; // guarded by m_mutex, as all below
    BudgetUse m_use; // each counter 0 to MaxBudgetLimit
    qint64 m_reserved = 0; // the sum of what the reservations hold
};

}
