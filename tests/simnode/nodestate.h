// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/httprequest.h"
#include "tests/simnode/jsonwriter.h"

#include <QHash>

#include <deque>

namespace moe::sim {

/// How a request ended.
enum class Outcome { Running, Completed, ClientGone, Cut, Reset };
inline constexpr int outcomeCount = 5;

/// "running", "completed", "client_gone", "cut", "reset".
[[nodiscard]] QByteArrayView outcomeName(Outcome outcome);

/// A request as it was seen, and what became of it.
struct RequestRecord {
    quint64 id = 0;
    HttpRequest request;
    qint64 receivedAtMs = 0; ///< since 1970
    qint64 endedAtMs = 0; ///< 0 while it runs
    int status = 0; ///< 0: none sent yet
    qint64 bodyBytesSent = 0;
    Outcome outcome = Outcome::Running;
};

/// What the node counts and remembers for tests. Counts are exact at any moment: a generation is live from the arrival
/// of its request until its end or the moment its client is known to be gone.
class NodeState
{
public:
    /// Counts a generation as long as it exists.
    class LiveGeneration
    {
    public:
        explicit LiveGeneration(NodeState &state);
        LiveGeneration(const LiveGeneration &) = delete;
        LiveGeneration &operator=(const LiveGeneration &) = delete;
        ~LiveGeneration();
        /// From waiting for its turn to being worked on.
        void setRunning();

    private:
        NodeState &m_state;
        bool m_isRunning = false;
    };

    void setRecordLimit(int limit);
    quint64 begin(const HttpRequest &request);
    void responded(quint64 id, int status);
    void sent(quint64 id, qint64 bodyBytes);
    void end(quint64 id, Outcome outcome);
    void connectionOpened();
    void connectionClosed() { --m_connections; }
    /// Forgets records, peaks and totals; what is live stays counted.
    void reset();

    [[nodiscard]] int liveGenerations() const { return m_live; }
    [[nodiscard]] int runningGenerations() const { return m_running; }
    [[nodiscard]] int peakLiveGenerations() const { return m_peakLive; }
    [[nodiscard]] int peakRunningGenerations() const { return m_peakRunning; }
    [[nodiscard]] int connections() const { return m_connections; }
    [[nodiscard]] const std::deque<RequestRecord> &records() const { return m_records; }

    /// Writes the members of /sim/state, with at most the `lastRequests` latest requests (negative: all).
    void write(JsonWriter &json, qint64 lastRequests) const;

private:
    RequestRecord *find(quint64 id);
    void trim();
    void writeTotals(JsonWriter &json) const;

    static constexpr quint64 unrecorded = 0; ///< id of the tests' own calls to /sim/*
    static constexpr qsizetype maxBytesKept = 64 * 1024 * 1024;

    std::deque<RequestRecord> m_records; ///< consecutive ids
    size_t m_recordLimit = 1000;
    qsizetype m_bytesKept = 0;
    quint64 m_nextId = 1;
    int m_live = 0;
    int m_running = 0;
    int m_peakLive = 0;
    int m_peakRunning = 0;
    int m_connections = 0;
    qint64 m_connectionsAccepted = 0;
    qint64 m_requests = 0;
    qint64 m_generations = 0;
    qint64 m_bodyBytesSent = 0;
    std::array<qint64, outcomeCount> m_outcomes{};
    QHash<QByteArray, qint64> m_requestsByPath;
};

}
