// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <vector>

namespace moe::tools {

/// Of every call; what is beyond is refused, never cut.
inline constexpr qsizetype largestArguments = 1024 * 1024;
inline constexpr qsizetype largestResult = 64 * 1024;
inline constexpr std::chrono::milliseconds longestCall{2000}; ///< unless the tool has another limit

/// What is known of a tool without calling it.
struct ToolInfo {
    QString name;            ///< as callers and permissions have it
    QString title;           ///< for people
    QString description;     ///< for people and models: what it gives, and from what
    QByteArray inputSchema;  ///< JSON Schema of an object
    QByteArray outputSchema; ///< JSON Schema of an object; empty: not told
};

/// What a call gave.
struct ToolResult {
    QByteArray structured; ///< a JSON object; empty: none
    QString text;          ///< one line for people and models
};

/// Something exact that can be computed. Shared by all threads: calls change nothing in it. A call that fails has an
/// error whose `reason` is the code callers are told: "invalid_arguments", "too_hard" …; Timeout, TooLarge.
class Tool
{
public:
    Tool() = default;
    Tool(const Tool &) = delete;
    Tool &operator=(const Tool &) = delete;
    virtual ~Tool() = default;

    [[nodiscard]] virtual const ToolInfo &info() const = 0;
    /// How long a call may take.
    [[nodiscard]] virtual std::chrono::milliseconds limit() const { return longestCall; }
    /// `arguments` is JSON text, whatever it holds. Resumes on the caller's thread, which has an event loop with a
    /// Mailbox. The tool outlives the task.
    [[nodiscard]] virtual Task<ToolResult> call(QByteArray arguments, RequestContext context) const = 0;
};

using ToolList = std::vector<std::shared_ptr<const Tool>>;

/// What is wrong is the caller's: InvalidRequest with this code. `argument` names it, empty: none in particular.
[[nodiscard]] Error badCall(QString message, QString argument = {}, QString code = QStringLiteral("invalid_arguments"));

}
