// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QString>

#include <vector>

/// Mathematical expressions as people write them, read by a grammar of ours: whatever is not in it is refused. The
/// algebra library is given what was read, never text.
namespace moe::tools {

inline constexpr qsizetype longestExpression = 20'000; ///< characters
inline constexpr std::size_t mostNodes = 2'000;
inline constexpr int deepestNesting = 100;

enum class Function { Sqrt, Abs, Round, Sin, Cos, Tan, Asin, Acos, Atan, Log, Log10, Log2, Exp, Floor, Ceil };

/// A number, an operator or a function with its operands.
struct Node {
    enum class Kind { Number, Pi, Euler, Variable, Negate, Add, Subtract, Multiply, Divide, Power, Factorial, Call };

    Kind kind = Kind::Number;
    int left = -1;                    ///< index of the (first) operand
    int right = -1;                   ///< of the second; of Round and Log optional: digits, base
    Function function = Function::Sqrt; ///< of a Call
    QByteArray digits{};              ///< of a Number: this whole number …
    int exponent = 0;                 ///< … times ten to this
};

/// Operands stand before what they are operands of; the last node is the whole.
struct Expression {
    std::vector<Node> nodes;

    [[nodiscard]] bool contains(Node::Kind kind) const;
};

/// left = right.
struct Equation {
    Expression left;
    Expression right;
};

/// Reads numbers as in writtenNumber(); + - * / ^ ** ! % and × ÷ − · √ ² ³,
/// parentheses, functions, pi, e, tau; "15% of 200", "15 % von 200" (without "of", 15% is 0.15); a product without sign
/// as in 2(3+4). Log is the natural logarithm, log(x; b) that of base b; round(x; n) rounds to n decimals. Angles are
/// radians. InvalidRequest "invalid_expression" says what is wrong at which position; "too_hard" if the numbers would
/// have too many digits.
[[nodiscard]] Result<Expression> parseExpression(const QString &text);

/// The same with a variable, on both sides of "="; without that, the other side is 0.
[[nodiscard]] Result<Equation> parseEquation(const QString &text, const QString &variable);

/// False if its numbers would have more digits than anybody wants to wait for. An upper bound, not computed exactly.
[[nodiscard]] bool isOfReasonableSize(const Expression &expression);

}
