// SPDX-License-Identifier: Apache-2.0
#pragma once

// Only the sources of this folder's engines see the library.
#include "daemon/tools/algebra/expression.h"
#include "daemon/tools/algebra/replies.h"

#include <giac/config.h>

#include <giac/giac.h>

namespace moe::tools {

using Value = giac::gen;

/// Of approximate numbers, of which fewer are told.
inline constexpr int workingDigits = 60;

/// The library with a context of its own.
class Algebra
{
public:
    Algebra();

    /// One of the library's functions.
    [[nodiscard]] Value call(const char *function, const Value &argument);
    [[nodiscard]] Value call(const char *function, const Value &first, const Value &second);

    [[nodiscard]] Value sum(const Value &a, const Value &b);
    [[nodiscard]] Value difference(const Value &a, const Value &b);
    [[nodiscard]] Value product(const Value &a, const Value &b);
    [[nodiscard]] Value quotient(const Value &a, const Value &b);
    [[nodiscard]] Value power(const Value &base, const Value &exponent);
    [[nodiscard]] Value size(const Value &value);
    [[nodiscard]] Value real(const Value &value);
    [[nodiscard]] Value imaginary(const Value &value);

    [[nodiscard]] static Value integer(const QByteArray &digits);
    [[nodiscard]] static Value integer(const mpz_t &number);
    /// The name that variables have here, whatever callers call theirs.
    [[nodiscard]] static Value variable();
    [[nodiscard]] Value pi();

    [[nodiscard]] static bool isRational(const Value &value);
    [[nodiscard]] static bool isUndefined(const Value &value);
    /// An approximate number of more than a double's.
    [[nodiscard]] static bool hasManyDigits(const Value &value);
    /// A number, no part of which has the digits of a double only.
    [[nodiscard]] static bool isFullNumber(const Value &value);
    /// Of a value without variable: also if it takes some algebra to see. Approximate values count as zero below 1e-30.
    [[nodiscard]] bool isZero(const Value &value);
    /// Of numbers: |small| is at most |whole| / 10^digits.
    [[nodiscard]] bool isWithin(const Value &small, const Value &whole, int digits);
    /// Of a real one.
    [[nodiscard]] bool isPositive(const Value &value);

    /// A function of the variable there.
    [[nodiscard]] Value at(const Value &function, const Value &place);
    /// With so many digits.
    [[nodiscard]] Value approximation(const Value &value, int digits);
    /// Real numbers, as doubles: infinite if they are too large, NaN if they are none.
    [[nodiscard]] double toDouble(const Value &value);

    [[nodiscard]] QString text(const Value &value);
    /// The same as a closed form that people can read, which not all are; else empty.
    [[nodiscard]] QString closedForm(const Value &value);
    /// Rational if it is rational; otherwise as short as it is easily made.
    [[nodiscard]] Value simplified(const Value &value);

    /// What is known of a number. "undefined", "too_hard" if it cannot be told to 16 digits.
    [[nodiscard]] Result<NumberReply> number(const Value &value);

private:
    /// The library takes the other branch of a root at times when it simplifies.
    [[nodiscard]] bool isSame(const Value &simple, const Value &number);
    [[nodiscard]] RealReply realReply(const Value &value);
    /// Enough digits of one part of a number are the same when there are more, unless it is nothing beside the whole.
    [[nodiscard]] bool isTold(const Value &part, const Value &better, const Value &whole);
    /// Of one part of a number: `approximate` has its digits, `whole` is the number's.
    [[nodiscard]] RealReply partReply(const Value &exact, const Value &approximate, const Value &whole);

    giac::context m_context;
};

/// The expression's value, with `variable` for its variable: the unknown itself or a number. What is not defined is an
/// error: "division_by_zero", "undefined".
[[nodiscard]] Result<Value> evaluate(Algebra &algebra, const Expression &expression, const Value &variable);

[[nodiscard]] Error undefinedError(const QString &message);

}
