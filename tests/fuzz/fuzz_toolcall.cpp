// SPDX-License-Identifier: Apache-2.0
// Calls of the tools that need nothing but their arguments: the first byte chooses one, the rest is its arguments, or
// what stands in a text argument. What comes back is JSON, or an error with a code; and what workers send is read, or
// refused.
#include "daemon/tools/calculation.h"
#include "daemon/tools/calendar.h"
#include "daemon/tools/outsourced.h"
#include "daemon/tools/timezones.h"
#include "daemon/tools/worker/frame.h"
#include "shared/wire/jsonscan.h"

#include <QJsonDocument>

#include <cstdlib>

using namespace moe;
using namespace moe::tools;

namespace {

ToolList allTools()
{
    ToolList all = heavyTools();
    for (const ToolList &family : {calendarTools(), timezoneTools()})
        all.insert(all.end(), family.begin(), family.end());
    return all;
}

/// "\x01name\n" before a text makes it an argument of that name; anything else is arguments as it is.
QByteArray argumentsOf(const QByteArray &bytes)
{
    const qsizetype end = bytes.indexOf('\n');
    if (!bytes.startsWith('\x01') || end < 0)
        return bytes;
    return '{' + json::quoted(bytes.sliced(1, end - 1)) + ':' + json::quoted(bytes.sliced(end + 1)) + '}';
}

void check(const Result<ToolResult> &result)
{
    if (result ? !QJsonDocument::fromJson(result->structured).isObject() || result->text.isEmpty()
               : result.error().reason.isEmpty() || result.error().message.size() > 2000)
        std::abort();
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ToolList tools = allTools();
    if (size < 2 || size > 4096)
        return 0;
    const QByteArray bytes(reinterpret_cast<const char *>(data + 1), qsizetype(size - 1));
    const auto tool = std::dynamic_pointer_cast<const CalculationBase>(tools[data[0] % tools.size()]);
    check(tool->result(argumentsOf(bytes)));
    if (const auto job = decodeJob(bytes); job && encodeJob(*job) != bytes)
        std::abort();
    (void)decodeReply(bytes);
    return 0;
}
