// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/operationtable.h"

#include "daemon/telemetry/log.h"
#include "shared/core/text.h"
#include "shared/wire/httpstatus.h"
#include "shared/wire/problem.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace {

constexpr QLatin1StringView malformed("malformed_json");
constexpr QLatin1StringView versionMismatchReason("version_mismatch");

/// Works while the password has to be changed.
bool isAllowedBeforePasswordChange(const OperationInfo &operation)
{
    return operation.access == Access::Open || operation.id == "changeMyPassword"_L1 || operation.id == "readMe"_L1
        || operation.id == "signOut"_L1;
}

/// The values of the parameters if the path is one of the pattern's; a value is never empty.
std::optional<QStringList> matched(QByteArrayView path, QLatin1StringView pattern)
{
    const QByteArrayList parts = path.toByteArray().split('/');
    const QByteArrayList wanted = QByteArray(pattern.data(), pattern.size()).split('/');
    if (parts.size() != wanted.size())
        return {};
    QStringList values;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        if (!wanted[i].startsWith('{')) {
            if (parts[i] != wanted[i])
                return {};
            continue;
        }
        const QByteArray value = QByteArray::fromPercentEncoding(parts[i]);
        if (value.isEmpty() || !isValidUtf8(value))
            return {};
        values.append(QString::fromUtf8(value));
    }
    return values;
}

int statusOf(const Error &error)
{
    if (error.code == ErrorCode::InvalidRequest && error.reason != malformed && error.reason != "malformed_header"_L1)
        return 422;
    if (error.code == ErrorCode::Conflict && error.reason == versionMismatchReason)
        return 412;
    return httpStatus(error.code);
}

Reply methodNotAllowed(const QByteArrayList &allowed, const QByteArray &requestId)
{
    Reply reply;
    reply.status = 405;
    reply.allow = allowed.join(", ");
    reply.contentType = ProblemContentType;
    reply.body = problemDocument(Error::invalid(u"This path takes "_s + QString::fromLatin1(reply.allow) + u'.'),
                                 requestId, reply.status);
    return reply;
}

/// What has no versions has none that could match: doing it all the same would be what the caller did not want.
Result<void> checkVersioned(const OperationInfo &operation, const Request &request)
{
    if (operation.isVersioned || request.ifMatch.isEmpty() || request.ifMatch.trimmed() == "*")
        return {};
    return failure(
        Error::of(ErrorCode::Conflict, u"This has no versions: leave If-Match out."_s, versionMismatchReason));
}

}

Error OperationTable::asInputError(Error error)
{
    if (error.param.isEmpty())
        error.reason = malformed; // the walk through the text itself failed: line and column are in the message
    else if (error.param.startsWith("$."_L1))
        error.param.remove(0, 2);
    return error;
}

Reply OperationTable::reply(QByteArray body, std::optional<qint64> version, const QByteArray &location)
{
    Reply reply;
    reply.location = location;
    if (version)
        reply.etag = moe::control::entityTag(*version);
    if (!body.isEmpty())
        reply.contentType = "application/json";
    reply.body = std::move(body);
    return reply;
}

void OperationTable::add(Operation operation) { m_operations.push_back(std::move(operation)); }

std::vector<OperationInfo> OperationTable::operations() const
{
    std::vector<OperationInfo> all;
    for (const Operation &operation : m_operations)
        all.push_back(operation.info);
    return all;
}

QByteArray OperationTable::openApi() const { return openApiDocument(operations()); }

OperationTable::Match OperationTable::find(const Request &request) const
{
    const QByteArrayView method = request.method == "HEAD" ? QByteArrayView("GET") : QByteArrayView(request.method);
    Match match;
    // A path that is written out goes before one with a parameter at the same place: it is registered first.
    for (const Operation &operation : m_operations) {
        auto values = matched(request.path, operation.info.path);
        if (!values)
            continue;
        if (method == QByteArrayView(operation.info.method))
            return {&operation, *std::move(values), {}};
        match.allowed.append(QByteArray(operation.info.method.data(), operation.info.method.size()));
    }
    return match;
}

Task<Reply> OperationTable::answer(Request request, Caller caller, RequestContext context) const
{
    Match match = find(request);
    if (!match.operation && match.allowed.isEmpty())
        co_return failure(Error::of(ErrorCode::NotFound, u"There is nothing at this path."_s));
    if (!match.operation)
        co_return methodNotAllowed(match.allowed, context.requestId);
    const OperationInfo &info = match.operation->info;
    CO_TRY_VOID(permit(caller, info));
    CO_TRY_VOID(checkVersioned(info, request));
    const Caller asked = caller;
    CO_TRY(Task<Reply> started,
           match.operation->start(Incoming{std::move(caller), std::move(match.path), std::move(request)},
                                  std::move(context)));
    Result<Reply> reply = co_await std::move(started);
    if (reply)
        reply->status = info.status;
    if (!reply && reply.error().code == ErrorCode::PermissionDenied && m_refused)
        m_refused(asked, info.id, reply.error());
    co_return reply;
}

Result<void> OperationTable::permit(const Caller &caller, const OperationInfo &operation) const
{
    Result<void> permitted = caller.demand(operation.access);
    if (permitted && caller.kind == Caller::Kind::Session && caller.user.mustChangePassword
        && !isAllowedBeforePasswordChange(operation))
        permitted = failure(Error::of(ErrorCode::PermissionDenied,
                                      u"The password has to be changed first (PUT /control/v1/me/password)."_s,
                                      u"password_change_required"_s));
    if (!permitted && m_refused)
        m_refused(caller, operation.id, permitted.error());
    return permitted;
}

QCoro::Task<Reply> OperationTable::handle(Request request, Caller caller, RequestContext context) const
{
    const QByteArray requestId = context.requestId;
    try {
        Result<Reply> reply = co_await answer(std::move(request), std::move(caller), std::move(context));
        co_return reply ? *std::move(reply) : problemReply(reply.error(), requestId);
    } catch (const std::exception &exception) {
        MOE_LOG(Http, Error, requestId, "An operation of the control API threw", {"error", exception.what()});
    } catch (...) {
        MOE_LOG(Http, Error, requestId, "An operation of the control API threw something unknown");
    }
    co_return problemReply(Error::internal(u"The service made a mistake; it is logged."_s), requestId);
}

Reply problemReply(const Error &error, const QByteArray &requestId)
{
    Reply reply;
    reply.status = statusOf(error);
    reply.contentType = ProblemContentType;
    reply.body = problemDocument(error, requestId, reply.status);
    reply.retryAfter = error.retryAfter;
    return reply;
}

}
