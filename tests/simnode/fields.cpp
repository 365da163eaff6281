// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/fields.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace moe::sim {

QString FieldError::description() const
{
    if (!problem.isEmpty())
        return path.isEmpty() ? problem : path + u": "_s + problem;
    return path + u": expected "_s + expected + u", found "_s + found;
}

QString jsonTypeName(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null: return u"null"_s;
    case QJsonValue::Bool: return u"bool"_s;
    case QJsonValue::Double: return u"number"_s;
    case QJsonValue::String: return u"string"_s;
    case QJsonValue::Array: return u"array"_s;
    case QJsonValue::Object: return u"object"_s;
    case QJsonValue::Undefined: break;
    }
    return u"nothing"_s;
}

Fields::Fields(QJsonObject object, QString path, Failure &failure)
    : m_object(std::move(object))
    , m_path(std::move(path))
    , m_failure(failure)
{ }

bool Fields::has(QLatin1StringView key) const
{
    const QJsonValue found = m_object.value(key);
    return !found.isUndefined() && !found.isNull();
}

QJsonValue Fields::value(QLatin1StringView key)
{
    m_asked << key;
    return m_object.value(key);
}

QString Fields::text(QLatin1StringView key, const QString &fallback)
{
    const QJsonValue found = value(key);
    if (!has(key))
        return fallback;
    if (!found.isString())
        failType(key, u"string"_s);
    return found.toString();
}

QString Fields::requiredText(QLatin1StringView key)
{
    const QString found = text(key);
    if (found.isEmpty())
        fail(key, u"is required"_s);
    return found;
}

bool Fields::flag(QLatin1StringView key, bool fallback)
{
    const QJsonValue found = value(key);
    if (!has(key))
        return fallback;
    if (!found.isBool())
        failType(key, u"bool"_s);
    return found.toBool();
}

qint64 Fields::integer(QLatin1StringView key, qint64 fallback, qint64 least, qint64 most)
{
    const QJsonValue found = value(key);
    if (!has(key))
        return fallback;
    const double number = found.toDouble(0.5);
    if (number != std::floor(number) || std::abs(number) > 9e15) {
        failType(key, u"integer"_s);
        return fallback;
    }
    const auto integer = static_cast<qint64>(number);
    if (integer < least || integer > most)
        fail(key, u"must be at least %1 and at most %2"_s.arg(least).arg(most));
    return integer;
}

double Fields::number(QLatin1StringView key, double fallback, double least, double most)
{
    const QJsonValue found = value(key);
    if (!has(key))
        return fallback;
    if (!found.isDouble())
        failType(key, u"number"_s);
    const double number = found.toDouble(least);
    if (number < least || number > most)
        fail(key, u"must be at least %1 and at most %2"_s.arg(least).arg(most));
    return number;
}

QStringList Fields::texts(QLatin1StringView key)
{
    QStringList result;
    const QJsonValue found = value(key);
    if (!has(key))
        return result;
    if (!found.isArray())
        failType(key, u"array"_s);
    for (const auto &entry : found.toArray()) {
        if (!entry.isString())
            fail(key, u"every entry must be a string"_s);
        result << entry.toString();
    }
    return result;
}

void Fields::object(QLatin1StringView key, const std::function<void(Fields &)> &read)
{
    const QJsonValue found = value(key);
    if (!has(key))
        return;
    if (!found.isObject())
        return failType(key, u"object"_s);
    Fields member(found.toObject(), pathOf(key), m_failure);
    read(member);
}

void Fields::objects(QLatin1StringView key, const std::function<void(Fields &)> &read)
{
    const QJsonValue found = value(key);
    if (!has(key))
        return;
    if (!found.isArray())
        return failType(key, u"array"_s);
    qsizetype index = 0;
    for (const auto &entry : found.toArray()) {
        const QString path = u"%1[%2]"_s.arg(pathOf(key)).arg(index++);
        if (!entry.isObject() && !m_failure)
            m_failure = FieldError{path, jsonTypeName(entry), u"object"_s, {}};
        Fields element(entry.toObject(), path, m_failure);
        read(element);
    }
}

void Fields::refuseUnknown()
{
    for (auto member = m_object.constBegin(); member != m_object.constEnd(); ++member) {
        if (!m_asked.contains(member.key()) && !m_failure)
            m_failure = FieldError{
                m_path.isEmpty() ? member.key() : m_path + u'.' + member.key(), {}, {}, u"unknown field"_s};
    }
}

void Fields::fail(QLatin1StringView key, const QString &problem)
{
    if (!m_failure)
        m_failure = FieldError{pathOf(key), {}, {}, problem};
}

void Fields::failType(QLatin1StringView key, const QString &expected)
{
    if (!m_failure)
        m_failure = FieldError{pathOf(key), jsonTypeName(m_object.value(key)), expected, {}};
}

QString Fields::pathOf(QLatin1StringView key) const
{
    if (key.isEmpty() || m_path.isEmpty())
        return m_path + key;
    return m_path + u'.' + key;
}

}
