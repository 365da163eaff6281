// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QString>

#include <vector>

namespace moe::tools {

/// A piece of an expression.
struct Token {
    enum class Kind { Number, Word, Symbol, End };

    Kind kind = Kind::End;
    qsizetype position = 0;     ///< in the text, from 0
    QString word{};             ///< of a Word
    char symbol = 0;            ///< of a Symbol: + - * / ^ ! % ( ) , ; = or r: a root, 2, 3: a superscript
    QByteArray digits{};        ///< of a Number, as in Node
    int exponent = 0;

    [[nodiscard]] bool is(char which) const { return kind == Kind::Symbol && symbol == which; }
};

/// In lower case: a comma may separate its arguments.
[[nodiscard]] bool mayHaveTwoArguments(const QString &function);

/// The pieces, an End last. Numbers are as in writtenNumber(), but where a comma may separate arguments it does so
/// behind a decimal point, and is refused between digits otherwise.
[[nodiscard]] Result<std::vector<Token>> tokensOf(const QString &text);

/// "invalid_expression", with the position for people: from 1.
[[nodiscard]] Error expressionError(const QString &message, qsizetype position);

}
