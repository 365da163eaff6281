// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/client/httptransport.h"
#include "shared/wire/fields.h"

#include <QString>

#include <optional>

namespace moe::moectl {

/// What "moectl login" keeps.
struct SignIn {
    QString server;
    QByteArray token; ///< secret
    QString user;
    QString authorityFile;
    QByteArray fingerprint;
    bool isPlainHttpAllowed = false;

    static constexpr auto fields()
    {
        using namespace Qt::StringLiterals;
        using wire::Field;
        using wire::Presence;
        return std::tuple{Field<&SignIn::server>{"server"_L1, Presence::Required},
                          Field<&SignIn::token>{"token"_L1, Presence::Required},
                          Field<&SignIn::user>{"user"_L1},
                          Field<&SignIn::authorityFile>{"ca"_L1},
                          Field<&SignIn::fingerprint>{"fingerprint"_L1},
                          Field<&SignIn::isPlainHttpAllowed>{"insecure_http"_L1}};
    }
    [[nodiscard]] client::HttpServer httpServer() const;
};

/// $XDG_CONFIG_HOME/moe/session.json
[[nodiscard]] QString signInFile();
/// Nothing if nobody has signed in. Conflict for a file that others may read or that is damaged.
[[nodiscard]] Result<std::optional<SignIn>> readSignIn();
[[nodiscard]] Result<void> writeSignIn(const SignIn &signIn);
/// True if there is none afterwards.
bool removeSignIn();

/// Which daemon is meant.
struct Place {
    QString dataDirectory;
    bool isNamed = false;         ///< the data directory was said: no sign-in counts
    std::optional<SignIn> signIn; ///< the daemon that is used instead of the one of this machine

    [[nodiscard]] bool isLocal() const { return !signIn; }
    /// InvalidRequest for a sign-in that cannot be used any longer.
    [[nodiscard]] Result<std::shared_ptr<client::ControlTransport>> transport() const;
};

}
