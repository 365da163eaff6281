// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace moe::json {

/// What kind of value a span holds.
enum class Kind { Null, Boolean, Number, String, Array, Object };

/// Where a value stands in the text: [begin, end), without surrounding white space.
struct Span {
    qsizetype begin = 0;
    qsizetype end = 0;
    Kind kind = Kind::Null;

    [[nodiscard]] QByteArrayView in(QByteArrayView text) const { return text.sliced(begin, end - begin); }
    friend bool operator==(const Span &, const Span &) = default;
};

/// How deep values may be nested unless said otherwise.
inline constexpr int DefaultMaxDepth = 128;

/// Walks through JSON text once, from front to back, checking everything it passes (RFC 8259, well-formed UTF-8,
/// bounded depth). The first failure, of the text or of the caller's own checks, ends the walk: every loop then stops
/// and every value read is empty, so one look at finish() or isFailed() at the end is enough.
///
///     Cursor cursor(text);
///     cursor.object([&](QByteArrayView key) {
///         if (key == "model")
///             model = cursor.string();   // members that are not read are skipped, and checked all the same
///     });
///     TRY_VOID(cursor.finish());
///
/// Holds a view: the text must outlive it.
class Cursor
{
public:
    explicit Cursor(QByteArrayView text, int maxDepth = DefaultMaxDepth);

    /// What the next value is, judged by its first character. Null if there is none; reading that value fails then.
    [[nodiscard]] Kind peek();
    [[nodiscard]] bool isNull() { return peek() == Kind::Null; }

    /// Passes over the next value, whatever it is, and tells where it stood.
    Span skip();

    /// Reads a string, its escapes resolved; lone surrogates become U+FFFD. Fails on any other kind.
    [[nodiscard]] QByteArray string();

    /// Reads an object: `visit(QByteArrayView key)` is called for each member, its escapes resolved, and reads the
    /// value or leaves it. Fails on any other kind.
    template <typename Visit>
    Span object(Visit &&visit)
    {
        const qsizetype begin = enter('{', "expected an object");
        QByteArray decoded;
        for (bool isThere = !isClosed('}'); isThere && !isFailed(); isThere = hasNext('}')) {
            const QByteArrayView key = memberKey(decoded);
            const qsizetype before = position();
            if (!isFailed())
                visit(key);
            if (position() == before && !isFailed())
                skipValue();
        }
        return leave(begin, Kind::Object);
    }

    /// Reads an array: `visit()` is called for each element and reads it or leaves it. Fails on any other kind.
    template <typename Visit>
    Span array(Visit &&visit)
    {
        const qsizetype begin = enter('[', "expected an array");
        for (bool isThere = !isClosed(']'); isThere && !isFailed(); isThere = hasNext(']')) {
            skipBlank();
            const qsizetype before = position();
            visit();
            if (position() == before && !isFailed())
                skipValue();
        }
        return leave(begin, Kind::Array);
    }

    /// Ends the walk with an error of the caller's.
    void reject(Error error);

    /// Where the name of the member being visited stands, with its quotes; valid until a value is read.
    [[nodiscard]] Span keySpan() const { return m_key; }

    [[nodiscard]] bool isFailed() const { return m_isFailed; }
    [[nodiscard]] QByteArrayView text() const { return {m_begin, m_end}; }

    /// Checks that nothing follows the value read. The error is the caller's own, or names line and column.
    [[nodiscard]] Result<void> finish();

private:
    [[nodiscard]] qsizetype position() const { return m_at - m_begin; }
    void skipBlank()
    {
        while (m_at < m_end && (*m_at == ' ' || *m_at == '\n' || *m_at == '\r' || *m_at == '\t'))
            ++m_at;
    }
    qsizetype enter(char bracket, const char *expectation);
    bool isClosed(char bracket);
    bool hasNext(char bracket);
    Span leave(qsizetype begin, Kind kind);
    QByteArrayView memberKey(QByteArray &decoded);

    void skipValue();
    void skipMembers();
    void skipElements();
    void skipLiteral(QByteArrayView literal);
    void skipNumber();
    bool skipString();
    bool skipEscape();
    bool skipDigits();
    void fail(const char *what);

    const char *const m_begin;
    const char *m_at;
    const char *m_end; // moved to m_at by a failure, so that nothing more is read
    const int m_maxDepth;
    Span m_key;
    int m_depth = 0;
    bool m_isFailed = false;
    std::optional<Error> m_error;
};

/// The text between the quotes of a valid JSON string with its escapes resolved, as UTF-8; lone surrogates become
/// U+FFFD.
[[nodiscard]] QByteArray withoutEscapes(QByteArrayView inner);

}
