// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/setuptokenfile.h"
#include "daemon/accounts/signinthrottle.h"

namespace moe::accounts {

inline constexpr QByteArrayView setupTokenStart("moe-setup-");
inline constexpr std::chrono::hours setupTokenLifetime{24};

/// The one-time token of the first start, which is traded for the first admin account. It lies in the file
/// "setup-token" of the data directory, so it outlives a restart; in memory are its hash and its end only.
/// Thread-safe. Clock and throttle outlive it.
class SetupToken
{
public:
    SetupToken(const QString &dataDirectory, const Clock &clock, SignInThrottle &throttle);
    SetupToken(const SetupToken &) = delete;
    SetupToken &operator=(const SetupToken &) = delete;

    /// There is no admin: accepts the token of the file from now on, or one that is made and written there if the file
    /// has none that is still valid. Returns it to be printed. May be called again, to go on after the token has ended.
    /// Unavailable if the file cannot be written.
    [[nodiscard]] Result<SetupTokenText> offer();
    /// There is an admin: no token is accepted, the file is removed.
    void withdraw();

    /// Takes the token out of use, so that of many who present it one goes on. Unauthenticated if it is another, has
    /// ended or is in use; RateLimited as with passwords.
    [[nodiscard]] Result<void> take(QByteArrayView presentedToken, const QString &address);
    /// The account could not be made: the token that was taken is accepted again.
    void giveBack();
    // The account was made: withdraw().

    [[nodiscard]] QString path() const { return m_path; }
    /// Whether a token is accepted at present.
    [[nodiscard]] bool isOffered() const;

private:
    enum class State { None, Offered, Taken };

    [[nodiscard]] bool isValid(const SetupTokenText &token) const;
    [[nodiscard]] bool accept(QByteArrayView presentedToken);
    void forget();

    const QString m_path;
    const Clock &m_clock;
    SignInThrottle &m_throttle;
    mutable std::mutex m_mutex;
    State m_state = State::None; // guarded by m_mutex, as all below
    SecretHash m_hash{};
    Clock::System m_expires;
};

}
