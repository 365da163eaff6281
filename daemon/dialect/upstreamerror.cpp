// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/upstreamerror.h"

#include "shared/core/text.h"
#include "shared/wire/jsonscan.h"

#include <algorithm>

namespace moe::dialect {

using namespace Qt::StringLiterals;
using json::Kind;
using json::Span;

namespace {

constexpr qsizetype MaxMessageBytes = 500;

struct Said {
    QByteArray message;
    QByteArray type; ///< or code
};

Said readBody(QByteArrayView body)
{
    const auto root = json::validate(body);
    if (!root || root->kind != Kind::Object)
        return {};
    const Span error = json::member(body, *root, "error").value_or(*root);
    if (error.kind == Kind::String)
        return {json::unescaped(body, error), {}};
    Said said;
    for (const QByteArrayView key : {"code", "type"}) {
        const auto span = json::member(body, error, key);
        if (said.type.isEmpty() && span)
            said.type = json::unescaped(body, *span);
    }
    if (const auto span = json::member(body, error, "message"))
        said.message = json::unescaped(body, *span);
    return said;
}

// Four numbers with dots between, or a scheme: better no words than an address.
bool seemsToNameAnAddress(const QByteArray &text)
{
    int dots = 0;
    bool hasDigits = false;
    for (const char c : text) {
        const bool isDigit = c >= '0' && c <= '9';
        if (isDigit && dots == 3)
            return true;
        dots = isDigit ? dots : c == '.' && hasDigits ? dots + 1 : 0;
        hasDigits = isDigit;
    }
    return text.contains("://") || text.contains("localhost") || text.contains("dial tcp") || text.contains("[::");
}

QString publicMessage(const Said &said, const QString &otherwise)
{
    if (said.message.isEmpty() || seemsToNameAnAddress(said.message))
        return otherwise;
    return QString::fromUtf8(utf8Prefix(said.message, MaxMessageBytes));
}

bool isContextOverflow(const Said &said)
{
    static constexpr QByteArrayView types[] = {"exceed_context_size_error", "context_length_exceeded"};
    static constexpr QByteArrayView phrases[]
        = {"exceeds the context length", "maximum context length", "exceeds context length",
           "exceeds the available context", "context window"};
    return std::ranges::contains(types, QByteArrayView(said.type))
        || std::ranges::any_of(phrases, [&said](QByteArrayView phrase) { return said.message.contains(phrase); });
}

// What Ollama says when a request asks something of a model that it cannot do.
struct Inability {
    QByteArrayView phrase;
    QLatin1StringView param;
    QLatin1StringView message;
};

constexpr Inability Inabilities[] = {
    {"does not support tools", "tools"_L1, "This model does not support tools."_L1},
    {"does not support thinking", "reasoning_effort"_L1, "This model does not support thinking."_L1},
    {"does not support insert", "suffix"_L1, "This model does not support a suffix."_L1},
    {"missing data required for image input", "messages"_L1, "This model does not support images."_L1},
};

const Inability *inabilityIn(const Said &said)
{
    const auto found = std::ranges::find_if(
        Inabilities, [&said](const Inability &inability) { return said.message.contains(inability.phrase); });
    return found == std::ranges::end(Inabilities) ? nullptr : found;
}

Error requestError(const Said &said)
{
    if (isContextOverflow(said)) {
        return Error::invalid(QStringLiteral("The prompt is longer than the model's context."),
                              QStringLiteral("messages"), QStringLiteral("context_length_exceeded"));
    }
    if (const Inability *inability = inabilityIn(said))
        return Error::invalid(QString(inability->message), QString(inability->param),
                              QStringLiteral("unsupported_parameter"));
    return Error::invalid(publicMessage(said, QStringLiteral("The model's server refused the request.")));
}

}

Error upstreamError(int status, QByteArrayView body)
{
    const Said said = readBody(body);
    switch (status) {
    case 400:
    case 422: return requestError(said);
    case 404:
        return Error::of(ErrorCode::NotFound, QStringLiteral("The model's server does not have the model."),
                         QStringLiteral("model_not_found"));
    case 413: return Error::of(ErrorCode::TooLarge, QStringLiteral("The request is too large for the model's server."));
    case 429: return Error::of(ErrorCode::RateLimited, QStringLiteral("The model's server is busy; try again."));
    case 408:
    case 504: return Error::timeout(QStringLiteral("The model's server did not answer in time."));
    case 503: return Error::of(ErrorCode::Unavailable, QStringLiteral("The model's server is not available now."));
    default: break;
    }
    if (isContextOverflow(said) || inabilityIn(said))
        return requestError(said);
    return Error::of(ErrorCode::BadGateway, QStringLiteral("The model's server failed."));
}

QString upstreamMessage(QByteArrayView body) { return QString::fromUtf8(readBody(body).message); }

}
