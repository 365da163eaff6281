// SPDX-License-Identifier: Apache-2.0
#include "shared/client/localprotocol.h"

#include <QJsonDocument>
#include <QJsonParseError>

namespace moe::client {

namespace {

constexpr ErrorCode allCodes[] = {
    ErrorCode::InvalidRequest, ErrorCode::Unauthenticated, ErrorCode::PermissionDenied, ErrorCode::NotFound,
    ErrorCode::Conflict,       ErrorCode::TooLarge,        ErrorCode::RateLimited,      ErrorCode::BudgetExceeded,
    ErrorCode::Cancelled,      ErrorCode::Timeout,         ErrorCode::BadGateway,       ErrorCode::Unavailable,
    ErrorCode::Internal,
};

QByteArray lineOf(const QJsonObject &object) { return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n'; }

Result<QJsonObject> objectOf(const QByteArray &line)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(line, &error);
    if (error.error != QJsonParseError::NoError)
        return failure(Error::invalid(
            QStringLiteral("Malformed JSON at byte %1: %2.").arg(error.offset).arg(error.errorString())));
    if (!document.isObject())
        return failure(Error::invalid(QStringLiteral("A JSON object is expected.")));
    return document.object();
}

Error errorOf(const QJsonObject &problem)
{
    const QString name = problem[u"code"].toString();
    const auto *const code = std::find_if(std::begin(allCodes), std::end(allCodes),
                                          [&name](ErrorCode known) { return errorCodeName(known) == name; });
    Error error = Error::of(code == std::end(allCodes) ? ErrorCode::Internal : *code, problem[u"detail"].toString(),
                            problem[u"reason"].toString());
    error.param = problem[u"param"].toString();
    return error;
}

}

QByteArray encodeRequest(const LocalRequest &request)
{
    return lineOf({{QStringLiteral("command"), request.command}, {QStringLiteral("arguments"), request.arguments}});
}

Result<LocalRequest> decodeRequest(const QByteArray &line)
{
    TRY(const QJsonObject object, objectOf(line));
    const QJsonValue command = object[u"command"];
    const QJsonValue arguments = object[u"arguments"];
    if (!command.isString())
        return failure(
            Error::invalid(QStringLiteral("The name of the command is missing."), QStringLiteral("command")));
    if (!arguments.isObject() && !arguments.isUndefined())
        return failure(Error::invalid(QStringLiteral("The arguments must be an object."), QStringLiteral("arguments")));
    return LocalRequest{command.toString(), arguments.toObject()};
}

QByteArray encodeAnswer(const Result<QJsonObject> &answer)
{
    if (answer)
        return lineOf({{QStringLiteral("result"), *answer}});
    return lineOf({{QStringLiteral("error"), problemDocument(answer.error())}});
}

Result<QJsonObject> decodeAnswer(const QByteArray &line)
{
    const Result<QJsonObject> object = objectOf(line);
    if (object && (*object)[u"result"].isObject())
        return (*object)[u"result"].toObject();
    if (object && (*object)[u"error"].isObject())
        return failure(errorOf((*object)[u"error"].toObject()));
    return failure(Error::of(ErrorCode::BadGateway,
                             QStringLiteral("The daemon's answer is not understood. Are daemon "
                                            "and tool of the same version?")));
}

QJsonObject problemDocument(const Error &error)
{
    QString title(errorCodeName(error.code));
    title.replace(u'_', u' ');
    title[0] = title[0].toUpper();
    QJsonObject problem{{QStringLiteral("type"), QStringLiteral("about:blank")},
                        {QStringLiteral("title"), title},
                        {QStringLiteral("detail"), error.message},
                        {QStringLiteral("code"), QString(errorCodeName(error.code))}};
    if (!error.param.isEmpty())
        problem.insert(u"param", error.param);
    if (!error.reason.isEmpty())
        problem.insert(u"reason", error.reason);
    return problem;
}

}
