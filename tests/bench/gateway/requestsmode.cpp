// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gateway/clientconnection.h"
#include "tests/bench/gateway/modes.h"
#include "tests/bench/gateway/report.h"

#include <cstdio>
#include <limits>
#include <print>

namespace moe::bench {

using namespace std::chrono_literals;

namespace {

constexpr auto SetUpTime = 60s;
constexpr auto GraceTime = 10s;
constexpr std::size_t MaxOpening = 64;
constexpr std::size_t MaxFailures = 1000;

/// The slots below `m_active` send in a closed loop; those above send one request at first and stay idle then.
class ClosedLoop final : public ClientEvents
{
public:
    ClosedLoop(const Options &options, const Target &target)
        : m_port(target.port)
        , m_request(target.request(options.count("body", 150), false))
        , m_active(options.count("connections", 8))
        , m_slots(m_active + options.count("idle", 0))
        , m_requests(options.count("requests", std::numeric_limits<std::size_t>::max()))
        , m_duration(options.seconds("seconds", 3))
    { }

    /// Opens every connection and has one request answered on each.
    bool setUp()
    {
        openNext();
        return m_loop.runUntil(SteadyClock::now() + SetUpTime) && m_failures.count() == 0;
    }

    Report measure()
    {
        m_isMeasuring = true;
        const auto start = SteadyClock::now();
        for (std::size_t slot = 0; slot < m_active; ++slot)
            begin(slot);
        if (!m_loop.runUntil(start + m_duration)) {
            m_isStopping = true;
            m_loop.runUntil(SteadyClock::now() + GraceTime);
        }
        const auto seconds = std::chrono::duration<double>(m_lastAnswer - start).count();
        for (std::size_t i = 0; i < m_inFlight; ++i)
            m_failures.add("unanswered");
        Report report;
        report.add("requests", static_cast<double>(m_latencies.size()));
        report.add("seconds", seconds);
        report.add("per_second", seconds > 0 ? static_cast<double>(m_latencies.size()) / seconds : 0);
        report.addDistribution("latency_us", std::move(m_latencies));
        report.add("errors", static_cast<double>(m_failures.count()));
        report.add("reasons", m_failures.report());
        return report;
    }

    void connected(ClientConnection &connection) override
    {
        m_slots[connection.slot()].connection = &connection;
        if (m_isMeasuring)
            begin(connection.slot());
        else
            connection.send(m_request);
    }

    void answered(ClientConnection &connection) override
    {
        if (!m_isMeasuring)
            return warmedUp(connection);
        m_lastAnswer = SteadyClock::now();
        Slot &slot = m_slots[connection.slot()];
        --m_inFlight;
        if (isGood(connection))
            m_latencies.push_back(std::chrono::duration<double, std::micro>(m_lastAnswer - slot.sentAt).count());
        else
            m_failures.add(std::format("status {}", connection.response().status()));
        if (connection.response().isKeptAlive())
            begin(connection.slot());
        else
            reopen(connection);
    }

    void failed(ClientConnection &connection, std::string_view reason) override
    {
        const bool isActive = connection.slot() < m_active;
        m_failures.add(isActive ? reason : std::format("idle connection: {}", reason));
        m_slots[connection.slot()].connection = nullptr;
        m_inFlight -= std::exchange(m_slots[connection.slot()].isInFlight, false) ? 1 : 0;
        if (!m_isMeasuring || m_failures.count() >= MaxFailures)
            m_loop.stop();
        else if (isActive)
            ClientConnection::open(m_loop, *this, m_port, connection.slot());
    }

private:
    struct Slot {
        ClientConnection *connection = nullptr;
        TimePoint sentAt;
        bool isInFlight = false;
    };

    static bool isGood(const ClientConnection &connection)
    {
        return connection.response().status() == 200 && connection.response().bodyBytes() > 0;
    }

    void openNext()
    {
        for (; m_opened < m_slots.size() && m_opened - m_warm < MaxOpening; ++m_opened)
            ClientConnection::open(m_loop, *this, m_port, m_opened);
    }

    void warmedUp(ClientConnection &connection)
    {
        if (!isGood(connection))
            return failed(connection, std::format("warm-up: status {}", connection.response().status()));
        if (++m_warm == m_slots.size())
            m_loop.stop();
        else
            openNext();
    }

    void begin(std::size_t index)
    {
        Slot &slot = m_slots[index];
        slot.isInFlight = false;
        if (m_isStopping || m_started == m_requests) {
            if (m_inFlight == 0)
                m_loop.stop();
        } else if (slot.connection) {
            ++m_started;
            ++m_inFlight;
            slot.isInFlight = true;
            slot.sentAt = SteadyClock::now();
            slot.connection->send(m_request);
        }
    }

    void reopen(ClientConnection &connection)
    {
        m_slots[connection.slot()] = {};
        connection.close();
        ClientConnection::open(m_loop, *this, m_port, connection.slot());
    }

    std::uint16_t m_port;
    std::string m_request;
    std::size_t m_active;
    std::vector<Slot> m_slots;
    std::size_t m_requests;
    std::chrono::nanoseconds m_duration;

    EventLoop m_loop;
    std::size_t m_opened = 0;
    std::size_t m_warm = 0;
    std::size_t m_started = 0;
    std::size_t m_inFlight = 0;
    bool m_isMeasuring = false;
    bool m_isStopping = false;
    TimePoint m_lastAnswer;
    std::vector<double> m_latencies;
    Failures m_failures;
};

}

int runRequests(const Options &options)
{
    const Target target(options);
    const Steps steps(options.count("driven", 0) == 1);
    ClosedLoop load(options, target);
    options.refuseUnknown();
    if (!load.setUp()) {
        std::println(stderr, "Not every connection was answered at first.");
        return 1;
    }
    steps.ready();
    steps.finish(load.measure());
    return 0;
}

}
