// SPDX-License-Identifier: Apache-2.0
// Whatever is given as a unit: reading ends, and what was read can be converted.
#include "daemon/tools/unittable.h"

#include <cstdlib>

using namespace moe::tools;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const UnitTable table = UnitTable::builtIn();
    const QString text = QString::fromUtf8(reinterpret_cast<const char *>(data), qsizetype(size));
    if (const auto unit = table.find(text)) {
        if (sgn(unit->factor) <= 0 || (unit->power(-1) * *unit).factor != 1)
            std::abort();
        (void)table.dimensionName(*unit);
    } else if (unit.error().message.isEmpty() || unit.error().message.size() > 500) {
        std::abort();
    }
    return 0;
}
