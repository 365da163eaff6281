// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/statutearchive.h"

#include "daemon/tools/law/statutexml.h"

#include <QString>

#include <zip.h>

#include <memory>
#include <optional>

using namespace Qt::StringLiterals;

namespace moe::law {

namespace {

constexpr zip_int64_t mostFiles = 10'000;
constexpr qsizetype chunkSize = 256 * 1024;

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using File = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

Error unusable(const QString &what) { return Error::invalid(what, {}, u"law_archive"_s); }

Archive open(const QByteArray &zip)
{
    zip_source_t *const source = zip_source_buffer_create(zip.constData(), zip_uint64_t(zip.size()), 0, nullptr);
    if (!source)
        return {nullptr, &zip_discard};
    zip_t *const archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, nullptr);
    if (!archive)
        zip_source_free(source); // else it belongs to the archive
    return {archive, &zip_discard};
}

Result<zip_uint64_t> indexOfXml(zip_t *archive)
{
    const zip_int64_t count = zip_get_num_entries(archive, 0);
    if (count > mostFiles)
        return failure(unusable(u"The archive holds more than %1 files."_s.arg(mostFiles)));
    std::optional<zip_uint64_t> found;
    for (zip_uint64_t i = 0; i < zip_uint64_t(std::max<zip_int64_t>(count, 0)); ++i) {
        const char *const name = zip_get_name(archive, i, ZIP_FL_ENC_RAW);
        if (!name || !QByteArrayView(name).toByteArray().toLower().endsWith(".xml"))
            continue;
        if (found)
            return failure(unusable(u"The archive holds more than one XML file."_s));
        found = i;
    }
    if (!found)
        return failure(unusable(u"The archive holds no XML file."_s));
    return *found;
}

Result<QByteArray> readAll(zip_t *archive, zip_uint64_t index)
{
    const File file(zip_fopen_index(archive, index, 0), &zip_fclose);
    if (!file)
        return failure(unusable(u"The file in the archive cannot be opened; it may be encrypted."_s));
    // What the archive says of the size is not believed.
    QByteArray content;
    QByteArray chunk(chunkSize, Qt::Uninitialized);
    for (;;) {
        const zip_int64_t count = zip_fread(file.get(), chunk.data(), zip_uint64_t(chunk.size()));
        if (count < 0)
            return failure(unusable(u"The archive is damaged."_s));
        if (count == 0)
            return content;
        if (content.size() + count > largestStatuteXml)
            return failure(Error::of(ErrorCode::TooLarge,
                                     u"The archive unpacks to more than %1 MiB."_s.arg(largestStatuteXml / 1024 / 1024),
                                     u"law_archive"_s));
        content.append(chunk.constData(), qsizetype(count));
    }
}

}

Result<QByteArray> xmlOfArchive(const QByteArray &zip)
{
    if (zip.size() > largestArchive)
        return failure(Error::of(ErrorCode::TooLarge,
                                 u"The archive has more than %1 MiB."_s.arg(largestArchive / 1024 / 1024),
                                 u"law_archive"_s));
    const Archive archive = open(zip);
    if (!archive)
        return failure(unusable(u"This is no zip archive, or a damaged one."_s));
    TRY(const zip_uint64_t index, indexOfXml(archive.get()));
    return readAll(archive.get(), index);
}

}
