// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/calculation.h"
#include "daemon/tools/worker/workerpool.h"
#include "shared/async/offload.h"

namespace moe::tools {

/// A tool that has a worker process do the work: like a Calculation, with a coroutine for its function.
template <typename Input, typename Output>
class WorkerTool final : public Tool
{
public:
    using Function = Task<Output> (*)(WorkerPool *pool, Input input, RequestContext context);
    using Rendering = QString (*)(const Input &, const Output &);

    /// The pool outlives the tool.
    WorkerTool(const CalculationInfo &info, WorkerPool &pool, Function function, Rendering rendering)
        : m_info(toolInfo(info, wire::schemaOf<Input>, wire::schemaOf<Output>))
        , m_pool(pool)
        , m_function(function)
        , m_rendering(rendering)
    { }

    [[nodiscard]] const ToolInfo &info() const override { return m_info; }
    [[nodiscard]] Task<ToolResult> call(QByteArray arguments, RequestContext context) const override
    {
        CO_TRY_VOID(checkCall(arguments, context));
        const auto read = [&arguments] { return wire::read<Input>(arguments, wire::UnknownKeys::Refuse); };
        const auto input = arguments.size() <= largestInline ? read() : co_await offload(read);
        if (!input)
            co_return failure(asCallError(input.error()));
        CO_TRY(const Output output, co_await m_function(&m_pool, *input, std::move(context)));
        co_return withinLimits(ToolResult{wire::write(output), m_rendering(*input, output)});
    }

private:
    const ToolInfo m_info;
    WorkerPool &m_pool;
    const Function m_function;
    const Rendering m_rendering;
};

/// workerTool(info, pool, &solve, &textOf): input and output are the function's.
template <typename Input, typename Output>
[[nodiscard]] std::shared_ptr<const Tool> workerTool(const CalculationInfo &info, WorkerPool &pool,
                                                     Task<Output> (*function)(WorkerPool *, Input, RequestContext),
                                                     QString (*rendering)(const Input &, const Output &))
{
    return std::make_shared<WorkerTool<Input, Output>>(info, pool, function, rendering);
}

/// What an engine answered, as the struct it is. Internal if it is not.
template <typename Reply>
[[nodiscard]] Task<Reply> askWorker(WorkerPool *pool, QByteArray engine, QByteArray payload, RequestContext context)
{
    CO_TRY(const QByteArray json, co_await pool->run(std::move(engine), std::move(payload), std::move(context)));
    auto reply = wire::read<Reply>(json);
    if (!reply)
        co_return failure(Error::internal(QStringLiteral("The calculation gave something that cannot be read.")));
    co_return *std::move(reply);
}

}
