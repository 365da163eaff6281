// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/headcheck.h"

#include <cstdint>

using namespace moe::http;

namespace {

[[noreturn]] void fail(const char *what) { qFatal("%s", what); }

/// An accepted head has to read the same for the most lenient parser there is: lines end at line feeds only.
void checkAccepted(QByteArrayView bytes, const RequestHead &head)
{
    const QByteArrayView text = bytes.first(head.size);
    if (!text.endsWith("\r\n\r\n") || text.chopped(2).indexOf("\r\n\r\n") >= 0)
        fail("the head ends elsewhere");
    int lengths = 0;
    int encodings = 0;
    for (qsizetype begin = 0; begin < text.size();) {
        const qsizetype end = text.indexOf('\n', begin);
        const QByteArray name = text.sliced(begin, end - begin).toByteArray().split(':').first().trimmed().toLower();
        lengths += name == "content-length";
        encodings += name == "transfer-encoding";
        begin = end + 1;
    }
    if (lengths > 1 || encodings > 1 || (lengths == 1 && encodings == 1))
        fail("two framings");
    if ((encodings == 1) != (head.bodyKind == BodyKind::Chunked) || (head.bodyKind == BodyKind::Length && lengths != 1))
        fail("another framing than the head says");
    if (head.contentLength < 0 || head.target(bytes).isEmpty() || head.target(bytes).contains(' '))
        fail("a target or length nobody would take");
}

void checkPieces(QByteArrayView bytes, const std::expected<std::optional<RequestHead>, Refusal> &whole)
{
    qsizetype scanned = 0;
    for (qsizetype size = 0; size <= bytes.size(); size += 7) {
        const auto part = checkHead(bytes.first(size), scanned, {});
        if (!part) {
            if (whole)
                fail("refused in pieces, accepted whole");
            return;
        }
        if (*part) {
            if (!whole || !*whole || (*whole)->size != (*part)->size)
                fail("accepted in pieces, not whole");
            return;
        }
    }
}

void checkChunks(QByteArrayView bytes)
{
    ChunkedBody whole{RequestLimits{}};
    const auto taken = whole.consume(bytes);
    ChunkedBody pieces{RequestLimits{}};
    qsizetype total = 0;
    for (qsizetype at = 0; at < bytes.size() && !pieces.isComplete(); ++at) {
        const auto one = pieces.consume(bytes.sliced(at, 1));
        if (!one) {
            if (taken)
                fail("chunks refused in pieces, accepted whole");
            return;
        }
        total += *one;
    }
    if (!taken || total != *taken || pieces.takeData() != whole.takeData())
        fail("chunks read differently in pieces");
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView bytes(data, qsizetype(size));
    qsizetype scanned = 0;
    const auto head = checkHead(bytes, scanned, {});
    if (head && *head) {
        checkAccepted(bytes, **head);
        (void)headerValue(bytes.first((*head)->size), "x-api-key");
    }
    checkPieces(bytes, head);
    checkChunks(bytes);
    return 0;
}
