// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/eventstream.h"
#include "daemon/tools/mcp/jsonrpc.h"
#include "daemon/tools/mcp/revision.h"
#include "daemon/tools/mcp/server.h"
#include "shared/async/completion.h"
#include "shared/async/mailbox.h"
#include "shared/wire/fields.h"

#include <QLatin1StringView>

#include <optional>
#include <set>

namespace moe::tools::mcp {

class ToolBox;

/// How grave what is logged to a client is, as in syslog.
enum class LogLevel { Debug, Info, Notice, Warning, Error, Critical, Alert, Emergency };

constexpr auto enumNames(LogLevel)
{
    using namespace Qt::StringLiterals;
    using wire::EnumName;
    return std::array{EnumName{LogLevel::Debug, "debug"_L1},   EnumName{LogLevel::Info, "info"_L1},
                      EnumName{LogLevel::Notice, "notice"_L1}, EnumName{LogLevel::Warning, "warning"_L1},
                      EnumName{LogLevel::Error, "error"_L1},   EnumName{LogLevel::Critical, "critical"_L1},
                      EnumName{LogLevel::Alert, "alert"_L1},   EnumName{LogLevel::Emergency, "emergency"_L1}};
}

/// What belongs to an incoming message: where what it causes is sent, and what its sender may use.
struct Peer {
    std::shared_ptr<Outlet> outlet;
    std::shared_ptr<ToolBox> tools; ///< outlives all that it is used for
};

/// A client and a server that have met. Messages of one session may come in on several threads at once.
class Session final : public std::enable_shared_from_this<Session>
{
public:
    /// The server outlives the session. `totals`: what its streams count for.
    Session(const Server &server, QByteArray id,
            std::shared_ptr<StreamTotals> totals = std::make_shared<StreamTotals>());
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    [[nodiscard]] const QByteArray &id() const { return m_id; }
    /// Nothing before initialize has been answered.
    [[nodiscard]] std::optional<Revision> revision() const;
    /// Whether the client has said that it can do this: "sampling".
    [[nodiscard]] bool clientOffers(QByteArrayView capability) const;
    [[nodiscard]] LogLevel logLevel() const;
    void setLogLevel(LogLevel level);

    /// Works on one message. What it asks for is answered through the outlet; a request that is cancelled is not.
    [[nodiscard]] QCoro::Task<> handle(Message message, Peer peer, RequestContext context);

    /// Ends what is under way and all streams.
    void end();
    [[nodiscard]] int running() const;

    /// What is sent without being asked for.
    [[nodiscard]] const std::shared_ptr<EventStream> &mainStream() const { return m_mainStream; }
    /// For the answers to what comes next.
    [[nodiscard]] std::shared_ptr<EventStream> openStream();
    /// Finishes one of them. It is kept for a while, so that a client who was cut can read it to its end.
    void closeStream(EventStream &stream);
    /// To be called from time to time: forgets the streams that had been read to the end by the last call.
    void tidy();
    void forget(const EventStream &stream);
    [[nodiscard]] std::vector<std::shared_ptr<EventStream>> finishedStreams() const;
    /// Something is worked on, or somebody listens.
    [[nodiscard]] bool isInUse() const;
    /// Null if there is none, or not any more.
    [[nodiscard]] std::shared_ptr<EventStream> stream(quint64 number) const;

    /// Sends a request of ours and waits for the answer to it: its result, JSON text. BadGateway if the client fails.
    [[nodiscard]] Task<QByteArray> ask(std::shared_ptr<Outlet> outlet, QByteArray method, QByteArray params,
                                       RequestContext context);

private:
    using Answer = Result<QByteArray>;
    struct Question {
        Completion<Answer> done;
        std::shared_ptr<Mailbox> mailbox; // of the thread that waits
    };
    class Running;

    [[nodiscard]] QCoro::Task<> answerRequest(Message message, Peer peer, RequestContext context);
    [[nodiscard]] Result<QByteArray> initialize(const QByteArray &params);
    [[nodiscard]] Task<QByteArray> resultOf(Message message, Peer peer, RequestContext context);
    void takeNotification(const Message &message);
    void takeAnswer(const Message &message);
    void cancel(const QByteArray &requestId);
    // Under the lock:
    void trimStreams();
    void forgetOldest(qsizetype mostBytes, bool (EventStream::*mayGo)() const);

    const Server &m_server;
    const QByteArray m_id;
    const std::shared_ptr<StreamTotals> m_totals;
    const std::shared_ptr<EventStream> m_mainStream = std::make_shared<EventStream>(0, m_totals);
    mutable std::mutex m_mutex;
    std::optional<Revision> m_revision; // guarded by m_mutex, as all below
    QByteArrayList m_clientCapabilities; // those that we know
    LogLevel m_logLevel = LogLevel::Info;
    std::map<QByteArray, std::stop_source> m_running; // requests of the client, by id
    std::map<QByteArray, Question> m_questions; // requests of ours, by id
    quint64 m_lastQuestion = 0;
    std::deque<std::shared_ptr<EventStream>> m_streams; // the oldest first
    std::set<quint64> m_delivered; // those that tidy() found read to the end
    quint64 m_lastStream = 0;
    bool m_isEnded = false;
};

}
