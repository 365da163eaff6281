// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/jsoncursor.h"

#include <QByteArray>
#include <QString>

#include <initializer_list>
#include <limits>
#include <optional>
#include <span>

/// Reading request fields as OpenAI's own server checks them: the error names the field, says what was expected and
/// what was found, and never repeats the value.
namespace moe::dialect::check {

/// What a scalar field must be. All of them may be null, which counts as absent.
enum class Rule { Boolean, Integer, Number, String, Object, Array, StringOrObject };

struct FieldRule {
    QByteArrayView name;
    Rule rule = Rule::String;
    double minimum = std::numeric_limits<double>::lowest(); ///< of Integer and Number
    double maximum = std::numeric_limits<double>::max();
};

/// "messages[2].role"
[[nodiscard]] QString element(const QString &path, int index);
[[nodiscard]] QString child(const QString &path, QByteArrayView key);

/// The four kinds of complaint.
[[nodiscard]] Error missing(const QString &param);
[[nodiscard]] Error wrongType(const QString &param, const char *expected, json::Kind found);
[[nodiscard]] Error wrongValue(const QString &param, const QString &expectation);
[[nodiscard]] Error empty(const QString &param);

/// Checks the value that comes next against the rule for `key`, if `rules` has one. False if there is none: then
/// nothing was read.
bool applyRule(json::Cursor &cursor, QByteArrayView key, std::span<const FieldRule> rules, const QString &path = {});

/// Read the next value; it must be of that kind. The optional ones take null for absent.
[[nodiscard]] QByteArray text(json::Cursor &cursor, const QString &param);
[[nodiscard]] std::optional<QByteArray> optionalText(json::Cursor &cursor, const QString &param);
[[nodiscard]] bool optionalFlag(json::Cursor &cursor, const QString &param);
[[nodiscard]] std::optional<qint64> optionalInteger(json::Cursor &cursor, const QString &param, qint64 minimum,
                                                    qint64 maximum = std::numeric_limits<qint64>::max());

/// True if the next value is of that kind; else the cursor has failed.
bool expectKind(json::Cursor &cursor, json::Kind kind, const QString &param, const char *expected);

}
