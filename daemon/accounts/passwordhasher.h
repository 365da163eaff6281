// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/passwordthreads.h"

#include <QByteArray>

namespace moe::accounts {

/// What one hash costs.
struct PasswordCost {
    unsigned long long passes = 0; ///< over the memory
    std::size_t memoryBytes = 0;
};

/// About 100 ms on one core of a small server.
inline constexpr PasswordCost passwordCost{.passes = 2, .memoryBytes = 64 * 1024 * 1024};

struct PasswordHasherOptions {
    PasswordCost cost = passwordCost;
    std::size_t queueLimit = 32; ///< passwords waiting for their turn; more are refused
};

/// Overwrites the bytes and empties the array. An array that shares its bytes with another is only emptied: they are
/// the other's.
void wipe(QByteArray &secret);

/// Argon2id for passwords, at most two at a time on threads of its own. Any thread with an event loop may call. All
/// calls end with Cancelled, Timeout or Unavailable while they wait for their turn, as PasswordThreads says. Passwords
/// are to be moved in: they are wiped after use.
class PasswordHasher
{
public:
    static constexpr int threads = 2;

    [[nodiscard]] static Result<std::unique_ptr<PasswordHasher>> create(PasswordHasherOptions options = {});

    /// Text to be stored: "$argon2id$v=19$m=…,t=…,p=1$salt$hash".
    [[nodiscard]] Task<QByteArray> hash(QByteArray password, RequestContext context);

    /// Whether it is the password of this hash. False for an empty or unreadable hash, after the same time: so callers
    /// pass an empty one for users who do not exist, and nobody learns from the clock who does.
    [[nodiscard]] Task<bool> verify(QByteArray password, QByteArray storedHash, RequestContext context);

    /// Whether the hash was made at another cost than ours, so that the password is to be hashed anew when it is known.
    [[nodiscard]] bool needsRehash(const QByteArray &storedHash) const;

private:
    explicit PasswordHasher(PasswordHasherOptions options);

    const PasswordCost m_cost;
    PasswordThreads m_threads;
};

}
