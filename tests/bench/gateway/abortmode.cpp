// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gateway/clientconnection.h"
#include "tests/bench/gateway/modes.h"
#include "tests/bench/gateway/report.h"

#include <array>
#include <cerrno>
#include <poll.h>
#include <random>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>

namespace moe::bench {

using namespace std::chrono_literals;

namespace {

constexpr auto StepTime = 5s;
/// How long the upstream must stay without a generation before it counts as quiet: a request given up early may still
/// be on its way to it.
constexpr auto QuietTime = 60ms;
constexpr auto PollInterval = 200us;

/// A connection for one step after the other; each step may take StepTime and throws then.
class BlockingConnection
{
public:
    explicit BlockingConnection(std::uint16_t port) : m_socket(connectingSocket(port)) { await(POLLOUT); }

    void send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const auto count = ::send(m_socket.value(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count < 0 && errno != EAGAIN)
                throw std::runtime_error("cut while sending");
            if (count < 0)
                await(POLLOUT);
            else
                bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    std::string_view receive()
    {
        await(POLLIN);
        const auto count = ::recv(m_socket.value(), m_buffer.data(), m_buffer.size(), 0);
        if (count <= 0)
            throw std::runtime_error("cut while receiving");
        return {m_buffer.data(), static_cast<std::size_t>(count)};
    }

    /// The body of the answer to a request; throws unless it is a whole one with status 200.
    std::string ask(std::string_view request)
    {
        ResponseParser parser;
        std::string body;
        send(request);
        while (!parser.isComplete() && !parser.isBad())
            parser.feed(receive(), [&](std::string_view part) { body += part; });
        if (parser.isBad() || parser.status() != 200)
            throw std::runtime_error("not answered");
        return body;
    }

    /// Closes with RST instead of FIN.
    void reset()
    {
        const linger now{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(m_socket.value(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }

private:
    void await(short events)
    {
        pollfd waiting{.fd = m_socket.value(), .events = events, .revents = 0};
        if (::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(StepTime).count())) != 1)
            throw std::runtime_error("no reaction");
    }

    Descriptor m_socket;
    std::array<char, 64 * 1024> m_buffer;
};

enum class Phase { HalfHead, HalfBody, Sent, Waiting, Streaming };
constexpr std::array PhaseNames = {"half a head", "half a body", "sent", "waiting for the answer", "streaming"};

/// Gives requests up one after another and watches the upstream's live generations.
class Aborts
{
public:
    Aborts(const Options &options, const Target &target)
        : m_target(target)
        , m_count(options.count("aborts", 200))
        , m_state(static_cast<std::uint16_t>(options.count("state-port", 0)))
        , m_random(options.count("seed", 1))
    {
        Target late = target;
        late.model.replace(0, late.model.find_first_of(":@"), "late");
        m_request = target.request(400, true);
        m_lateRequest = late.request(400, true);
    }

    Report measure()
    {
        for (std::size_t i = 0; i < m_count; ++i) {
            const auto phase = static_cast<Phase>(i % PhaseNames.size());
            try {
                abortOnce(phase);
                awaitQuiet(phase);
            } catch (const std::runtime_error &error) {
                m_failures.add(std::format("{}: {}", PhaseNames[static_cast<std::size_t>(phase)], error.what()));
            }
        }
        Report report;
        report.add("aborts", static_cast<double>(m_times.size()));
        report.add("seen_live", static_cast<double>(m_seenLive));
        report.addDistribution("quiet_us", std::move(m_times));
        report.addDistribution("quiet_seen_us", std::move(m_seenTimes));
        report.add("errors", static_cast<double>(m_failures.count()));
        report.add("reasons", m_failures.report());
        return report;
    }

private:
    void abortOnce(Phase phase)
    {
        BlockingConnection client(m_target.port);
        const std::string_view request = phase == Phase::Waiting ? m_lateRequest : m_request;
        const auto head = request.find("\r\n\r\n") + 4;
        if (phase == Phase::HalfHead)
            client.send(request.substr(0, head / 2));
        else if (phase == Phase::HalfBody)
            client.send(request.substr(0, head + (request.size() - head) / 2));
        else
            client.send(request);
        if (phase == Phase::Waiting)
            awaitLive();
        if (phase == Phase::Streaming)
            client.receive();
        std::this_thread::sleep_for(std::chrono::microseconds(
            std::uniform_int_distribution(0, phase == Phase::Sent ? 2'000 : 50'000)(m_random)));
        if (std::bernoulli_distribution()(m_random))
            client.reset();
    }

    void awaitLive()
    {
        const auto deadline = SteadyClock::now() + StepTime;
        while (liveGenerations() == 0) {
            if (SteadyClock::now() > deadline)
                throw std::runtime_error("never reached the upstream");
            std::this_thread::sleep_for(PollInterval);
        }
    }

    void awaitQuiet(Phase phase)
    {
        const auto closedAt = SteadyClock::now();
        auto quietAt = closedAt;
        bool wasLive = false;
        bool isSeen = false;
        for (auto now = closedAt; now < quietAt + QuietTime || wasLive; now = SteadyClock::now()) {
            const bool isLive = liveGenerations() > 0;
            if (wasLive && !isLive)
                quietAt = SteadyClock::now();
            wasLive = isLive;
            isSeen = isSeen || isLive;
            if (now > closedAt + StepTime)
                throw std::runtime_error("a generation went on for nobody");
            std::this_thread::sleep_for(PollInterval);
        }
        const double time = std::chrono::duration<double, std::micro>(quietAt - closedAt).count();
        m_times.push_back(time);
        if (isSeen || phase == Phase::Waiting || phase == Phase::Streaming) {
            ++m_seenLive;
            m_seenTimes.push_back(time);
        }
    }

    std::uint64_t liveGenerations()
    {
        constexpr std::string_view Key = R"("live_generations":)";
        const std::string state = m_state.ask("GET /sim/state HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        const auto key = state.find(Key);
        const auto start = key == state.npos ? key : state.find_first_not_of(' ', key + Key.size());
        std::uint64_t value = 0;
        if (start == state.npos
            || !parseNumber(state.substr(start, state.find_first_of(",} \n", start) - start), value))
            throw std::runtime_error("the upstream's state has no live_generations");
        return value;
    }

    Target m_target;
    std::size_t m_count;
    BlockingConnection m_state;
    std::mt19937 m_random;
    std::string m_request;
    std::string m_lateRequest;
    std::vector<double> m_times;
    std::vector<double> m_seenTimes;
    std::size_t m_seenLive = 0;
    Failures m_failures;
};

}

int runAborts(const Options &options)
{
    const Target target(options);
    const Steps steps(options.count("driven", 0) == 1);
    Aborts load(options, target);
    options.refuseUnknown();
    steps.ready();
    steps.finish(load.measure());
    return 0;
}

}
