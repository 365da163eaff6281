// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/revision.h"

#include <algorithm>

namespace moe::tools::mcp {

std::optional<Revision> revisionNamed(QByteArrayView name)
{
    const auto found = std::ranges::find(revisionNames, name);
    if (found == revisionNames.end())
        return std::nullopt;
    return Revision(found - revisionNames.begin());
}

Revision negotiated(QByteArrayView asked) { return revisionNamed(asked).value_or(latestRevision); }

}
