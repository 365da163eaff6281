// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/ids.h"
#include "shared/model/ratelimits.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace moe {

/// What may be told about an API key: everything but the key itself.
struct ApiKey {
    KeyId id;
    UserId user;
    QString userName;
    QByteArray prefix;                      ///< first 16 characters of the key
    QString label;
    bool isActive = true;                   ///< false: revoked, for good
    std::optional<Clock::System> expires;   ///< refused from then on
    Clock::System created;
    std::optional<Clock::System> lastUsed;  ///< some seconds late
    QString profile = {};                   ///< Claude Code profile it is bound to; empty: none
    RateLimits rates = {};

    friend bool operator==(const ApiKey &, const ApiKey &) = default;
};

/// A key that has just been made: the only time its text is known.
struct IssuedKey {
    ApiKey key;
    QByteArray text; ///< secret: shown once to its owner, never stored or logged
};

}
