// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/urlquery.h"

#include "shared/core/text.h"
#include "shared/wire/codec.h"

#include <QUrl>

#include <algorithm>
#include <limits>

namespace moe::wire {

namespace {

constexpr qsizetype longestNameInMessage = 64;

std::optional<QString> decoded(QByteArrayView part)
{
    QByteArray bytes = part.toByteArray();
    bytes.replace('+', ' ');
    bytes = QByteArray::fromPercentEncoding(bytes);
    return isValidUtf8(bytes) ? std::optional(QString::fromUtf8(bytes)) : std::nullopt;
}

}

Result<UrlQuery> UrlQuery::parse(QByteArrayView query)
{
    if (query.size() > longest)
        return failure(Error::invalid(QStringLiteral("The query of the URL is too long.")));
    UrlQuery parsed;
    while (!query.isEmpty()) {
        const qsizetype end = query.indexOf('&');
        const QByteArrayView part = end < 0 ? query : query.first(end);
        query = end < 0 ? QByteArrayView() : query.sliced(end + 1);
        if (part.isEmpty())
            continue;
        const qsizetype equals = part.indexOf('=');
        auto name = decoded(equals < 0 ? part : part.first(equals));
        auto value = decoded(equals < 0 ? QByteArrayView() : part.sliced(equals + 1));
        if (!name || !value)
            return failure(Error::invalid(QStringLiteral("The query of the URL is not well-formed UTF-8.")));
        if (std::ranges::contains(parsed.m_parameters, *name, &Parameter::first))
            return failure(
                Error::invalid(QStringLiteral("The parameter is given twice."), name->left(longestNameInMessage)));
        parsed.m_parameters.emplace_back(*std::move(name), *std::move(value));
    }
    return parsed;
}

bool UrlQuery::fromText(const QString &text, bool &out)
{
    out = text == u"true";
    return out || text == u"false";
}

bool UrlQuery::fromText(const QString &text, qint64 &out)
{
    bool isNumber = false;
    out = text.toLongLong(&isNumber);
    return isNumber;
}

bool UrlQuery::fromText(const QString &text, int &out)
{
    bool isNumber = false;
    out = text.toInt(&isNumber);
    return isNumber;
}

bool UrlQuery::fromText(const QString &text, Clock::System &out)
{
    const auto time = timeOfText(text);
    out = time.value_or(Clock::System());
    return time.has_value();
}

Result<void> UrlQuery::readInto(void *owner, std::span<const Member> members) const
{
    for (const auto &[name, text] : m_parameters) {
        const auto found = std::ranges::find(members, name, &Member::name);
        if (found == members.end())
            return failure(unknown(name));
        if (!found->read(text, owner))
            return failure(invalid(name));
    }
    for (const Member &member : members) {
        if (member.presence == Presence::Required
            && !std::ranges::contains(m_parameters, member.name, &Parameter::first))
            return failure(missing(member.name));
    }
    return {};
}

Error UrlQuery::unknown(const QString &name)
{
    const QString shown = name.left(longestNameInMessage);
    return Error::invalid(QStringLiteral("There is no parameter \"%1\" here.").arg(shown), shown,
                          QStringLiteral("unknown_parameter"));
}

Error UrlQuery::missing(QLatin1StringView name)
{
    return Error::invalid(QStringLiteral("The parameter \"%1\" is missing.").arg(name), name,
                          QStringLiteral("invalid_value"));
}

Error UrlQuery::invalid(const QString &name)
{
    return Error::invalid(QStringLiteral("The parameter \"%1\" does not have a value that is possible here.").arg(name),
                          name, QStringLiteral("invalid_value"));
}

void UrlQueryWriter::append(QLatin1StringView name, const QString &text)
{
    if (text.isEmpty())
        return;
    if (!m_out.isEmpty())
        m_out += '&';
    m_out += QByteArrayView(name) + '=' + QUrl::toPercentEncoding(text);
}

void UrlQueryWriter::append(QLatin1StringView name, bool isTrue)
{
    append(name, isTrue ? QStringLiteral("true") : QStringLiteral("false"));
}

void UrlQueryWriter::append(QLatin1StringView name, qint64 number) { append(name, QString::number(number)); }

void UrlQueryWriter::append(QLatin1StringView name, Clock::System time) { append(name, timeText(time)); }

}
