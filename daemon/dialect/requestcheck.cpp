// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/requestcheck.h"

#include "shared/wire/jsonscan.h"

#include <algorithm>

namespace moe::dialect::check {

using json::Kind;
using json::Span;

namespace {

const char *kindName(Kind kind)
{
    switch (kind) {
    case Kind::Null: return "null";
    case Kind::Boolean: return "a boolean";
    case Kind::Number: return "a number";
    case Kind::String: return "a string";
    case Kind::Array: return "an array";
    case Kind::Object: return "an object";
    }
    Q_UNREACHABLE_RETURN("nothing");
}

const char *ruleName(Rule rule)
{
    switch (rule) {
    case Rule::Boolean: return "a boolean";
    case Rule::Integer: return "an integer";
    case Rule::Number: return "a number";
    case Rule::String: return "a string";
    case Rule::Object: return "an object";
    case Rule::Array: return "an array";
    case Rule::StringOrObject: return "a string or an object";
    }
    Q_UNREACHABLE_RETURN("something else");
}

bool isKindOf(Rule rule, Kind kind)
{
    switch (rule) {
    case Rule::Boolean: return kind == Kind::Boolean;
    case Rule::Integer:
    case Rule::Number: return kind == Kind::Number;
    case Rule::String: return kind == Kind::String;
    case Rule::Object: return kind == Kind::Object;
    case Rule::Array: return kind == Kind::Array;
    case Rule::StringOrObject: return kind == Kind::String || kind == Kind::Object;
    }
    Q_UNREACHABLE_RETURN(false);
}

void checkRange(json::Cursor &cursor, Span number, const FieldRule &rule, const QString &param)
{
    const auto value = json::real(cursor.text(), number);
    if (rule.rule == Rule::Integer && !json::integer(cursor.text(), number)) {
        cursor.reject(wrongType(param, "an integer", Kind::Number));
    } else if (!value || *value < rule.minimum || *value > rule.maximum) {
        const bool hasMaximum = rule.maximum != std::numeric_limits<double>::max();
        cursor.reject(wrongValue(param,
                                 hasMaximum
                                     ? QStringLiteral("a value from %1 to %2").arg(rule.minimum).arg(rule.maximum)
                                     : QStringLiteral("a value >= %1").arg(rule.minimum)));
    }
}

}

QString element(const QString &path, int index) { return path + u'[' + QString::number(index) + u']'; }

QString child(const QString &path, QByteArrayView key)
{
    return path.isEmpty() ? QString::fromUtf8(key) : QString(path + u'.' + QString::fromUtf8(key));
}

Error missing(const QString &param)
{
    return Error::invalid(QStringLiteral("Missing required parameter: '%1'.").arg(param), param,
                          QStringLiteral("missing_required_parameter"));
}

Error wrongType(const QString &param, const char *expected, Kind found)
{
    return Error::invalid(QStringLiteral("Invalid type for '%1': expected %2, but got %3 instead.")
                              .arg(param, QLatin1StringView(expected), QLatin1StringView(kindName(found))),
                          param, QStringLiteral("invalid_type"));
}

Error wrongValue(const QString &param, const QString &expectation)
{
    return Error::invalid(QStringLiteral("Invalid value for '%1': expected %2.").arg(param, expectation), param,
                          QStringLiteral("invalid_value"));
}

Error empty(const QString &param)
{
    return Error::invalid(QStringLiteral("Invalid '%1': expected at least one entry, but it is empty.").arg(param),
                          param, QStringLiteral("empty_array"));
}

bool applyRule(json::Cursor &cursor, QByteArrayView key, std::span<const FieldRule> rules, const QString &path)
{
    const auto rule = std::ranges::find(rules, key, &FieldRule::name);
    if (rule == rules.end())
        return false;
    const Span value = cursor.skip();
    if (cursor.isFailed() || value.kind == Kind::Null)
        return true;
    if (!isKindOf(rule->rule, value.kind))
        cursor.reject(wrongType(child(path, key), ruleName(rule->rule), value.kind));
    else if (value.kind == Kind::Number)
        checkRange(cursor, value, *rule, child(path, key));
    return true;
}

bool expectKind(json::Cursor &cursor, Kind kind, const QString &param, const char *expected)
{
    const Kind found = cursor.peek();
    if (found == kind)
        return true;
    cursor.skip(); // what is no JSON at all is a different complaint
    cursor.reject(wrongType(param, expected, found));
    return false;
}

QByteArray text(json::Cursor &cursor, const QString &param)
{
    return expectKind(cursor, Kind::String, param, "a string") ? cursor.string() : QByteArray();
}

std::optional<QByteArray> optionalText(json::Cursor &cursor, const QString &param)
{
    if (cursor.isNull()) {
        cursor.skip();
        return {};
    }
    return text(cursor, param);
}

bool optionalFlag(json::Cursor &cursor, const QString &param)
{
    const Span value = cursor.skip();
    if (!cursor.isFailed() && value.kind != Kind::Boolean && value.kind != Kind::Null)
        cursor.reject(wrongType(param, "a boolean", value.kind));
    return !cursor.isFailed() && json::boolean(cursor.text(), value).value_or(false);
}

std::optional<qint64> optionalInteger(json::Cursor &cursor, const QString &param, qint64 minimum, qint64 maximum)
{
    const Span value = cursor.skip();
    if (cursor.isFailed() || value.kind == Kind::Null)
        return {};
    const auto number = json::integer(cursor.text(), value);
    if (!number) {
        cursor.reject(wrongType(param, "an integer", value.kind));
    } else if (*number < minimum || *number > maximum) {
        cursor.reject(wrongValue(param,
                                 maximum == std::numeric_limits<qint64>::max()
                                     ? QStringLiteral("an integer >= %1").arg(minimum)
                                     : QStringLiteral("an integer from %1 to %2").arg(minimum).arg(maximum)));
    }
    return cursor.isFailed() ? std::nullopt : number;
}

}
