// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/upstreamerror.h"

#include "daemon/dialect/upstreamerror.h"

#include <QRegularExpression>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace moe::inference {

namespace {

constexpr qsizetype messageLimit = 500;

Error unavailable(QString message)
{
    Error error = Error::of(ErrorCode::Unavailable, std::move(message));
    error.retryAfter = std::chrono::seconds(5);
    return error;
}

}

QString cleanedMessage(const QString &message, const Server &server)
{
    static const QRegularExpression addresses(u"(?:https?|tcp)://\\S+|\\b(?:\\d{1,3}\\.){3}\\d{1,3}(?::\\d+)?\\b"_s);
    QString cleaned = message.simplified();
    cleaned.truncate(messageLimit);
    cleaned.replace(addresses, u"[address]"_s);
    const QString host = QUrl(QString::fromUtf8(server.config.url)).host();
    if (host.size() > 3)
        cleaned.replace(host, u"[address]"_s, Qt::CaseInsensitive);
    return cleaned;
}

AttemptFailure failureOf(TransferFailure failure)
{
    switch (failure) {
    case TransferFailure::Unreachable:
        return {unavailable(u"The inference server cannot be reached."_s), NodeFault::Node, true};
    case TransferFailure::Silent:
        return {Error::timeout(u"The inference server stopped answering."_s), NodeFault::Node, true};
    case TransferFailure::Cut:
        return {Error::of(ErrorCode::BadGateway, u"The inference server broke off its answer."_s), NodeFault::Node,
                true};
    case TransferFailure::Deadline: return {Error::timeout(u"The answer did not come in time."_s), {}, false};
    case TransferFailure::TooLarge:
        return {Error::of(ErrorCode::BadGateway, u"The inference server's answer is too large."_s), {}, false};
    case TransferFailure::Unreadable:
        return {Error::of(ErrorCode::BadGateway, u"The inference server's answer cannot be read."_s), NodeFault::Node,
                true};
    }
    Q_UNREACHABLE_RETURN({});
}

AttemptFailure failureOfStatus(int status, QByteArrayView body, const Server &server)
{
    // What is the caller's own doing is told in the caller's terms, whichever status the server has for it.
    if (Error error = dialect::upstreamError(status, body);
        error.code == ErrorCode::InvalidRequest || error.code == ErrorCode::TooLarge) {
        error.message = cleanedMessage(error.message, server);
        return {std::move(error), {}, false};
    }
    const QString message = dialect::upstreamMessage(body);
    const QString said = cleanedMessage(message, server);
    switch (status) {
    case 401:
    case 403:
        return {Error::of(ErrorCode::BadGateway, u"The inference server refused this service's credentials."_s),
                NodeFault::Node, true};
    case 404: return {unavailable(u"The inference server no longer has this model."_s), NodeFault::Model, true};
    case 429:
    case 503: return {unavailable(u"The inference server is busy."_s), NodeFault::Node, true};
    default:
        return {
            Error::of(ErrorCode::BadGateway,
                      said.isEmpty() ? u"The inference server failed."_s : u"The inference server failed: "_s + said),
            message.contains("memory"_L1) || message.contains("load"_L1) ? NodeFault::Model : NodeFault::Node, true};
    }
}

AttemptFailure failureOfAnswer(Error error)
{
    const bool isCallersMatter = error.code == ErrorCode::InvalidRequest;
    return {std::move(error), isCallersMatter ? std::optional<NodeFault>() : NodeFault::Node, !isCallersMatter};
}

}
