// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <QStringList>

#include <functional>
#include <limits>
#include <optional>

namespace moe::sim {

/// What is wrong with which field of a document.
struct FieldError {
    QString path; ///< such as "messages[0].content"
    QString found; ///< JSON type found, if the type is what is wrong
    QString expected; ///< type expected
    QString problem; ///< what else is wrong, if the type is not

    /// "models[0].name: expected string, found number"
    [[nodiscard]] QString description() const;
};

/// "string", "number", "bool", "array", "object" or "null".
[[nodiscard]] QString jsonTypeName(const QJsonValue &value);

/// Reads the members of one JSON object and insists on their types. The first failure is kept where all readers of
/// one document share it; reading goes on with fallbacks, so that callers check once, at the end.
class Fields
{
public:
    using Failure = std::optional<FieldError>;

    Fields(QJsonObject object, QString path, Failure &failure);

    /// Present and not null.
    [[nodiscard]] bool has(QLatin1StringView key) const;
    [[nodiscard]] QJsonValue value(QLatin1StringView key);
    [[nodiscard]] QString text(QLatin1StringView key, const QString &fallback = {});
    [[nodiscard]] QString requiredText(QLatin1StringView key);
    [[nodiscard]] bool flag(QLatin1StringView key, bool fallback);
    [[nodiscard]] qint64 integer(QLatin1StringView key, qint64 fallback, qint64 least = 0,
                                 qint64 most = std::numeric_limits<qint64>::max());
    [[nodiscard]] double number(QLatin1StringView key, double fallback, double least, double most);
    [[nodiscard]] QStringList texts(QLatin1StringView key);
    void object(QLatin1StringView key, const std::function<void(Fields &)> &read);
    /// A list of objects.
    void objects(QLatin1StringView key, const std::function<void(Fields &)> &read);
    /// Fails if the object has members nobody asked for.
    void refuseUnknown();

    void fail(QLatin1StringView key, const QString &problem);
    void failType(QLatin1StringView key, const QString &expected);
    [[nodiscard]] QString pathOf(QLatin1StringView key) const;
    [[nodiscard]] const QString &path() const { return m_path; }
    [[nodiscard]] Failure &failure() { return m_failure; }

private:
    QJsonObject m_object;
    QString m_path;
    Failure &m_failure;
    QStringList m_asked;
};

}
