// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/upstreamerror.h"

#include <QRegularExpression>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace moe::inference {

namespace {

constexpr qsizetype messageLimit = 500;

bool saysContextIsTooLong(const QString &message)
{
    return message.contains("exceed_context_size"_L1) || message.contains("context_length_exceeded"_L1)
        || message.contains("context size"_L1, Qt::CaseInsensitive)
        || message.contains("context length"_L1, Qt::CaseInsensitive)
        || message.contains("context window"_L1, Qt::CaseInsensitive);
}

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

AttemptFailure failureOfStatus(int status, const QString &message, const Server &server)
{
    const QString said = cleanedMessage(message, server);
    switch (status) {
    case 400:
    case 413:
    case 422:
        return {Error::invalid(said.isEmpty() ? u"The inference server refused the request."_s : said, {},
                               saysContextIsTooLong(message) ? u"context_length_exceeded"_s : QString()),
                {},
                false};
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
