// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"

#include <mutex>

namespace moe::tools {

/// All tools there are at the moment, in order of name: the built-in ones, and those of other servers as long as they
/// are there. Thread-safe.
class Catalogue
{
public:
    /// The clock outlives it.
    Catalogue(ToolList builtIn, const Clock &clock);
    Catalogue(const Catalogue &) = delete;
    Catalogue &operator=(const Catalogue &) = delete;

    /// Of what is told about all further tools, in bytes.
    static constexpr qsizetype mostFurther = 4 * 1024 * 1024;

    /// What all threads see from now on beside the built-in ones; a name that is taken is left out, and what is too
    /// much. How many have been too much.
    qsizetype setFurther(ToolList tools);

    /// The built-in ones alone.
    [[nodiscard]] const ToolList &builtIn() const { return m_builtIn; }
    /// A value that stays as it is.
    [[nodiscard]] std::shared_ptr<const ToolList> tools() const;
    /// Nothing if there is none of this name.
    [[nodiscard]] std::shared_ptr<const Tool> find(const QString &name) const;
    /// Has a call done within the limit of time. NotFound "unknown_tool", Timeout, and what the tool fails with.
    [[nodiscard]] Task<ToolResult> call(QString name, QByteArray arguments, RequestContext context) const;

private:
    const Clock &m_clock;
    const ToolList m_builtIn;
    mutable std::mutex m_mutex;
    std::shared_ptr<const ToolList> m_tools;
};

}
