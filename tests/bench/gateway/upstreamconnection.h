// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/gateway/eventloop.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace moe::bench {

/// What the upstream tells about itself under /sim/state.
struct UpstreamState {
    std::uint64_t liveGenerations = 0;
    std::uint64_t peakGenerations = 0;
    std::uint64_t requests = 0;
    std::uint64_t bytesSent = 0;
};

/// One connection to the stub upstream. It answers each request as its model says:
///   bench    at once; as a stream 64 frames, 20 ms apart
///   slow     one frame a second
///   endless  200 MB of frames as fast as they are taken
///   late     like bench, but the answer starts after 200 ms
/// `max_tokens` sets the number of frames, `bench_interval_us` the time between them. Only the first 4 KiB of a body
/// are looked at.
class UpstreamConnection : public Watcher
{
public:
    UpstreamConnection(EventLoop &loop, UpstreamState &state, Descriptor socket);

    int descriptor() const override { return m_socket.value(); }
    void ready(std::uint32_t events) override;
    void wake() override;

private:
    struct Generation {
        std::uint64_t frames = 0;
        std::uint64_t sent = 0;
        std::chrono::microseconds interval{};
        TimePoint next;
        bool isStream = false;
    };

    bool readAvailable();
    void takeBytes(std::string_view bytes);
    bool takeHead();
    void answer();
    void startGeneration();
    void continueGeneration();
    void sendFrames();
    void endGeneration();
    void send(std::string_view bytes);
    void flush();

    EventLoop &m_loop;
    UpstreamState &m_state;
    Descriptor m_socket;
    std::string m_head;
    std::string m_bodyStart;
    std::uint64_t m_bodyLeft = 0;
    std::string m_unsent;
    Generation m_generation;
    bool m_isGenerating = false;
    bool m_isWatchingWrites = false;
    bool m_isClosed = false;
};

}
