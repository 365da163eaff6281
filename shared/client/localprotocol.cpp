// SPDX-License-Identifier: Apache-2.0
#include "shared/client/localprotocol.h"

#include "shared/wire/codec.h"
#include "shared/wire/httpstatus.h"
#include "shared/wire/problem.h"

using namespace Qt::StringLiterals;

namespace moe::control {

// Found by their argument (see fields.h).
constexpr auto fieldsOf(const Request *)
{
    using wire::Field;
    using wire::Presence;
    return std::tuple{Field<&Request::method>{"method"_L1, Presence::Required},
                      Field<&Request::path>{"path"_L1, Presence::Required}, Field<&Request::query>{"query"_L1},
                      Field<&Request::body>{"body"_L1}, Field<&Request::ifMatch>{"if_match"_L1}};
}

constexpr auto fieldsOf(const Reply *)
{
    using wire::Field;
    using wire::Presence;
    return std::tuple{Field<&Reply::status>{"status"_L1, Presence::Required},
                      Field<&Reply::body>{"body"_L1},
                      Field<&Reply::contentType>{"content_type"_L1},
                      Field<&Reply::etag>{"etag"_L1},
                      Field<&Reply::location>{"location"_L1},
                      Field<&Reply::retryAfter>{"retry_after"_L1}};
}

}

namespace moe::client {

QByteArray encodeRequest(const control::Request &request) { return wire::write(request) + '\n'; }

Result<control::Request> decodeRequest(QByteArrayView line)
{
    return wire::read<control::Request>(line, wire::UnknownKeys::Refuse);
}

QByteArray encodeReply(const control::Reply &reply) { return wire::write(reply) + '\n'; }

Result<control::Reply> decodeReply(QByteArrayView line)
{
    auto reply = wire::read<control::Reply>(line);
    if (!reply)
        return failure(Error::of(ErrorCode::BadGateway,
                                 u"The daemon's answer is not understood. Are daemon and tool of the same version?"_s));
    return reply;
}

control::Reply replyOf(const Error &error, const QByteArray &requestId)
{
    control::Reply reply;
    reply.status = httpStatus(error.code);
    reply.contentType = ProblemContentType;
    reply.body = problemDocument(error, requestId, reply.status);
    reply.retryAfter = error.retryAfter;
    return reply;
}

}
