// SPDX-License-Identifier: Apache-2.0
// Event streams and lines: however the bytes are cut, the same events come out. The first bytes say where to cut.
#include "shared/wire/linesplitter.h"
#include "shared/wire/sseparser.h"

#include <QByteArrayList>

#include <cstdlib>
#include <memory>
#include <vector>

using namespace moe;

namespace {

constexpr qsizetype MaxBytes = 64;

// Every piece is a copy of its own, so that a view that outlives it is found.
std::vector<QByteArray> cut(QByteArrayView bytes, QByteArrayView sizes)
{
    std::vector<QByteArray> pieces;
    for (qsizetype i = 0; !bytes.isEmpty(); ++i) {
        const qsizetype wanted
            = sizes.isEmpty() ? bytes.size() : static_cast<unsigned char>(sizes[i % sizes.size()]) % 24 + 1;
        const qsizetype size = std::min(wanted, bytes.size());
        pieces.emplace_back(bytes.data(), size);
        bytes = bytes.sliced(size);
    }
    return pieces;
}

QByteArrayList events(const std::vector<QByteArray> &pieces)
{
    QByteArrayList out;
    SseParser parser(MaxBytes);
    for (const QByteArray &piece : pieces) {
        const auto copy = std::make_unique<QByteArray>(piece.constData(), piece.size());
        const auto fed = parser.feed(*copy, [&](const SseEvent &event) {
            out << event.type.toByteArray() + '\0' + event.data.toByteArray();
        });
        if (!fed)
            return out << "failed";
    }
    if (const auto rest = parser.finish())
        out << "rest" << rest->type.toByteArray() + '\0' + rest->data.toByteArray();
    return out;
}

QByteArrayList lines(const std::vector<QByteArray> &pieces)
{
    QByteArrayList out;
    LineSplitter splitter(MaxBytes);
    for (const QByteArray &piece : pieces) {
        const auto copy = std::make_unique<QByteArray>(piece.constData(), piece.size());
        if (!splitter.feed(*copy, [&](QByteArrayView line) { out << line.toByteArray(); }))
            return out << "failed";
    }
    if (const auto rest = splitter.finish())
        out << "rest" << rest->toByteArray();
    return out;
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4 || size > 4096)
        return 0;
    const QByteArrayView sizes(data, 4);
    const QByteArrayView bytes(data + 4, qsizetype(size - 4));
    const auto whole = cut(bytes, {});
    const auto pieces = cut(bytes, sizes);
    if (events(whole) != events(pieces) || lines(whole) != lines(pieces))
        std::abort();
    return 0;
}
