// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/integration/daemonfixture.h"

namespace moe::test {

/// Somebody who uses the control API over HTTP, as curl would.
class ControlSession
{
public:
    explicit ControlSession(const DaemonFixture &daemon) : m_port(daemon.controlPort()) { }

    /// Makes the first administrator with the token of the data directory. False if that fails.
    [[nodiscard]] bool setUp(const DaemonFixture &daemon, const QByteArray &name, const QByteArray &password);
    [[nodiscard]] bool signIn(const QByteArray &name, const QByteArray &password);

    /// `path` below /control/v1; with this session's token if there is one. Status 0: no whole answer.
    [[nodiscard]] HttpResponse call(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
                                    RawHttpClient::Headers headers = {}) const;
    [[nodiscard]] HttpResponse get(const QByteArray &path) const { return call("GET", path); }
    [[nodiscard]] HttpResponse post(const QByteArray &path, const QByteArray &body) const
    {
        return call("POST", path, body);
    }
    [[nodiscard]] HttpResponse patch(const QByteArray &path, const QByteArray &body) const
    {
        return call("PATCH", path, body);
    }

    [[nodiscard]] const QByteArray &token() const { return m_token; }
    [[nodiscard]] QByteArray requestText(const QByteArray &method, const QByteArray &path, const QByteArray &body,
                                         RawHttpClient::Headers headers) const;

private:
    quint16 m_port;
    QByteArray m_token;
};

/// The body that adds a user; `more` are further members.
[[nodiscard]] QByteArray user(const QByteArray &name, const QByteArray &more = {});
/// The id of what was made.
[[nodiscard]] QByteArray idOf(const HttpResponse &made);
/// The names in a list.
[[nodiscard]] QStringList names(const HttpResponse &list);

/// What is wrong with a problem document of that status; with `param` if it names a field. Empty: nothing.
[[nodiscard]] QByteArray problemOf(const HttpResponse &response, int status, const QByteArray &param = {});

}
