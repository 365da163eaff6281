// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/codec.h"

#include "shared/core/text.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ranges>

using namespace Qt::StringLiterals;

namespace moe::wire {

using json::Kind;
using json::Span;

namespace {
constexpr qsizetype MaxNameInMessage = 64;
constexpr qsizetype longestTime = 40;
constexpr qsizetype longestList = 200; // of names in a message
constexpr auto earliest = std::chrono::ceil<std::chrono::milliseconds>(Clock::System::min().time_since_epoch());
constexpr auto latest = std::chrono::floor<std::chrono::milliseconds>(Clock::System::max().time_since_epoch());
}

namespace {

/// "fast, slow"; of many the first ones.
template <typename Names>
QString listed(const Names &names)
{
    QString list;
    for (const QLatin1StringView name : names) {
        if (list.size() + name.size() > longestList)
            return list + QStringLiteral(", …");
        list += (list.isEmpty() ? ""_L1 : ", "_L1) + name;
    }
    return list;
}

}

QString timeText(Clock::System time)
{
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return QDateTime::fromMSecsSinceEpoch(milliseconds, QTimeZone::UTC).toString(Qt::ISODateWithMs);
}

std::optional<Clock::System> timeOfText(const QString &text)
{
    const QDateTime time = text.size() <= longestTime ? QDateTime::fromString(text, Qt::ISODateWithMs) : QDateTime();
    if (!time.isValid() || time.timeSpec() == Qt::LocalTime)
        return {};
    // Later and earlier ones are years as nobody means them, and more than the clock can count.
    const std::chrono::milliseconds sinceEpoch(time.toMSecsSinceEpoch());
    if (sinceEpoch < earliest || sinceEpoch > latest)
        return {};
    return Clock::System(sinceEpoch);
}

void Reader::value(QString &out)
{
    if (expect(Kind::String, "expected a string"))
        out = QString::fromUtf8(m_cursor.string());
}

void Reader::value(QByteArray &out)
{
    if (expect(Kind::String, "expected a string"))
        out = m_cursor.string();
}

void Reader::value(Clock::System &out)
{
    QString text;
    value(text);
    if (m_cursor.isFailed())
        return;
    const auto time = timeOfText(text);
    if (!time)
        fail(QStringLiteral("expected a time such as 2026-11-21T13:00:00Z"));
    out = time.value_or(Clock::System());
}

void Reader::value(RawJson &out)
{
    const Span span = m_cursor.skip();
    if (!m_cursor.isFailed())
        out.text = span.in(m_cursor.text()).toByteArray();
}

void Reader::value(bool &out)
{
    if (expect(Kind::Boolean, "expected a boolean"))
        out = json::boolean(m_cursor.text(), m_cursor.skip()).value_or(false);
}

void Reader::value(double &out)
{
    if (!expect(Kind::Number, "expected a number"))
        return;
    const Span span = m_cursor.skip();
    const auto number = m_cursor.isFailed() ? std::nullopt : json::real(m_cursor.text(), span);
    if (!number)
        fail(QStringLiteral("the number is out of range"));
    out = number.value_or(0);
}

std::optional<qint64> Reader::integer(qint64 lowest, quint64 highest)
{
    if (!expect(Kind::Number, "expected an integer"))
        return {};
    const Span span = m_cursor.skip();
    const auto number = m_cursor.isFailed() ? std::nullopt : json::integer(m_cursor.text(), span);
    if (!number)
        fail(QStringLiteral("expected an integer"));
    else if (*number < lowest || (*number > 0 && quint64(*number) > highest))
        fail(QStringLiteral("the number is out of range"));
    return m_cursor.isFailed() ? std::nullopt : number;
}

bool Reader::isNull()
{
    if (!m_cursor.isNull())
        return false;
    m_cursor.skip();
    return true;
}

bool Reader::expect(Kind kind, const char *expectation)
{
    if (m_cursor.peek() == kind)
        return true;
    m_cursor.skip(); // what is no JSON at all is a different complaint
    fail(QString(QLatin1StringView(expectation)));
    return false;
}

void Reader::object(void *owner, std::span<const Member> members)
{
    if (!expect(Kind::Object, "expected an object"))
        return;
    quint64 seen = 0;
    m_cursor.object([&](QByteArrayView key) { member(owner, members, key, seen); });
    for (size_t index = 0; index < members.size(); ++index)
        require(members[index].name, members[index].presence, (seen >> index) & 1);
}

void Reader::member(void *owner, std::span<const Member> members, QByteArrayView key, quint64 &seen)
{
    const auto found
        = std::ranges::find(members, key, [](const Member &member) { return QByteArrayView(member.name); });
    if (found == members.end())
        return unknown(key, members);
    const PathStep step(m_path, found->name);
    const auto bit = Q_UINT64_C(1) << (found - members.begin());
    if (m_unknownKeys == UnknownKeys::Refuse && (seen & bit) != 0)
        fail(QStringLiteral("is given twice"));
    seen |= bit;
    found->read(*this, owner);
}

void Reader::require(QLatin1StringView name, Presence presence, bool isThere)
{
    if (isThere || presence != Presence::Required)
        return;
    const PathStep step(m_path, name);
    fail(QStringLiteral("is missing"));
}

void Reader::unknown(QByteArrayView key, std::span<const Member> members)
{
    if (m_unknownKeys == UnknownKeys::Ignore)
        return;
    const PathStep step(m_path, QUtf8StringView(utf8Prefix(key, MaxNameInMessage)));
    const QString known = listed(members | std::views::transform(&Member::name));
    fail(known.isEmpty() ? u"is not known"_s : u"is not known; there are %1"_s.arg(known));
}

void Reader::unknownName(std::span<const QLatin1StringView> known) { fail(u"is none of %1"_s.arg(listed(known))); }

void Reader::fail(const QString &what)
{
    m_cursor.reject(Error::invalid(QString(m_path + u": " + what), m_path, QStringLiteral("invalid_value")));
}

void Writer::object(const void *owner, std::span<const Member> members)
{
    m_out += '{';
    bool isFirst = true;
    for (const Member &member : members) {
        if (member.presence != Presence::Nullable && member.isLeftOut(owner))
            continue;
        if (!std::exchange(isFirst, false))
            m_out += ',';
        json::appendQuoted(m_out, QByteArrayView(member.name));
        m_out += ':';
        member.write(*this, owner);
    }
    m_out += '}';
}

// JSON has no infinities; the shortest text that reads back as the same number.
void Writer::value(double number)
{
    if (!std::isfinite(number)) {
        m_out += "null";
        return;
    }
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    m_out += QByteArrayView(digits.data(), end);
}

}
