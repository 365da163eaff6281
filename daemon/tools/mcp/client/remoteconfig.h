// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QUrl>

#include <map>

namespace moe::tools::mcp {

/// A program that may be started as a tool server.
struct AllowedCommand {
    QByteArrayList words;         ///< its full path and its arguments
    QByteArrayList environment{}; ///< "NAME=value"; secret

    friend bool operator==(const AllowedCommand &, const AllowedCommand &) = default;
};

/// By name. Only the machine's own configuration says what is in it: who may change settings from elsewhere must not be
/// able to choose what runs here.
using AllowedCommands = std::map<QString, AllowedCommand>;

/// Another server whose tools are offered beside our own.
struct RemoteConfig {
    QString name; ///< in front of the names of its tools: letters, digits, single "-" and "_"
    QUrl url; ///< of its MCP endpoint; empty: `command` is started
    QByteArray token; ///< secret; empty: none
    QByteArrayList command; ///< a program with its arguments
    bool isEnabled = true;
    QByteArrayList environment{}; ///< of `command`: "NAME=value"; secret

    friend bool operator==(const RemoteConfig &, const RemoteConfig &) = default;
};

/// How many servers there may be.
inline constexpr qsizetype mostRemoteServers = 32;

/// A list of servers, as far as it can be used.
struct RemoteConfigs {
    QList<RemoteConfig> servers;
    QList<Error> faults; ///< one for each entry that is left out: InvalidRequest, naming its place
};

/// [{"name", "url", "token"?, "enabled"?} or {"name", "command", "enabled"?}]; a URL without a path means /mcp. A token
/// goes to another machine over https only. Empty text: no servers. InvalidRequest if it is no such list at all.
[[nodiscard]] Result<RemoteConfigs> readRemoteServers(const QByteArray &document, const AllowedCommands &commands);

/// Likewise, but each entry has to be right. InvalidRequest, naming the place.
[[nodiscard]] Result<QList<RemoteConfig>> parseRemoteServers(const QByteArray &document,
                                                             const AllowedCommands &commands);

/// Whether it leads to this machine, whatever else listens there.
[[nodiscard]] bool isOnThisMachine(const QUrl &url);

/// {"name": ["/full/path/of/program", "argument" …] or {"command": the same, "env": {"NAME": "value"}}}. Empty text:
/// none.
[[nodiscard]] Result<AllowedCommands> parseAllowedCommands(const QByteArray &document);

}
