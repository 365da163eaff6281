// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/outsourced.h"

#include "daemon/tools/calculation.h"
#include "daemon/tools/checksum.h"
#include "daemon/tools/finance.h"
#include "daemon/tools/integers.h"
#include "daemon/tools/json/jsontools.h"
#include "daemon/tools/matrix.h"
#include "daemon/tools/network.h"
#include "daemon/tools/pattern.h"
#include "daemon/tools/probability.h"
#include "daemon/tools/statistics.h"
#include "daemon/tools/textcodec.h"
#include "daemon/tools/textstats.h"
#include "daemon/tools/unitconvert.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

/// As workers answer.
struct Outcome {
    wire::RawJson structured;
    QString text;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&Outcome::structured>{"structured"_L1, wire::Presence::Required},
                          wire::Field<&Outcome::text>{"text"_L1, wire::Presence::Required}};
    }
};

/// Jobs begin with the name of the tool, and this.
constexpr char endOfName = '\n';

std::shared_ptr<const CalculationBase> asCalculation(const std::shared_ptr<const Tool> &tool)
{
    return std::dynamic_pointer_cast<const CalculationBase>(tool);
}

class OutsourcedTool final : public Tool
{
public:
    OutsourcedTool(std::shared_ptr<const CalculationBase> tool, WorkerPool &pool)
        : m_tool(std::move(tool))
        , m_pool(pool)
    { }

    [[nodiscard]] const ToolInfo &info() const override { return m_tool->info(); }
    [[nodiscard]] Task<ToolResult> call(QByteArray arguments, RequestContext context) const override
    {
        CO_TRY_VOID(checkCall(arguments, context));
        if (m_tool->isQuick(arguments))
            co_return m_tool->result(arguments);
        QByteArray job = info().name.toLatin1() + endOfName + std::exchange(arguments, {});
        CO_TRY(const QByteArray reply, co_await m_pool.run("calculation", std::move(job), std::move(context)));
        auto outcome = wire::read<Outcome>(reply);
        if (!outcome)
            co_return failure(Error::internal(u"The calculation gave something that cannot be read."_s));
        co_return ToolResult{std::move(outcome->structured.text), std::move(outcome->text)};
    }

private:
    const std::shared_ptr<const CalculationBase> m_tool;
    WorkerPool &m_pool;
};

}

ToolList heavyTools()
{
    ToolList all;
    for (const ToolList &family :
         {checksumTools(), financeTools(), integerTools(), jsonTools(), matrixTools(), networkTools(), patternTools(),
          probabilityTools(), statisticsTools(), textCodecTools(), textStatsTools(), unitTools()})
        all.insert(all.end(), family.begin(), family.end());
    return all;
}

ToolList outsourced(const ToolList &tools, WorkerPool &pool)
{
    ToolList result;
    for (const auto &tool : tools)
        result.push_back(std::make_shared<OutsourcedTool>(asCalculation(tool), pool));
    return result;
}

Result<QByteArray> calculationEngine(const QByteArray &payload)
{
    static const ToolList tools = heavyTools();
    const qsizetype end = payload.indexOf(endOfName);
    const auto found = std::ranges::find_if(
        tools, [name = QByteArrayView(payload).first(std::max<qsizetype>(end, 0))](const auto &tool) {
            return tool->info().name == name;
        });
    if (found == tools.end())
        return failure(Error::internal(u"There is no such calculation."_s));
    TRY(const ToolResult result, asCalculation(*found)->result(payload.sliced(end + 1)));
    return wire::write(Outcome{{result.structured}, result.text});
}

}
