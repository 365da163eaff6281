// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gateway/clientconnection.h"
#include "tests/bench/gateway/frames.h"
#include "tests/bench/gateway/modes.h"
#include "tests/bench/gateway/report.h"

#include <algorithm>

namespace moe::bench {

namespace {

double microseconds(std::uint64_t from, std::uint64_t to)
{
    return (static_cast<double>(to) - static_cast<double>(from)) / 1000.0;
}

/// Every slot reads `m_rounds` streams one after another on a kept-alive connection.
class Streams final : public ClientEvents
{
public:
    Streams(const Options &options, const Target &target)
        : m_port(target.port)
        , m_frames(options.count("frames", 0))
        , m_rounds(options.count("rounds", 1))
        , m_request(target.request(150, true, m_frames, options.count("interval-us", 0)))
        , m_stagger(std::chrono::microseconds(options.count("stagger-us", 0)))
        , m_opening(options.count("opening", std::numeric_limits<std::size_t>::max()))
        , m_pause(options.seconds("pause", 0))
        , m_timeout(options.seconds("timeout", 120))
        , m_slots(options.count("streams", 32))
    { }

    Report measure()
    {
        m_start = SteadyClock::now();
        openNext();
        m_loop.runUntil(m_start + m_timeout);
        for (std::size_t i = m_finished; i < m_slots.size(); ++i)
            m_failures.add("not finished in time");
        Report report;
        report.add("streams", static_cast<double>(m_whole));
        report.add("frames", static_cast<double>(m_received));
        report.add("peak", static_cast<double>(m_peak));
        report.add("seconds", std::chrono::duration<double>(SteadyClock::now() - m_start).count());
        report.addDistribution("first_us", std::move(m_first));
        report.addDistribution("gap_us", std::move(m_gaps));
        report.addDistribution("transit_us", std::move(m_transits));
        report.add("errors", static_cast<double>(m_failures.count()));
        report.add("reasons", m_failures.report());
        return report;
    }

    void connected(ClientConnection &connection) override
    {
        const auto start = m_start + m_stagger * static_cast<std::int64_t>(connection.slot());
        if (start > SteadyClock::now())
            m_loop.wakeAt(connection, start);
        else
            begin(connection);
    }

    void woken(ClientConnection &connection) override
    {
        if (m_slots[connection.slot()].isAwaiting)
            connection.setReading(true);
        else
            begin(connection);
    }

    void received(ClientConnection &connection, std::string_view part) override
    {
        Slot &slot = m_slots[connection.slot()];
        const std::uint64_t now = monotonicNow();
        slot.reader.feed(part, [&](std::uint64_t number, std::uint64_t sentAt) {
            ++m_received;
            m_transits.push_back(microseconds(sentAt, now));
            if (number == 0)
                firstFrame(slot, now);
            else
                m_gaps.push_back(microseconds(slot.lastAt, now));
            slot.lastAt = now;
        });
    }

    void answered(ClientConnection &connection) override
    {
        Slot &slot = m_slots[connection.slot()];
        if (connection.response().status() != 200)
            m_failures.add(std::format("status {}", connection.response().status()));
        else if (!slot.reader.isWhole() || (m_frames > 0 && slot.reader.frames() != m_frames))
            m_failures.add("frames missing");
        else
            ++m_whole;
        end(slot);
        if (slot.started < m_rounds && connection.response().isKeptAlive())
            return begin(connection);
        connection.close();
        next(connection.slot());
    }

    void failed(ClientConnection &connection, std::string_view reason) override
    {
        Slot &slot = m_slots[connection.slot()];
        m_failures.add(reason);
        // A connection that never came counts as a round: nothing may be tried for ever.
        slot.started += std::exchange(slot.isAwaiting, true) ? 0 : 1;
        end(slot);
        next(connection.slot());
    }

private:
    struct Slot {
        FrameReader reader;
        std::uint64_t sentAt = 0;
        std::uint64_t lastAt = 0;
        std::size_t started = 0;
        bool isAwaiting = false;
        bool isLive = false;
    };

    /// Opens as many connections as may be without their first frame at a time.
    void openNext()
    {
        for (; m_opened < m_slots.size() && m_opened - m_begun < m_opening; ++m_opened)
            ClientConnection::open(m_loop, *this, m_port, m_opened);
    }

    void begin(ClientConnection &connection)
    {
        Slot &slot = m_slots[connection.slot()];
        slot.reader.reset();
        ++slot.started;
        slot.isAwaiting = true;
        slot.sentAt = monotonicNow();
        connection.send(m_request);
        if (m_pause.count() > 0) {
            connection.setReading(false);
            m_loop.wakeAt(connection, SteadyClock::now() + m_pause);
        }
    }

    void firstFrame(Slot &slot, std::uint64_t now)
    {
        m_first.push_back(microseconds(slot.sentAt, now));
        slot.isLive = true;
        m_peak = std::max(m_peak, ++m_live);
        if (slot.started == 1) {
            ++m_begun;
            openNext();
        }
    }

    void end(Slot &slot)
    {
        const bool isFirst = std::exchange(slot.isAwaiting, false) && slot.started == 1;
        if (std::exchange(slot.isLive, false)) {
            --m_live;
        } else if (isFirst) {
            ++m_begun;
            openNext();
        }
    }

    void next(std::size_t slot)
    {
        if (m_slots[slot].started < m_rounds)
            ClientConnection::open(m_loop, *this, m_port, slot);
        else if (++m_finished == m_slots.size())
            m_loop.stop();
    }

    std::uint16_t m_port;
    std::size_t m_frames;
    std::size_t m_rounds;
    std::string m_request;
    std::chrono::microseconds m_stagger;
    std::size_t m_opening;
    std::chrono::nanoseconds m_pause;
    std::chrono::nanoseconds m_timeout;
    std::vector<Slot> m_slots;

    EventLoop m_loop;
    TimePoint m_start;
    std::size_t m_opened = 0;
    std::size_t m_begun = 0;
    std::size_t m_finished = 0;
    std::size_t m_live = 0;
    std::size_t m_peak = 0;
    std::size_t m_whole = 0;
    std::size_t m_received = 0;
    std::vector<double> m_first;
    std::vector<double> m_gaps;
    std::vector<double> m_transits;
    Failures m_failures;
};

}

int runStreams(const Options &options)
{
    const Target target(options);
    const Steps steps(options.count("driven", 0) == 1);
    Streams load(options, target);
    options.refuseUnknown();
    steps.ready();
    steps.finish(load.measure());
    return 0;
}

}
