// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/faultgate.h"
#include "tests/simnode/httprequest.h"
#include "tests/simnode/nodestate.h"

#include <QList>
#include <QObject>

#include <utility>

namespace moe::sim {

class Connection;

/// One request and its answer on the wire: whole or streamed, with its fault. Belongs to its connection.
class Exchange final : public QObject
{
    Q_OBJECT

public:
    using Headers = QList<std::pair<QByteArray, QByteArray>>;

    Exchange(Connection &connection, NodeState &state, HttpRequest request);
    ~Exchange() override;

    [[nodiscard]] const HttpRequest &request() const { return m_request; }
    /// What will go wrong with the answer; before the answer begins.
    void setFault(const Fault &fault);
    [[nodiscard]] const Fault &fault() const { return m_fault; }

    /// Answers at once with a body of known length.
    void respond(int status, QByteArrayView contentType, QByteArrayView body, const Headers &headers = {});
    /// Begins a 200 answer of unknown length.
    void beginStream(QByteArrayView contentType);
    void write(QByteArrayView payload);
    void endStream();

    /// Nothing should be written now: the client does not read, or the answer is stalled.
    [[nodiscard]] bool isBlocked() const;
    [[nodiscard]] bool isEnded() const { return m_isEnded; }

Q_SIGNALS:
    /// No longer blocked, perhaps.
    void drained();
    /// Answered, cut off or abandoned: nothing may be written any more.
    void ended();

private:
    friend class Connection;

    void abandon(Outcome outcome);
    void socketDrained();
    [[nodiscard]] QByteArray head(int status, QByteArrayView contentType, const Headers &headers) const;
    [[nodiscard]] bool isHeadLost(int status);
    void suffer(Mishap mishap);
    void complete();
    void end(Outcome outcome);

    static constexpr qint64 maxUnsentBytes = 64 * 1024;

    Connection &m_connection;
    NodeState &m_state;
    HttpRequest m_request;
    quint64 m_record;
    Fault m_fault;
    FaultGate m_gate;
    bool m_isChunked = false;
    bool m_isStalled = false;
    bool m_isEnded = false;
};

}
