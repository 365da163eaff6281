// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"
#include "shared/wire/schema.h"

#include <functional>

/// Tools that are plain functions from one struct to another: their field tables say what the JSON looks like, are the
/// schemas, and check the arguments.
namespace moe::tools {

/// Arguments of up to so many bytes are worked on where the call is made.
inline constexpr qsizetype largestInline = 4 * 1024;

/// How a calculation appears.
struct CalculationInfo {
    QLatin1StringView name;
    QLatin1StringView title;
    QLatin1StringView description;
    bool isHeavy = false; ///< few arguments may take long too: always worked on elsewhere
};

/// Cancelled, or TooLarge if the arguments are.
[[nodiscard]] Result<void> checkCall(const QByteArray &arguments, const RequestContext &context);
/// TooLarge beyond largestResult.
[[nodiscard]] Result<ToolResult> withinLimits(Result<ToolResult> result);
/// An error of the codec, as callers of tools are told it.
[[nodiscard]] Error asCallError(Error error);

/// What all calculations have in common.
class CalculationBase : public Tool
{
public:
    [[nodiscard]] const ToolInfo &info() const override { return m_info; }
    [[nodiscard]] Task<ToolResult> call(QByteArray arguments, RequestContext context) const override;
    /// What a call gives, here and now, however long that takes. Any thread.
    [[nodiscard]] Result<ToolResult> result(const QByteArray &arguments) const
    {
        return withinLimits(compute(arguments));
    }
    /// Whether a call with these arguments takes less than a millisecond.
    [[nodiscard]] bool isQuick(const QByteArray &arguments) const { return arguments.size() <= m_largestInline; }

protected:
    CalculationBase(const CalculationInfo &info, const wire::Schema &input, const wire::Schema &output);

    [[nodiscard]] virtual Result<ToolResult> compute(const QByteArray &arguments) const = 0;

private:
    const ToolInfo m_info;
    const qsizetype m_largestInline; ///< more bytes of arguments are worked on elsewhere
};

/// A tool that needs nothing but its arguments. Small arguments are worked on where the call is made, so what a
/// function does with a few KiB takes less than a millisecond; larger ones on another thread, where nothing ends them
/// at the time limit. See outsourced().
template <typename Input, typename Output>
class Calculation final : public CalculationBase
{
public:
    using Function = std::function<Result<Output>(const Input &)>;
    using Rendering = std::function<QString(const Input &, const Output &)>;

    Calculation(const CalculationInfo &info, Function function, Rendering rendering)
        : CalculationBase(info, wire::schemaOf<Input>, wire::schemaOf<Output>)
        , m_function(std::move(function))
        , m_rendering(std::move(rendering))
    { }

private:
    [[nodiscard]] Result<ToolResult> compute(const QByteArray &arguments) const override
    {
        const auto input = wire::read<Input>(arguments, wire::UnknownKeys::Refuse);
        if (!input)
            return failure(asCallError(input.error()));
        TRY(const Output output, m_function(*input));
        return ToolResult{wire::write(output), m_rendering(*input, output)};
    }

    const Function m_function;
    const Rendering m_rendering;
};

/// calculation<DateDifference>(info, &dateDifference, &textOf): the input's type is the function's.
template <typename Input, typename Output>
[[nodiscard]] std::shared_ptr<const Tool> calculation(const CalculationInfo &info,
                                                      Result<Output> (*function)(const Input &),
                                                      QString (*rendering)(const Input &, const Output &))
{
    return std::make_shared<Calculation<Input, Output>>(info, function, rendering);
}

/// The schemas and the limits of results, for tools that are made otherwise.
[[nodiscard]] ToolInfo toolInfo(const CalculationInfo &info, const wire::Schema &input, const wire::Schema &output);

}
