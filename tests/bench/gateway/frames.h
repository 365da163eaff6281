// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace moe::bench {

/// Nanoseconds of the machine's monotonic clock, the same in every process.
std::uint64_t monotonicNow();

/// The stream's frame `number`, some 165 bytes as an event, stamped with the time at which the upstream sent it.
std::string frameEvent(std::uint64_t number, std::uint64_t sentAt);
/// The events that end a stream properly: the finish reason and the end mark.
std::string_view finishEvents();

/// Reads the stream of one answer back and checks that nothing is missing, doubled or out of order.
class FrameReader
{
public:
    /// A frame's number and the moment at which it was sent.
    using FrameSink = std::function<void(std::uint64_t number, std::uint64_t sentAt)>;

    void feed(std::string_view bytes, const FrameSink &sink);
    void reset() { *this = FrameReader(); }

    std::uint64_t frames() const { return m_frames; }
    /// The stream had its finish reason and its end mark, and every frame came once and in order.
    bool isWhole() const { return m_isDone && m_hasFinish && !m_isBroken; }

private:
    void takeEvent(std::string_view event, const FrameSink &sink);

    std::string m_rest;
    std::uint64_t m_frames = 0;
    bool m_hasFinish = false;
    bool m_isDone = false;
    bool m_isBroken = false;
};

}
