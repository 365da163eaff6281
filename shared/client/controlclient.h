// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/client/controltransport.h"
#include "shared/wire/control/endpoint.h"
#include "shared/wire/urlquery.h"

#include <memory>

namespace moe::client {

/// What one call of an operation is made of.
template <typename Query, typename Body>
struct Arguments {
    QStringList path = {};                 ///< the values of the path's parameters, in order
    Query query = {};
    Body body = {};
    std::optional<qint64> version = {};    ///< for If-Match: only if nothing has been changed since
};

/// What an operation answered.
template <typename Answer>
struct Answered {
    Answer value = {};
    std::optional<qint64> version = {};    ///< of its ETag
    QByteArray location = {};              ///< of what was made
};

/// Something that happened, as the live feed tells it.
struct LiveEvent {
    QByteArray id;
    QByteArray type;
    QByteArray data; ///< JSON
};

/// A path of the control API with values in the place of its parameters, escaped.
[[nodiscard]] Result<QByteArray> pathOf(QLatin1StringView pattern, const QStringList &values);

/// The control API of one daemon, typed: the one way in which programs of ours speak to it. One thread. The tasks hold
/// the transport, so they may outlive the client.
class ControlClient
{
public:
    explicit ControlClient(std::shared_ptr<ControlTransport> transport) : m_transport(std::move(transport)) { }

    /// Has one operation done. Fails with the daemon's own error, with BadGateway if it answers something else than
    /// the operation promises, or as the transport does. The endpoint is one of shared/wire/control.
    template <typename Query, typename Body, typename Answer>
    [[nodiscard]] Task<Answered<Answer>> call(control::Endpoint<Query, Body, Answer> endpoint,
                                              std::type_identity_t<Arguments<Query, Body>> arguments,
                                              RequestContext context) const
    {
        return run<Query, Body, Answer>(m_transport, endpoint, std::move(arguments), std::move(context));
    }

    /// Gets a list part by part, as far as `onPage` says true, or to its end.
    template <typename Query, typename T>
    [[nodiscard]] Task<void> eachPage(control::Endpoint<Query, control::Nothing, control::ListOf<T>> endpoint,
                                      std::type_identity_t<Arguments<Query, control::Nothing>> arguments,
                                      std::type_identity_t<std::function<Result<bool>(QList<T>)>> onPage,
                                      RequestContext context) const
    {
        return runPages<Query, T>(m_transport, endpoint, std::move(arguments), std::move(onPage), std::move(context));
    }

    /// The first `most` items of a list, or all of them.
    template <typename Query, typename T>
    [[nodiscard]] Task<QList<T>> allPages(control::Endpoint<Query, control::Nothing, control::ListOf<T>> endpoint,
                                          std::type_identity_t<Arguments<Query, control::Nothing>> arguments,
                                          RequestContext context,
                                          qsizetype most = std::numeric_limits<qsizetype>::max()) const
    {
        return runAll<Query, T>(m_transport, endpoint, std::move(arguments), std::move(context), most);
    }

    /// Tells what happens from after `lastEventId` on (or from now on), until the context is stopped. A cut connection
    /// is taken up again where it was cut; fails where that would not help.
    [[nodiscard]] Task<void> events(QByteArray lastEventId, std::function<void(LiveEvent)> onEvent,
                                    RequestContext context) const;

private:
    using Transport = std::shared_ptr<ControlTransport>;

    static constexpr int pageSize = 500;

    // What does not depend on the types is in plain functions: a coroutine for each operation costs minutes of
    // building.
    static Result<control::Request> requestOf(QLatin1StringView method, QLatin1StringView path,
                                              const QStringList &values, QByteArray query,
                                              std::optional<qint64> version);
    static Task<control::Reply> send(Transport transport, Result<control::Request> request, int status,
                                     RequestContext context);

    template <typename Query, typename Body>
    static Result<control::Request> requestOf(QLatin1StringView method, QLatin1StringView path,
                                              const Arguments<Query, Body> &arguments)
    {
        wire::UrlQueryWriter query;
        query.write(arguments.query);
        auto request = requestOf(method, path, arguments.path, query.take(), arguments.version);
        if constexpr (std::is_same_v<Body, control::RawBody>) {
            if (request)
                request->body = arguments.body.bytes;
        } else if constexpr (!std::is_same_v<Body, control::Nothing>) {
            if (request)
                request->body = wire::write(arguments.body);
        }
        return request;
    }

    template <typename Answer>
    static Result<Answered<Answer>> answerOf(const control::Reply &reply)
    {
        Answered<Answer> answered;
        if constexpr (!std::is_same_v<Answer, control::Nothing>) {
            auto value = wire::read<Answer>(reply.body);
            if (!value)
                return failure(notPromised());
            answered.value = *std::move(value);
        }
        TRY(answered.version, control::versionOfTag(reply.etag));
        answered.location = reply.location;
        return answered;
    }

    template <typename Answer>
    static Task<Answered<Answer>> decoded(Task<control::Reply> reply)
    {
        const Result<control::Reply> given = co_await std::move(reply);
        co_return given.and_then(&answerOf<Answer>);
    }

    template <typename Query, typename Body, typename Answer>
    static Task<Answered<Answer>> run(Transport transport, control::Endpoint<Query, Body, Answer> endpoint,
                                      Arguments<Query, Body> arguments, RequestContext context)
    {
        return decoded<Answer>(send(std::move(transport), requestOf(endpoint.method, endpoint.path, arguments),
                                    endpoint.status, std::move(context)));
    }

    // Whether there is a part after this one; the query asks for it then.
    template <typename Query, typename T>
    static Result<bool> goOn(Arguments<Query, control::Nothing> &arguments, const control::ListOf<T> &page)
    {
        if (!page.next)
            return false;
        if constexpr (requires { arguments.query.cursor; }) {
            if (arguments.query.cursor != page.next) {
                arguments.query.cursor = page.next;
                return true;
            }
        }
        return failure(notPromised());
    }

    template <typename Query, typename T>
    static Task<void> runPages(Transport transport,
                               control::Endpoint<Query, control::Nothing, control::ListOf<T>> endpoint,
                               Arguments<Query, control::Nothing> arguments,
                               std::function<Result<bool>(QList<T>)> onPage, RequestContext context)
    {
        for (bool isWanted = true; isWanted;) {
            CO_TRY(auto page, co_await run(transport, endpoint, arguments, context));
            CO_TRY(const bool isMore, goOn(arguments, page.value));
            CO_TRY(isWanted, onPage(std::move(page.value.items)));
            isWanted = isWanted && isMore;
        }
        co_return Result<void>();
    }

    template <typename Query, typename T>
    static Task<QList<T>> runAll(Transport transport,
                                 control::Endpoint<Query, control::Nothing, control::ListOf<T>> endpoint,
                                 Arguments<Query, control::Nothing> arguments, RequestContext context, qsizetype most)
    {
        if constexpr (requires { arguments.query.cursor; })
            arguments.query.limit = int(std::min<qsizetype>(most, pageSize));
        QList<T> all;
        for (bool isMore = true; isMore && all.size() < most;) {
            CO_TRY(const auto page, co_await run(transport, endpoint, arguments, context));
            CO_TRY(isMore, goOn(arguments, page.value));
            all += page.value.items.first(std::min(page.value.items.size(), most - all.size()));
        }
        co_return all;
    }

    static Error notPromised();
    static Task<void> follow(Transport transport, QByteArray lastEventId, std::function<void(LiveEvent)> onEvent,
                             RequestContext context);

    Transport m_transport;
};

}
