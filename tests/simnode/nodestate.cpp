// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/nodestate.h"

#include "shared/core/text.h"

#include <QDateTime>
#include <QMap>

namespace moe::sim {

namespace {

void writeRecord(JsonWriter &json, const RequestRecord &record)
{
    json.beginObject().field("id", record.id);
    json.field("method", QString::fromLatin1(record.request.method));
    json.field("path", QString::fromLatin1(record.request.path));
    json.field("target", QString::fromLatin1(record.request.target));
    // A header that came twice is listed once, its values joined as RFC 9110 allows.
    QMap<QByteArray, QByteArray> headers;
    for (const auto &[name, value] : record.request.headers)
        headers[name] = headers.contains(name) ? headers[name] + ", " + value : value;
    json.key("headers").beginObject();
    for (const auto &[name, value] : headers.asKeyValueRange())
        json.field(QString::fromLatin1(name), QString::fromLatin1(value));
    json.endObject();
    if (isValidUtf8(record.request.body))
        json.field("body", record.request.body);
    else
        json.field("body_base64", record.request.body.toBase64());
    json.field("received_at_ms", record.receivedAtMs).field("ended_at_ms", record.endedAtMs);
    json.field("status", record.status).field("body_bytes_sent", record.bodyBytesSent);
    json.field("outcome", outcomeName(record.outcome)).endObject();
}

}

QByteArrayView outcomeName(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Running: return "running";
    case Outcome::Completed: return "completed";
    case Outcome::ClientGone: return "client_gone";
    case Outcome::Cut: return "cut";
    case Outcome::Reset: return "reset";
    }
    Q_UNREACHABLE_RETURN("");
}

NodeState::LiveGeneration::LiveGeneration(NodeState &state) : m_state(state)
{
    ++m_state.m_generations;
    m_state.m_peakLive = std::max(m_state.m_peakLive, ++m_state.m_live);
}

NodeState::LiveGeneration::~LiveGeneration()
{
    --m_state.m_live;
    if (m_isRunning)
        --m_state.m_running;
}

void NodeState::LiveGeneration::setRunning()
{
    if (std::exchange(m_isRunning, true))
        return;
    m_state.m_peakRunning = std::max(m_state.m_peakRunning, ++m_state.m_running);
}

void NodeState::setRecordLimit(int limit)
{
    m_recordLimit = size_t(limit);
    trim();
}

quint64 NodeState::begin(const HttpRequest &request)
{
    if (request.path.startsWith("/sim/"))
        return unrecorded; // looking must not change what is seen
    const quint64 id = m_nextId++;
    ++m_requests;
    if (m_requestsByPath.size() < 100 || m_requestsByPath.contains(request.path))
        ++m_requestsByPath[request.path];
    m_bytesKept += request.body.size();
    m_records.push_back({id, request, QDateTime::currentMSecsSinceEpoch()});
    trim();
    return id;
}

void NodeState::responded(quint64 id, int status)
{
    if (RequestRecord *record = find(id))
        record->status = status;
}

void NodeState::sent(quint64 id, qint64 bodyBytes)
{
    if (id != unrecorded)
        m_bodyBytesSent += bodyBytes;
    if (RequestRecord *record = find(id))
        record->bodyBytesSent += bodyBytes;
}

void NodeState::end(quint64 id, Outcome outcome)
{
    if (id == unrecorded)
        return;
    ++m_outcomes[size_t(outcome)];
    RequestRecord *record = find(id);
    if (!record)
        return;
    record->outcome = outcome;
    record->endedAtMs = QDateTime::currentMSecsSinceEpoch();
}

void NodeState::connectionOpened()
{
    ++m_connections;
    ++m_connectionsAccepted;
}

void NodeState::reset()
{
    m_records.clear();
    m_bytesKept = 0;
    m_peakLive = m_live;
    m_peakRunning = m_running;
    m_connectionsAccepted = m_requests = m_generations = m_bodyBytesSent = 0;
    m_outcomes.fill(0);
    m_requestsByPath.clear();
}

RequestRecord *NodeState::find(quint64 id)
{
    if (m_records.empty() || id < m_records.front().id || id > m_records.back().id)
        return nullptr;
    return &m_records[id - m_records.front().id];
}

void NodeState::trim()
{
    while (!m_records.empty() && (m_records.size() > m_recordLimit || m_bytesKept > maxBytesKept)) {
        m_bytesKept -= m_records.front().request.body.size();
        m_records.pop_front();
    }
}

void NodeState::write(JsonWriter &json, qint64 lastRequests) const
{
    json.field("live_generations", m_live).field("peak_live_generations", m_peakLive);
    json.field("running_generations", m_running).field("peak_running_generations", m_peakRunning);
    json.field("queued_generations", m_live - m_running);
    json.field("connections", m_connections);
    writeTotals(json);
    json.key("requests").beginArray();
    const auto known = qint64(m_records.size());
    const qint64 shown = lastRequests < 0 ? known : std::min(known, lastRequests);
    for (auto record = m_records.end() - shown; record != m_records.end(); ++record)
        writeRecord(json, *record);
    json.endArray();
}

void NodeState::writeTotals(JsonWriter &json) const
{
    json.key("totals").beginObject();
    json.field("requests", m_requests).field("generations", m_generations);
    json.field("connections", m_connectionsAccepted).field("body_bytes_sent", m_bodyBytesSent);
    json.key("outcomes").beginObject();
    for (const auto outcome : {Outcome::Completed, Outcome::ClientGone, Outcome::Cut, Outcome::Reset})
        json.field(outcomeName(outcome), m_outcomes[size_t(outcome)]);
    json.endObject();
    json.key("paths").beginObject();
    for (const auto &[path, count] : m_requestsByPath.asKeyValueRange())
        json.field(QString::fromLatin1(path), count);
    json.endObject().endObject();
}

}
