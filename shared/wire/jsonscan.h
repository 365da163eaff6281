// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QByteArrayView>

#include <functional>
#include <optional>

namespace moe {

/// Looks at JSON without building a document: checks it and finds members by position, so that bytes can be passed on
/// or patched in place. All views point into the text given.
namespace json {

/// What kind of value a span holds.
enum class Kind { Null, Boolean, Number, String, Array, Object };

/// Where a value stands in the text: [begin, end), without surrounding white space.
struct Span {
    qsizetype begin = 0;
    qsizetype end = 0;
    Kind kind = Kind::Null;

    [[nodiscard]] QByteArrayView in(QByteArrayView text) const { return text.sliced(begin, end - begin); }
};

/// Checks that `text` is exactly one JSON value (RFC 8259, UTF-8 well formed, at most `maxDepth` levels deep).
/// The error's message names line and column.
[[nodiscard]] Result<Span> validate(QByteArrayView text, int maxDepth = 128);

/// The member `key` of the object that `object` spans in valid `text`; the last one if it is repeated, as parsers do.
[[nodiscard]] std::optional<Span> member(QByteArrayView text, Span object, QByteArrayView key);

/// Calls `visit(keySpan, valueSpan)` for every member of an object in valid `text`, in order; stops when it returns
/// false. The key span is the string with its quotes.
void forEachMember(QByteArrayView text, Span object, const std::function<bool(Span, Span)> &visit);

/// Calls `visit(valueSpan)` for every element of an array in valid `text`, in order; stops when it returns false.
void forEachElement(QByteArrayView text, Span array, const std::function<bool(Span)> &visit);

/// The text of a string span with its escapes resolved, as UTF-8; lone surrogates become U+FFFD.
[[nodiscard]] QByteArray unescaped(QByteArrayView text, Span string);

/// `text` (UTF-8) as a JSON string with quotes.
[[nodiscard]] QByteArray quoted(QByteArrayView text);

/// `text` with the bytes of `span` replaced.
[[nodiscard]] QByteArray replaced(QByteArrayView text, Span span, QByteArrayView replacement);

}

}
