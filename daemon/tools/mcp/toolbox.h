// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/server.h"
#include "daemon/tools/tool.h"

#include <QList>

namespace moe::tools::mcp {

/// What a call gave, as the protocol has it.
struct CallResult {
    QByteArray content;    ///< JSON text: an array of content blocks
    QByteArray structured; ///< JSON text of an object; empty: none
    bool isError = false;  ///< the tool failed, and `content` says why
};

/// The tools as one caller may use them. Used on the thread of one request.
class ToolBox
{
public:
    ToolBox() = default;
    ToolBox(const ToolBox &) = delete;
    ToolBox &operator=(const ToolBox &) = delete;
    virtual ~ToolBox() = default;

    /// In order of name; none that the caller may not use.
    [[nodiscard]] virtual QList<ToolInfo> list() const = 0;
    /// `arguments` is JSON text of an object. Fails only if the call did not come to the tool: NotFound,
    /// PermissionDenied, RateLimited …, or Cancelled. The box outlives the task.
    [[nodiscard]] virtual Task<CallResult> call(QString name, QByteArray arguments,
                                                std::shared_ptr<Conversation> conversation, RequestContext context)
        = 0;
};

/// How a tool's own result or failure is told. Fails with Cancelled if the tool did.
[[nodiscard]] Result<CallResult> callResult(const Result<ToolResult> &result);
/// A content block.
[[nodiscard]] QByteArray textBlock(const QString &text);

/// Bytes of a page of tools/list that has more than one tool.
inline constexpr qsizetype largestPage = 256 * 1024;

/// tools/list and tools/call, from the box that comes with each request. Pages have no more tools than that.
void addTools(Server &server, int pageSize = 50);

}
