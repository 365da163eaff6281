// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/plaintools.h"

#include "daemon/tools/calendar.h"
#include "daemon/tools/checksum.h"
#include "daemon/tools/finance.h"
#include "daemon/tools/integers.h"
#include "daemon/tools/matrix.h"
#include "daemon/tools/network.h"
#include "daemon/tools/pattern.h"
#include "daemon/tools/probability.h"
#include "daemon/tools/statistics.h"
#include "daemon/tools/textcodec.h"
#include "daemon/tools/textstats.h"
#include "daemon/tools/timezones.h"

namespace moe::tools {

const ToolList &plainTools()
{
    static const ToolList all = [] {
        ToolList list;
        for (const auto &tools : {calendarTools(), checksumTools(), financeTools(), integerTools(), matrixTools(),
                                  networkTools(), patternTools(), probabilityTools(), statisticsTools(),
                                  textCodecTools(), textStatsTools(), timezoneTools()})
            list.insert(list.end(), tools.begin(), tools.end());
        return list;
    }();
    return all;
}

const Tool &plainTool(const QString &name)
{
    const auto found = std::ranges::find_if(plainTools(), [&](const auto &tool) { return tool->info().name == name; });
    if (found == plainTools().end())
        qFatal("there is no tool %s", qUtf8Printable(name));
    return **found;
}

Result<ToolResult> called(const QString &name, const QByteArray &arguments)
{
    return QCoro::waitFor(plainTool(name).call(arguments, RequestContext()));
}

}
