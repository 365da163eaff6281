// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/ollamafields.h"

#include "shared/wire/jsonscan.h"

#include <algorithm>

namespace moe::dialect {

using json::Kind;
using json::Span;

namespace {

constexpr qsizetype MaxDropped = 32;
constexpr QByteArrayView OptionPrefix("options.");

bool isFitForHeader(QByteArrayView name)
{
    const auto isPlain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || QByteArrayView("_-.[]").contains(c);
    };
    return !name.isEmpty() && name.size() <= 64 && std::ranges::all_of(name, isPlain);
}

// A row's own neutral value stands in place of the usual ones: `parallel_tool_calls: false` asks for something.
bool asksForNothing(QByteArrayView value, QByteArrayView neutral)
{
    if (value.size() > 32)
        return false;
    const QByteArray compact = value.toByteArray().replace(' ', "");
    if (!neutral.isEmpty())
        return compact == neutral;
    return compact == "false" || compact == "0" || compact == "{}" || compact == "[]";
}

void appendMember(QByteArray &out, QByteArrayView key, QByteArrayView value)
{
    if (!out.isEmpty())
        out += ',';
    json::appendQuoted(out, key);
    out += ':';
    out += value;
}

}

Error unsupportedField(const QString &param, const QString &why)
{
    QString message = QStringLiteral("Unsupported parameter: '%1' cannot be honoured for this model").arg(param);
    message += why.isEmpty() ? QStringLiteral(".") : QString(u": " + why + u'.');
    return Error::invalid(message, param, QStringLiteral("unsupported_parameter"));
}

Result<void> OllamaFields::walk(std::span<const FieldCapability> capabilities, const OnMapped &onMapped)
{
    TRY(const Span root, json::validate(m_body));
    if (root.kind != Kind::Object)
        return failure(Error::invalid(QStringLiteral("The request must be a JSON object.")));
    Result<void> result;
    json::forEachMember(m_body, root, [&](Span key, Span value) {
        const QByteArray name = json::unescaped(m_body, key);
        if (value.kind == Kind::Null)
            return true;
        const auto row = std::ranges::find(capabilities, QByteArrayView(name), &FieldCapability::field);
        if (row == capabilities.end())
            drop(name);
        else
            result = take(*row, value, onMapped);
        return result.has_value();
    });
    return result;
}

Result<void> OllamaFields::take(const FieldCapability &capability, Span value, const OnMapped &onMapped)
{
    const bool isNeutral = asksForNothing(value.in(m_body), capability.neutral);
    switch (capability.treatment) {
    case Treatment::Mapped:
        if (!capability.target.startsWith(OptionPrefix))
            return onMapped(capability.field, value);
        takeOption(capability, value);
        return {};
    case Treatment::Emulated:
        if (capability.field == "n")
            m_choiceCount = int(std::clamp<qint64>(json::integer(m_body, value).value_or(1), 1, 128));
        return {};
    case Treatment::Dropped:
        if (!isNeutral)
            drop(capability.field);
        return {};
    case Treatment::Refused:
        if (isNeutral)
            return {};
        return failure(unsupportedField(QString::fromUtf8(capability.field), QString::fromUtf8(capability.target)));
    }
    Q_UNREACHABLE_RETURN({});
}

void OllamaFields::takeOption(const FieldCapability &capability, Span value)
{
    const QByteArrayView raw = value.in(m_body);
    const QByteArrayView option = capability.target.sliced(OptionPrefix.size());
    if (capability.field == "max_completion_tokens") {
        m_maxTokens = raw.toByteArray(); // the newer name wins, whichever comes first
    } else if (option == "num_predict") {
        if (m_maxTokens.isEmpty())
            m_maxTokens = raw.toByteArray();
    } else if (option == "stop" && value.kind == Kind::String) {
        appendMember(m_options, option, QByteArray('[' + raw.toByteArray() + ']'));
    } else {
        appendMember(m_options, option, raw);
    }
}

void OllamaFields::drop(QByteArrayView field)
{
    const QString name = isFitForHeader(field) ? QString::fromLatin1(field) : QStringLiteral("unnamed");
    if (m_dropped.size() < MaxDropped && !m_dropped.contains(name))
        m_dropped.append(name);
}

OllamaRequest OllamaFields::finish(QByteArrayView members) const
{
    QByteArray options = m_options;
    if (!m_maxTokens.isEmpty())
        appendMember(options, "num_predict", m_maxTokens);
    if (m_target.contextLength > 0)
        appendMember(options, "num_ctx", QByteArray::number(m_target.contextLength));
    QByteArray body = "{\"model\":" + json::quoted(m_target.model) + ',';
    body += members;
    if (!options.isEmpty())
        body += ",\"options\":{" + options + '}';
    if (m_target.keepAlive)
        body += ",\"keep_alive\":" + QByteArray::number(qint64(m_target.keepAlive->count()));
    body += '}';
    return {body, m_dropped, m_choiceCount};
}

}
