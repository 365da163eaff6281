// SPDX-License-Identifier: Apache-2.0
// Whatever lies in the usage journal's files: reading ends, stays inside the bytes, and what it takes for a record says
// exactly what the bytes say.
#include "daemon/accounts/journalframe.h"
#include "daemon/accounts/journalrecord.h"

#include <algorithm>
#include <cstdlib>

using namespace moe::accounts;

namespace {

void require(bool isTrue)
{
    if (!isTrue)
        std::abort();
}

void checkRecord(QByteArrayView payload)
{
    const auto record = decodeJournalRecord(payload);
    if (!record)
        return;
    const JournalPayload again = encodeJournalRecord(record->kind, record->usage, record->charges);
    require(again.size() <= maxJournalPayload);
    require(QByteArrayView(again) == payload);
}

void checkFrames(QByteArrayView bytes)
{
    while (const auto frame = readJournalFrame(bytes)) {
        require(!frame->payload.isEmpty() && frame->payload.size() <= maxJournalPayload);
        require(frame->size == journalFrameSize(frame->payload.size()) && frame->size <= bytes.size());
        checkRecord(frame->payload);
        bytes = bytes.sliced(frame->size);
    }
}

// The fuzzer cannot guess checksums: this makes a frame of its bytes.
void checkOwnFrame(QByteArrayView payload)
{
    if (payload.isEmpty() || payload.size() > maxJournalPayload)
        return;
    QByteArray bytes(journalFrameSize(payload.size()), '\0');
    writeJournalFrame(bytes.data(), 1, payload);
    const auto frame = readJournalFrame(bytes);
    require(frame && frame->sequence == 1 && frame->payload == payload && frame->size == bytes.size());
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView bytes(data, qsizetype(size));
    checkRecord(bytes);
    checkFrames(bytes);
    checkOwnFrame(bytes);
    return 0;
}
