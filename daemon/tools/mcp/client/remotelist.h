// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"

#include <QList>

#include <optional>

/// What other servers say of their tools, and what these give: checked and bounded before anybody else sees it.
namespace moe::tools::mcp {

/// Of one server.
inline constexpr qsizetype mostRemoteTools = 200;
inline constexpr int mostPages = 50;

/// Part of a server's list.
struct RemotePage {
    QList<ToolInfo> tools;          ///< with the names that the server has for them
    QStringList leftOut;            ///< names, cut, of what cannot be offered
    std::optional<QByteArray> next; ///< cursor of the part after it
};

/// From the result of tools/list. Tools that we cannot offer are left out: one that is ill described would have callers
/// refuse the list as a whole. What a tool says of its results is left out as well: callers would hold it to that.
/// BadGateway if it is no list at all.
[[nodiscard]] Result<RemotePage> remotePage(const QByteArray &result);

/// "weather__forecast"; empty if callers could not name it.
[[nodiscard]] QString prefixedName(const QString &server, const QString &tool);

/// From the result of tools/call: its texts, and its structured content if that is an object, which stands for texts
/// if there are none. BadGateway "remote_failed", with what the tool said, if it failed, or if it gave nothing that is
/// text; TooLarge "result_too_large".
[[nodiscard]] Result<ToolResult> remoteResult(const QByteArray &result);

}
