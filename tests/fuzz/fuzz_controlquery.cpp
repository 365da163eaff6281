// SPDX-License-Identifier: Apache-2.0
// Queries, cursors and If-Match of the control API: whatever comes is read or refused, and what was read is written
// back the same.
#include "daemon/api/control/listparams.h"
#include "shared/wire/control/accounts.h"
#include "shared/wire/control/message.h"
#include "shared/wire/control/usage.h"
#include "shared/wire/urlquery.h"

#include <cstdlib>

using namespace moe;

namespace {

void require(bool isTrue)
{
    if (!isTrue)
        std::abort();
}

template <typename Query>
void readQuery(QByteArrayView text)
{
    const auto parsed = wire::UrlQuery::parse(text);
    if (!parsed)
        return;
    const auto query = parsed->read<Query>();
    if (!query)
        return;
    wire::UrlQueryWriter writer;
    writer.write(*query);
    const QByteArray written = writer.take();
    if (written.size() > wire::UrlQuery::longest)
        return; // escapes make it longer than what came
    const auto again = wire::UrlQuery::parse(written);
    require(again.has_value());
    const auto sameQuery = again->read<Query>();
    require(sameQuery.has_value());
    wire::UrlQueryWriter second;
    second.write(*sameQuery);
    require(second.take() == written);
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView text(reinterpret_cast<const char *>(data), qsizetype(size));
    readQuery<control::UserQuery>(text);
    readQuery<control::UsageQuery>(text);
    if (const auto cursor = api::control::cursorOfText(QString::fromUtf8(text)))
        require(*api::control::cursorOfText(api::control::cursorText(*cursor)) == *cursor);
    if (const auto version = control::versionOfTag(text); version && *version)
        require(*control::versionOfTag(control::entityTag(**version)) == *version);
    return 0;
}
