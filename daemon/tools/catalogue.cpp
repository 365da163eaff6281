// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/catalogue.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

const QString &nameOf(const std::shared_ptr<const Tool> &tool) { return tool->info().name; }

qsizetype bytesOf(const ToolInfo &info)
{
    return (info.name.size() + info.title.size() + info.description.size()) * qsizetype(sizeof(QChar))
        + info.inputSchema.size() + info.outputSchema.size();
}

std::shared_ptr<const ToolList> merged(const ToolList &builtIn, const ToolList &further)
{
    ToolList all = builtIn;
    all.insert(all.end(), further.begin(), further.end());
    std::ranges::stable_sort(all, {}, &nameOf);
    const auto repeated = std::ranges::unique(all, {}, &nameOf); // keeps the first: the built-in one
    all.erase(repeated.begin(), repeated.end());
    return std::make_shared<const ToolList>(std::move(all));
}

}

Catalogue::Catalogue(ToolList builtIn, const Clock &clock)
    : m_clock(clock)
    , m_builtIn(*merged(builtIn, {}))
    , m_tools(std::make_shared<const ToolList>(m_builtIn))
{ }

qsizetype Catalogue::setFurther(ToolList tools)
{
    qsizetype bytes = 0;
    const auto left = std::erase_if(tools, [&bytes](const std::shared_ptr<const Tool> &tool) {
        bytes += bytesOf(tool->info());
        return bytes > mostFurther;
    });
    auto all = merged(m_builtIn, tools);
    const std::scoped_lock lock(m_mutex);
    m_tools = std::move(all);
    return qsizetype(left);
}

std::shared_ptr<const ToolList> Catalogue::tools() const
{
    const std::scoped_lock lock(m_mutex);
    return m_tools;
}

std::shared_ptr<const Tool> Catalogue::find(const QString &name) const
{
    const auto all = tools();
    const auto found = std::ranges::lower_bound(*all, name, {}, &nameOf);
    return found != all->end() && nameOf(*found) == name ? *found : nullptr;
}

Task<ToolResult> Catalogue::call(QString name, QByteArray arguments, RequestContext context) const
{
    const auto tool = find(name);
    if (!tool)
        co_return failure(
            Error::of(ErrorCode::NotFound, u"There is no tool \"%1\"."_s.arg(name.left(100)), u"unknown_tool"_s));
    co_return co_await tool->call(std::move(arguments), context.withDeadline(m_clock.steady() + tool->limit()));
}

}
