// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gateway/frames.h"

#include "tests/bench/gateway/responseparser.h"

#include <chrono>
#include <format>

namespace moe::bench {

namespace {

constexpr std::string_view StampKey = R"("content":"t)";
constexpr std::size_t StampDigits = 16;
constexpr std::size_t NumberDigits = 7;

}

std::uint64_t monotonicNow()
{
    return static_cast<std::uint64_t>(
        std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count());
}

std::string frameEvent(std::uint64_t number, std::uint64_t sentAt)
{
    return std::format(R"(data: {{"id":"cmpl-1","object":"chat.completion.chunk","created":1780000000,)"
                       R"("model":"bench","choices":[{{"index":0,"delta":{{"content":"t{:016} {:07}"}}}}]}})"
                       "\n\n",
                       sentAt, number);
}

std::string_view finishEvents()
{
    return R"(data: {"id":"cmpl-1","object":"chat.completion.chunk","created":1780000000,"model":"bench",)"
           R"("choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"
           "\n\ndata: [DONE]\n\n";
}

void FrameReader::feed(std::string_view bytes, const FrameSink &sink)
{
    std::string joined;
    if (!m_rest.empty()) {
        joined = std::move(m_rest).append(bytes);
        bytes = joined;
    }
    for (auto end = bytes.find("\n\n"); end != bytes.npos; end = bytes.find("\n\n")) {
        takeEvent(bytes.substr(0, end), sink);
        bytes.remove_prefix(end + 2);
    }
    m_rest = bytes;
}

void FrameReader::takeEvent(std::string_view event, const FrameSink &sink)
{
    if (event.starts_with(':'))
        return; // heartbeat
    m_isBroken = m_isBroken || m_isDone || !event.starts_with("data: ");
    if (event == "data: [DONE]") {
        m_isDone = true;
    } else if (const auto key = event.find(StampKey); key != event.npos) {
        std::uint64_t sentAt = 0;
        std::uint64_t number = 0;
        const auto stamp = event.substr(key + StampKey.size());
        const bool isRead = stamp.size() >= StampDigits + 1 + NumberDigits
            && parseNumber(stamp.substr(0, StampDigits), sentAt)
            && parseNumber(stamp.substr(StampDigits + 1, NumberDigits), number);
        m_isBroken = m_isBroken || !isRead || m_hasFinish || number != m_frames || stamp.contains(StampKey);
        ++m_frames;
        sink(number, sentAt);
    } else if (event.contains(R"("finish_reason":"stop")")) {
        m_hasFinish = true;
    }
}

}
