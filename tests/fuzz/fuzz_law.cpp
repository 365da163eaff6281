// SPDX-License-Identifier: Apache-2.0
// Whatever is called the text of a law, an archive of one, a table of contents or a citation: reading ends, and what
// comes of it is bounded by what went in.
#include "daemon/tools/law/citation.h"
#include "daemon/tools/law/germanwords.h"
#include "daemon/tools/law/lawindex.h"
#include "daemon/tools/law/statutearchive.h"
#include "daemon/tools/law/statutexml.h"

#include <cstdlib>

using namespace moe;
using namespace moe::law;

namespace {

void require(bool isTrue)
{
    if (!isTrue)
        std::abort();
}

void checkStatute(const QByteArray &xml)
{
    const auto statute = parseStatute(xml);
    if (!statute)
        return;
    require(!statute->abbreviation.isEmpty() && !statute->title.isEmpty());
    qsizetype size = 0;
    for (const Norm &norm : statute->norms) {
        require(!norm.label.isEmpty() && !norm.text.contains(u"\n\n"));
        for (const QString &key : normKeys(norm.label))
            require(key.size() <= norm.label.size() + 4);
        size += norm.text.size();
    }
    // Items are indented by at most 40 characters.
    require(size <= 42 * xml.size());
    (void)namesOf(*statute);
}

void checkWords(const QString &text)
{
    for (const QString &stem : queryStems(text)) {
        require(!stem.isEmpty() && stemOf(stem).size() <= stem.size());
        require(!stem.contains(u'"') && !stem.contains(u' '));
    }
    require(excerptOf(text, queryStems(text)).size() < 400);
    if (const auto citation = parseCitation(text))
        require(!citation->norm.isEmpty() && citation->norm.size() <= text.size() + 8);
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const QByteArray input(reinterpret_cast<const char *>(data) + 1, qsizetype(size) - 1);
    switch (data[0] % 4) {
    case 0: checkStatute(input); break;
    case 1:
        if (const auto contents = parseContents(input)) {
            for (const ContentsEntry &entry : contents->entries)
                require(!entry.id.isEmpty() && !entry.id.startsWith(u'.') && !entry.id.contains(u'/'));
        }
        break;
    case 2:
        if (const auto xml = xmlOfArchive(input))
            require(xml->size() <= largestStatuteXml);
        break;
    default: checkWords(QString::fromUtf8(input)); break;
    }
    return 0;
}
