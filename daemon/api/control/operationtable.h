// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/control/call.h"
#include "daemon/api/control/operationinfo.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/wire/control/message.h"
#include "shared/wire/urlquery.h"

#include <functional>
#include <memory>
#include <vector>

namespace moe::api::control {

using moe::control::Endpoint;
using moe::control::Reply;
using moe::control::Request;

/// What a handler is: a coroutine that gets a call whose caller may make it and whose input has the right form.
template <typename Query, typename Body, typename Value>
using Handler = std::function<Task<Answer<Value>>(Call<Query, Body>, RequestContext)>;

/// The operations of the control API: finds the one that is meant, checks who calls and what was sent, has it done and
/// encodes the answer. Every request gets a reply: failures become problem documents (RFC 9457). Filled at start, then
/// used on the main thread.
class OperationTable
{
public:
    OperationTable() = default;
    OperationTable(const OperationTable &) = delete;
    OperationTable &operator=(const OperationTable &) = delete;

    /// The endpoint is one of shared/wire/control and outlives the table, as does what the handler uses.
    template <typename Query, typename Body, typename Value>
    void add(const Endpoint<Query, Body, Value> &endpoint, std::type_identity_t<Handler<Query, Body, Value>> handler)
    {
        Operation operation{describe(endpoint), {}};
        operation.start
            = [handler = std::move(handler)](Incoming incoming, RequestContext context) -> Result<Task<Reply>> {
            TRY(auto call, (read<Query, Body>(std::move(incoming))));
            return encoded<Value>(handler(std::move(call), std::move(context)));
        };
        add(std::move(operation));
    }

    /// Told of every refusal for want of rights, for the audit log; may be left empty.
    void setRefusalObserver(std::function<void(const Caller &, QLatin1StringView operation, const Error &)> observer)
    {
        m_refused = std::move(observer);
    }
    /// Whether the caller may do this now; the refusal observer is told if not. From any thread.
    [[nodiscard]] Result<void> permit(const Caller &caller, const OperationInfo &operation) const;

    [[nodiscard]] QCoro::Task<Reply> handle(Request request, Caller caller, RequestContext context) const;

    /// What describes all operations in OpenAPI 3.1.
    [[nodiscard]] QByteArray openApi() const;
    [[nodiscard]] std::vector<OperationInfo> operations() const;

private:
    struct Incoming {
        Caller caller;
        QStringList path;
        Request request;
    };
    struct Operation {
        OperationInfo info;
        /// Reads what came and calls the handler. The reply's status is the operation's.
        std::function<Result<Task<Reply>>(Incoming, RequestContext)> start;
    };
    struct Match {
        const Operation *operation = nullptr;
        QStringList path;
        QByteArrayList allowed; // methods, if only the method is wrong
    };

    template <typename Query, typename Body>
    static Result<Call<Query, Body>> read(Incoming incoming)
    {
        Call<Query, Body> call{std::move(incoming.caller), std::move(incoming.path), {}, {}, {}};
        TRY(const wire::UrlQuery query, wire::UrlQuery::parse(incoming.request.query));
        TRY(call.query, query.read<Query>());
        TRY(call.body, readBody<Body>(incoming.request.body));
        TRY(call.version, moe::control::versionOfTag(incoming.request.ifMatch));
        return call;
    }
    template <typename Body>
    static Result<Body> readBody(const QByteArray &body)
    {
        if constexpr (std::is_same_v<Body, moe::control::RawBody>) {
            return Body{body};
        } else {
            if (std::is_same_v<Body, Nothing> && body.isEmpty())
                return Body();
            return wire::read<Body>(body, wire::UnknownKeys::Refuse).transform_error(&asInputError);
        }
    }

    // Small, and once for each type of answer: a coroutine for each operation costs minutes of building.
    template <typename Value>
    static Task<Reply> encoded(Task<Answer<Value>> answer)
    {
        const Result<Answer<Value>> given = co_await std::move(answer);
        co_return given.transform(&replyOf<Value>);
    }
    template <typename Value>
    static Reply replyOf(const Answer<Value> &answer)
    {
        QByteArray body;
        if constexpr (!std::is_same_v<Value, Nothing>)
            body = wire::write(answer.value);
        return reply(std::move(body), answer.version, answer.location);
    }
    static Reply reply(QByteArray body, std::optional<qint64> version, const QByteArray &location);

    static Error asInputError(Error error);
    void add(Operation operation);
    [[nodiscard]] Match find(const Request &request) const;
    [[nodiscard]] Task<Reply> answer(Request request, Caller caller, RequestContext context) const;

    std::vector<Operation> m_operations;
    std::function<void(const Caller &, QLatin1StringView, const Error &)> m_refused;
};

/// A failure as the control API tells it: 400 for what cannot be read, 422 for what can but is not possible, 412 for an
/// edit of what was changed meanwhile, else as everywhere.
[[nodiscard]] Reply problemReply(const Error &error, const QByteArray &requestId);

}
