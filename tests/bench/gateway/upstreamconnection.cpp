// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gateway/upstreamconnection.h"

#include "tests/bench/gateway/frames.h"
#include "tests/bench/gateway/responseparser.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <format>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace moe::bench {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t MaxHeadBytes = 16 * 1024;
constexpr std::size_t BodyBytesRead = 4 * 1024;
constexpr std::size_t EndlessBytes = 200'000'000;
constexpr std::size_t BatchBytes = 64 * 1024;
constexpr auto LateStart = 200ms;

std::string withLength(std::string_view body)
{
    return std::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", body.size(),
                       body);
}

/// An answer of 1,163 bytes with its usage, as a model server sends it.
const std::string &wholeAnswer()
{
    static const std::string response = withLength(
        R"({"id":"chatcmpl-bench","object":"chat.completion","created":1780000000,"model":"bench",)"
        R"("choices":[{"index":0,"message":{"role":"assistant","content":")"
        + std::string(913, 'a')
        + R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":50,"completion_tokens":180,"total_tokens":230}})");
    return response;
}

const std::string &modelList()
{
    static const std::string response = [] {
        std::string models;
        for (const std::string_view name : {"bench", "slow", "endless", "late"})
            models += std::format(R"({}{{"id":"{}","object":"model","created":1780000000,"owned_by":"bench"}})",
                                  models.empty() ? "" : ",", name);
        return withLength(R"({"object":"list","data":[)" + models + "]}");
    }();
    return response;
}

std::string chunk(std::string_view data) { return std::format("{:x}\r\n{}\r\n", data.size(), data); }

/// The value after `"name":` without its quotes; empty when there is none.
std::string_view member(std::string_view json, std::string_view name)
{
    const auto key = json.find(std::format("\"{}\"", name));
    const auto start = key == json.npos ? key : json.find_first_not_of(" :\"", key + name.size() + 2);
    return start == json.npos ? std::string_view() : json.substr(start, json.find_first_of("\",} ", start) - start);
}

std::string_view field(std::string_view head, std::string_view lowerName)
{
    while (!head.empty()) {
        const auto line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(head.size(), line.size() + 2));
        const auto colon = line.find(':');
        if (colon != line.npos && equalsIgnoringCase(line.substr(0, colon), lowerName))
            return trimmed(line.substr(colon + 1));
    }
    return {};
}

}

UpstreamConnection::UpstreamConnection(EventLoop &loop, UpstreamState &state, Descriptor socket)
    : m_loop(loop)
    , m_state(state)
    , m_socket(std::move(socket))
{ }

void UpstreamConnection::ready(std::uint32_t events)
{
    if (events & EPOLLOUT)
        flush();
    if (!m_isClosed && (events & ~EPOLLOUT) && !readAvailable())
        m_isClosed = true;
    if (m_isClosed) {
        endGeneration();
        m_loop.remove(*this);
    }
}

bool UpstreamConnection::readAvailable()
{
    static std::array<char, 256 * 1024> buffer;
    const auto count = ::recv(m_socket.value(), buffer.data(), buffer.size(), 0);
    if (count > 0)
        takeBytes({buffer.data(), static_cast<std::size_t>(count)});
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

void UpstreamConnection::takeBytes(std::string_view bytes)
{
    if (m_bodyLeft == 0) {
        m_head.append(bytes);
        const auto end = m_head.find("\r\n\r\n");
        if (end == m_head.npos || m_isGenerating) {
            m_isClosed = m_isClosed || m_head.size() > MaxHeadBytes;
            return;
        }
        const std::string rest = m_head.substr(end + 4);
        m_head.resize(end + 2);
        if (!takeHead())
            return;
        bytes = rest;
        m_bodyStart.assign(bytes.substr(0, BodyBytesRead));
        m_bodyLeft -= std::min<std::uint64_t>(m_bodyLeft, bytes.size());
    } else {
        m_bodyStart.append(bytes.substr(0, BodyBytesRead - std::min(BodyBytesRead, m_bodyStart.size())));
        m_bodyLeft -= std::min<std::uint64_t>(m_bodyLeft, bytes.size());
    }
    if (m_bodyLeft == 0)
        answer();
}

bool UpstreamConnection::takeHead()
{
    const auto length = field(m_head, "content-length");
    m_bodyLeft = 0;
    if (!field(m_head, "transfer-encoding").empty() || (!length.empty() && !parseNumber(length, m_bodyLeft))) {
        send("HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\n\r\n");
        m_isClosed = true;
        return false;
    }
    if (equalsIgnoringCase(field(m_head, "expect"), "100-continue"))
        send("HTTP/1.1 100 Continue\r\n\r\n");
    return true;
}

void UpstreamConnection::answer()
{
    if (m_head.starts_with("POST /v1/chat/completions ")) {
        ++m_state.requests;
        startGeneration();
    } else if (m_head.starts_with("GET /v1/models ")) {
        send(modelList());
    } else if (m_head.starts_with("GET /sim/state ")) {
        send(withLength(std::format(R"({{"live_generations":{},"peak_generations":{},"requests":{},"bytes_sent":{}}})",
                                    m_state.liveGenerations, m_state.peakGenerations, m_state.requests,
                                    m_state.bytesSent)));
    } else {
        send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    }
    m_head.clear();
}

void UpstreamConnection::startGeneration()
{
    const auto model = member(m_bodyStart, "model");
    const bool isEndless = model == "endless";
    m_generation = {.frames = isEndless ? EndlessBytes / frameEvent(0, 0).size() : 64,
                    .interval = isEndless ? 0us
                        : model == "slow" ? 1s
                                          : 20ms,
                    .next = SteadyClock::now(),
                    .isStream = member(m_bodyStart, "stream") == "true"};
    std::uint64_t value = 0;
    if (parseNumber(member(m_bodyStart, "max_tokens"), value))
        m_generation.frames = value;
    if (parseNumber(member(m_bodyStart, "bench_interval_us"), value))
        m_generation.interval = std::chrono::microseconds(value);

    m_isGenerating = true;
    m_state.peakGenerations = std::max(m_state.peakGenerations, ++m_state.liveGenerations);
    if (model != "late")
        continueGeneration();
    else
        m_loop.wakeAt(*this, m_generation.next += LateStart);
}

void UpstreamConnection::wake()
{
    if (m_isGenerating)
        continueGeneration();
}

void UpstreamConnection::continueGeneration()
{
    if (m_generation.isStream) {
        sendFrames();
    } else {
        send(wholeAnswer());
        endGeneration();
    }
}

void UpstreamConnection::sendFrames()
{
    std::string out;
    if (m_generation.sent == 0)
        out = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
              "Transfer-Encoding: chunked\r\n\r\n";
    const bool isPaced = m_generation.interval > 0us;
    while (m_generation.sent < m_generation.frames && out.size() < BatchBytes) {
        out += chunk(frameEvent(m_generation.sent++, monotonicNow()));
        if (isPaced)
            break;
    }
    if (m_generation.sent >= m_generation.frames) {
        send(out + chunk(finishEvents()) + "0\r\n\r\n");
        endGeneration();
        return;
    }
    send(out);
    if (isPaced)
        m_loop.wakeAt(*this, m_generation.next += m_generation.interval);
    else if (m_unsent.empty())
        m_loop.wakeAt(*this, SteadyClock::now());
}

void UpstreamConnection::endGeneration()
{
    m_state.liveGenerations -= m_isGenerating ? 1 : 0;
    m_isGenerating = false;
}

void UpstreamConnection::send(std::string_view bytes)
{
    m_unsent.append(bytes);
    flush();
}

void UpstreamConnection::flush()
{
    while (!m_unsent.empty() && !m_isClosed) {
        const auto count = ::send(m_socket.value(), m_unsent.data(), m_unsent.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EAGAIN)
            break;
        if (count < 0)
            m_isClosed = errno != EINTR;
        else
            m_unsent.erase(0, static_cast<std::size_t>(count));
        m_state.bytesSent += static_cast<std::uint64_t>(std::max<ssize_t>(count, 0));
    }
    if (const bool isWanted = !m_unsent.empty(); isWanted != std::exchange(m_isWatchingWrites, isWanted)) {
        m_loop.setEvents(*this, EPOLLIN | (isWanted ? EPOLLOUT : 0U));
        // An unpaced stream goes on as soon as its reader has taken everything.
        if (!isWanted && m_isGenerating && m_generation.interval == 0us)
            m_loop.wakeAt(*this, SteadyClock::now());
    }
}

}
