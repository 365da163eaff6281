// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/secretdocument.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace moe::settings {

namespace {

constexpr std::array secretNames{"token"_L1, "api_key"_L1, "password"_L1};
constexpr auto nameMember = "name"_L1;
constexpr auto urlMember = "url"_L1;

QJsonValue parsed(QByteArrayView document)
{
    const QJsonDocument json = QJsonDocument::fromJson(document.toByteArray());
    if (json.isArray())
        return json.array();
    return json.isObject() ? QJsonValue(json.object()) : QJsonValue();
}

QByteArray compact(const QJsonValue &value)
{
    const QJsonDocument json = value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return json.toJson(QJsonDocument::Compact);
}

bool isSecret(const QString &member) { return std::ranges::find(secretNames, member) != secretNames.end(); }

bool isGiven(const QJsonValue &secret) { return !secret.isUndefined() && !secret.isNull(); }

/// Given, and more than the empty text that says there is none.
bool isSet(const QJsonValue &secret) { return isGiven(secret) && secret != QJsonValue(QString()); }

QJsonValue shown(const QJsonValue &value)
{
    if (value.isArray()) {
        QJsonArray array;
        const QJsonArray elements = value.toArray();
        for (const auto &element : elements)
            array.append(shown(element));
        return array;
    }
    if (!value.isObject())
        return value;
    QJsonObject object = value.toObject();
    for (auto member = object.begin(); member != object.end(); ++member) {
        if (!isSecret(member.key()))
            member.value() = shown(member.value());
        else if (isSet(member.value()))
            member.value() = QJsonValue();
    }
    return object;
}

Result<QJsonValue> kept(const QJsonValue &value, const QJsonValue &previous, const QString &path);

Result<void> keepSecret(QJsonObject &object, const QJsonValue &previous, const QString &name, const QString &path)
{
    if (isGiven(object.value(name)))
        return {};
    const QString place = path % u'.' % name;
    if (object.contains(name) && !previous.isObject())
        return failure(
            Error::invalid(place % u": there is no stored value to be kept; say it, or leave it out"_s, place));
    const QJsonValue secret = previous[name];
    object.remove(name);
    if (!isSet(secret))
        return {};
    if (object.value(urlMember) != previous[urlMember])
        return failure(Error::invalid(
            place % u": the url is another one, so this must be said again; an empty text takes it away"_s, place));
    object.insert(name, secret);
    return {};
}

Result<QJsonValue> keptInObject(QJsonObject object, const QJsonValue &previous, const QString &path)
{
    for (const QLatin1StringView name : secretNames)
        TRY_VOID(keepSecret(object, previous, name, path));
    for (auto member = object.begin(); member != object.end(); ++member) {
        if (isSecret(member.key()))
            continue;
        TRY(member.value(), kept(member.value(), previous[member.key()], path % u'.' % member.key()));
    }
    return object;
}

/// The element that has the same name; null if there is none.
QJsonValue sameElement(const QJsonArray &elements, const QJsonValue &name)
{
    const auto found = std::ranges::find_if(
        elements, [&name](const auto &element) { return name.isString() && QJsonValue(element)[nameMember] == name; });
    return found == elements.end() ? QJsonValue() : QJsonValue(*found);
}

Result<QJsonValue> kept(const QJsonValue &value, const QJsonValue &previous, const QString &path)
{
    if (value.isObject())
        return keptInObject(value.toObject(), previous, path);
    if (!value.isArray())
        return value;
    QJsonArray array = value.toArray();
    for (qsizetype i = 0; i < array.size(); ++i) {
        const QJsonValue element = array.at(i);
        TRY(array[i], kept(element, sameElement(previous.toArray(), element[nameMember]), path % u"[%1]"_s.arg(i)));
    }
    return array;
}

}

std::optional<QByteArray> compactDocument(QByteArrayView document)
{
    const QJsonValue value = parsed(document);
    return value.isNull() ? std::nullopt : std::optional(compact(value));
}

QByteArray withoutSecrets(const QByteArray &document) { return compact(shown(parsed(document))); }

Result<QByteArray> withKeptSecrets(const QByteArray &document, const QByteArray &previous, QString path)
{
    TRY(const QJsonValue value, kept(parsed(document), parsed(previous), path));
    return compact(value);
}

}
