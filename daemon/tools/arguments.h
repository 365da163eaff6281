// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"
#include "daemon/tools/values.h"

/// What several families of tools ask of their arguments, and how they word what they found.
namespace moe::tools {

/// Names, as an array or as one text with commas between them.
struct NameList {
    QStringList names;

    [[nodiscard]] static std::expected<NameList, QString> fromJson(QByteArrayView json);
    [[nodiscard]] QByteArray toJson() const { return wire::write(names); }
    static constexpr wire::Schema schema{
        .type = wire::Schema::Type::List, .isTextToo = true, .items = &wire::schemaOf<QString>};
};

/// A text of digits and more, which may come as a whole number too: as it is written.
struct NumberText {
    QString text;

    [[nodiscard]] static std::expected<NumberText, QString> fromJson(QByteArrayView json);
    [[nodiscard]] QByteArray toJson() const { return wire::write(text); }
    static constexpr wire::Schema schema{.type = wire::Schema::Type::Integer, .isTextToo = true};
};

/// The number, if it is from `lowest` to `highest`; else the error says what is possible.
[[nodiscard]] Result<qint64> boundedInteger(const ExactInteger &number, qint64 lowest, qint64 highest,
                                            const QString &argument);

/// "1 day", "29 days", "-1 month"; the plural has an s.
[[nodiscard]] QString counted(qint64 count, QLatin1StringView singular);

}
