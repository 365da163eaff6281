// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/problem.h"

#include "shared/wire/codec.h"
#include "shared/wire/httpstatus.h"

namespace moe {

using namespace Qt::StringLiterals;
using wire::Field;
using wire::Presence;

namespace {

struct Problem {
    QString type = u"about:blank"_s;
    QString title;
    int status = 500;
    QString detail;
    QString code;
    std::optional<QString> param;
    std::optional<QString> reason;
    std::optional<std::chrono::seconds> retryAfter;
    std::optional<QString> requestId;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Problem::type>{"type"_L1},
                          Field<&Problem::title>{"title"_L1},
                          Field<&Problem::status>{"status"_L1},
                          Field<&Problem::detail>{"detail"_L1},
                          Field<&Problem::code>{"code"_L1, Presence::Required},
                          Field<&Problem::param>{"param"_L1},
                          Field<&Problem::reason>{"reason"_L1},
                          Field<&Problem::retryAfter>{"retry_after"_L1},
                          Field<&Problem::requestId>{"request_id"_L1}};
    }
};

std::optional<QString> unlessEmpty(const QString &text) { return text.isEmpty() ? std::nullopt : std::optional(text); }

std::optional<ErrorCode> codeNamed(const QString &name)
{
    for (int code = 0; code <= int(ErrorCode::Internal); ++code) {
        if (name == errorCodeName(ErrorCode(code)))
            return ErrorCode(code);
    }
    return {};
}

}

QByteArray problemDocument(const Error &error, const QByteArray &requestId)
{
    return problemDocument(error, requestId, httpStatus(error.code));
}

QByteArray problemDocument(const Error &error, const QByteArray &requestId, int status)
{
    Problem problem;
    problem.status = status;
    problem.title = httpReason(problem.status);
    problem.detail = error.message;
    problem.code = errorCodeName(error.code);
    problem.param = unlessEmpty(error.param);
    problem.reason = unlessEmpty(error.reason);
    problem.retryAfter = error.retryAfter;
    problem.requestId = unlessEmpty(QString::fromUtf8(requestId));
    return wire::write(problem);
}

Result<Error> errorFromProblem(QByteArrayView body)
{
    const auto problem = wire::read<Problem>(body);
    const auto code = problem ? codeNamed(problem->code) : std::nullopt;
    if (!code)
        return failure(Error::of(ErrorCode::BadGateway, u"The answer is no problem document."_s));
    Error error = Error::of(*code, problem->detail, problem->reason.value_or(QString()));
    error.param = problem->param.value_or(QString());
    error.retryAfter = problem->retryAfter;
    return error;
}

}
