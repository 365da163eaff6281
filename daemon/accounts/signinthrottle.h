// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/recentmap.h"
#include "shared/core/clock.h"
#include "shared/core/result.h"

#include <QString>

#include <array>
#include <mutex>

namespace moe::accounts {

/// How often one may be wrong.
struct SignInLimits {
    static constexpr int failuresOfPair = 5;      ///< of one account from one address, within the window
    static constexpr int failuresOfAddress = 100; ///< of one address with whatever accounts, see SignInThrottle
    static constexpr std::chrono::minutes window{15};
};

/// Refuses sign-ins after too many failures: five of an account and address in 15 minutes; and of an address over all
/// accounts 100, of which one is forgiven every nine seconds – a school behind one address has a first day, a guesser
/// gets no further than 10,000 attempts a day. Addresses are counted as networkBlock() says, names without ASCII case.
/// An attempt counts as failed from its beginning, so that many at once gain nothing. Holds at most `limit` pairs and
/// as many addresses; under attack those that failed longest ago are forgotten. Thread-safe: one short lock a call.
class SignInThrottle
{
public:
    /// One sign-in that was let through.
    struct Attempt {
        SecretHash pair{};
        SecretHash address{};
        Clock::Steady at;
    };

    explicit SignInThrottle(const Clock &clock, std::size_t limit = 100'000);

    /// RateLimited with the time to wait; such a refusal counts for nothing.
    [[nodiscard]] Result<Attempt> admit(const QString &account, const QString &address);
    /// The password was right: what is held against account and address is forgotten.
    void succeeded(const Attempt &attempt);
    /// Nobody looked at the password (the server was busy, the caller went away): as if it had not been.
    void withdrawn(const Attempt &attempt);

    /// Pairs and addresses held.
    [[nodiscard]] std::size_t size() const;

private:
    /// When the latest attempts of a pair failed.
    struct Failures {
        std::array<Clock::Steady, SignInLimits::failuresOfPair> times{}; // the first `count` are used, oldest first
        int count = 0;

        void add(Clock::Steady at);
        void remove(Clock::Steady at);
        void forgetUntil(Clock::Steady limit);
    };
    /// A bucket that failures fill and time empties.
    struct Level {
        Clock::Steady emptyAt;
    };

    void forgive(const Attempt &attempt);
    void forgetOld(Clock::Steady now);

    const Clock &m_clock;
    mutable std::mutex m_mutex;
    RecentMap<Failures> m_pairs;  // guarded by m_mutex
    RecentMap<Level> m_addresses; // guarded by m_mutex
};

}
