// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"
#include "shared/wire/jsoncursor.h"

#include <QByteArray>
#include <QByteArrayView>

#include <functional>
#include <optional>

/// Looks at JSON without building a document: checks it and finds members by position, so that bytes can be passed on
/// or patched in place. Spans are positions in the text given. To check and read in one pass use Cursor.
namespace moe::json {

/// Checks that `text` is exactly one JSON value (RFC 8259, UTF-8 well formed, at most `maxDepth` levels deep).
/// The error's message names line and column.
[[nodiscard]] Result<Span> validate(QByteArrayView text, int maxDepth = DefaultMaxDepth);

/// The member `key` of the object that `object` spans in valid `text`; the last one if it is repeated, as parsers do.
/// Nothing if `object` is no object.
[[nodiscard]] std::optional<Span> member(QByteArrayView text, Span object, QByteArrayView key);

/// Calls `visit(keySpan, valueSpan)` for every member of an object in valid `text`, in order; stops when it returns
/// false. The key span is the string with its quotes.
void forEachMember(QByteArrayView text, Span object, const std::function<bool(Span, Span)> &visit);

/// Calls `visit(valueSpan)` for every element of an array in valid `text`, in order; stops when it returns false.
void forEachElement(QByteArrayView text, Span array, const std::function<bool(Span)> &visit);

/// The text of a string span with its escapes resolved, as UTF-8; lone surrogates become U+FFFD. Empty for any other
/// kind of value.
[[nodiscard]] QByteArray unescaped(QByteArrayView text, Span string);

/// The value of a number span written as a whole number that fits; nothing for 1.5, 1e3 or another kind of value.
[[nodiscard]] std::optional<qint64> integer(QByteArrayView text, Span number);

/// The value of a number span; nothing for another kind of value or one beyond the range of a double.
[[nodiscard]] std::optional<double> real(QByteArrayView text, Span number);

/// The value of a boolean span; nothing for another kind of value.
[[nodiscard]] std::optional<bool> boolean(QByteArrayView text, Span value);

/// How many characters a string span stands for, without resolving its escapes.
[[nodiscard]] qsizetype characterCount(QByteArrayView text, Span string);

/// `text` (UTF-8) as a JSON string with quotes.
[[nodiscard]] QByteArray quoted(QByteArrayView text);

/// Appends `text` (UTF-8) to `out` as a JSON string with quotes.
void appendQuoted(QByteArray &out, QByteArrayView text);

/// `text` with the bytes of `span` replaced.
[[nodiscard]] QByteArray replaced(QByteArrayView text, Span span, QByteArrayView replacement);

/// Valid `object` (text of one JSON object) with `value`, itself valid JSON, as its member `key`: written over the
/// value that is there (over each one, should the name be repeated), else put in front. Every other byte stays.
[[nodiscard]] QByteArray withMember(QByteArrayView object, QByteArrayView key, QByteArrayView value);

}
