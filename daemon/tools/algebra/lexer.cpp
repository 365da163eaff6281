// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/lexer.h"

#include "daemon/tools/algebra/writtennumber.h"

#include <array>
#include <optional>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr qsizetype mostDigits = 10'000;
constexpr int largestExponent = 10'000;

struct Spelling {
    char16_t character;
    char symbol;
};

constexpr std::array spellings{
    Spelling{u'\u2212', '-'}, Spelling{u'\u2013', '-'}, Spelling{u'\u00d7', '*'},
    Spelling{u'\u00b7', '*'}, Spelling{u'\u22c5', '*'}, Spelling{u'\u00f7', '/'},
    Spelling{u'\u221a', 'r'}, Spelling{u'\u00b2', '2'}, Spelling{u'\u00b3', '3'},
};

bool isDigit(QChar c) { return c >= u'0' && c <= u'9'; }
bool isLetter(QChar c) { return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'_'; }

class Lexer
{
public:
    explicit Lexer(const QString &text) : m_text(text) { }

    Result<std::vector<Token>> run()
    {
        std::vector<Token> tokens;
        for (;;) {
            while (at(0).isSpace())
                ++m_at;
            TRY(Token token, next());
            noteParenthesis(token, tokens);
            tokens.push_back(std::move(token));
            if (tokens.back().kind == Token::Kind::End)
                return tokens;
        }
    }

private:
    /// A null character beyond the end, which no text of ours contains.
    QChar at(qsizetype offset) const { return m_at + offset < m_text.size() ? m_text.at(m_at + offset) : QChar(); }

    Result<Token> next()
    {
        const QChar c = at(0);
        if (m_at >= m_text.size())
            return Token{.position = m_at};
        if (isDigit(c) || (c == u'.' && isDigit(at(1))))
            return number();
        if (isLetter(c) || c == u'π' || c == u'τ')
            return word();
        return symbol();
    }

    /// Those behind other functions than log and round have no arguments to separate.
    void noteParenthesis(const Token &token, const std::vector<Token> &before)
    {
        const bool isCall = !before.empty() && before.back().kind == Token::Kind::Word;
        if (token.is('('))
            m_separates.push_back(isCall ? mayHaveTwoArguments(before.back().word.toLower()) : doesCommaSeparate());
        else if (token.is(')') && !m_separates.empty())
            m_separates.pop_back();
    }

    bool doesCommaSeparate() const { return !m_separates.empty() && m_separates.back(); }

    Result<Token> symbol()
    {
        Token token{.kind = Token::Kind::Symbol, .position = m_at};
        const QChar c = at(0);
        if (const auto found = std::ranges::find(spellings, c.unicode(), &Spelling::character);
            found != spellings.end())
            token.symbol = found->symbol;
        else if (c == u'*' && at(1) == u'*') {
            ++m_at;
            token.symbol = '^';
        } else if (c.unicode() != 0 && u"+-*/^!%(),;="_s.contains(c))
            token.symbol = c.toLatin1();
        else
            return failure(expressionError(u"A character that has no place in an expression"_s, m_at));
        ++m_at;
        return token;
    }

    Result<Token> word()
    {
        const qsizetype begin = m_at++;
        if (isLetter(m_text.at(begin))) {
            while (isLetter(at(0)) || isDigit(at(0)))
                ++m_at;
        }
        return Token{.kind = Token::Kind::Word, .position = begin, .word = m_text.sliced(begin, m_at - begin)};
    }

    QByteArray digits()
    {
        const qsizetype begin = m_at;
        while (isDigit(at(0)))
            ++m_at;
        return m_text.sliced(begin, m_at - begin).toLatin1();
    }

    Result<Token> number()
    {
        Token token{.kind = Token::Kind::Number, .position = m_at};
        const QByteArray text = digitsAndSeparators();
        if (doesCommaSeparate() && text.contains(','))
            return failure(expressionError(u"It is not clear what the comma means: write a decimal point, and ; "
                                           "between arguments, as in log(8; 2)"_s,
                                           token.position));
        const auto number = writtenNumber(text);
        if (!number)
            return failure(expressionError(u"It is not clear what the comma or point means: write a decimal point, and "
                                           "no separators of thousands, in the number"_s,
                                           token.position));
        token.digits = number->whole + number->fraction;
        token.exponent = -int(number->fraction.size());
        TRY(const int exponent, exponentHere());
        token.exponent += exponent;
        if (token.digits.size() > mostDigits || std::abs(token.exponent) > largestExponent + mostDigits)
            return failure(Error::invalid(u"A number has more digits than allowed."_s, {}, u"too_hard"_s));
        return token;
    }

    /// A point may be the last.
    QByteArray digitsAndSeparators()
    {
        QByteArray text = digits();
        const auto isSeparator = [&] {
            const bool isComma = at(0) == u',' && !(doesCommaSeparate() && text.contains('.'));
            return (isComma || at(0) == u'.') && isDigit(at(1));
        };
        while (isSeparator()) {
            text += at(0).toLatin1();
            ++m_at;
            text += digits();
        }
        if (at(0) == u'.' && !text.contains('.') && !text.contains(',')) {
            text += '.';
            ++m_at;
        }
        return text;
    }

    /// 0 if there is none: in "2e" the letter is Euler's number.
    Result<int> exponentHere()
    {
        const bool hasSign = at(1) == u'+' || at(1) == u'-';
        if ((at(0) != u'e' && at(0) != u'E') || !isDigit(at(hasSign ? 2 : 1)))
            return 0;
        const bool isNegative = at(1) == u'-';
        m_at += hasSign ? 2 : 1;
        const QByteArray text = digits();
        bool isNumber = false;
        const int value = text.toInt(&isNumber);
        if (!isNumber || value > largestExponent)
            return failure(Error::invalid(u"The exponent of a number is too large."_s, {}, u"too_hard"_s));
        return isNegative ? -value : value;
    }

    const QString &m_text;
    qsizetype m_at = 0;
    std::vector<bool> m_separates; ///< whether a comma does, in the parentheses that are open
};

}

Error expressionError(const QString &message, qsizetype position)
{
    return Error::invalid(u"%1, at position %2."_s.arg(message).arg(position + 1), {}, u"invalid_expression"_s);
}

bool mayHaveTwoArguments(const QString &function) { return function == "log"_L1 || function == "round"_L1; }

Result<std::vector<Token>> tokensOf(const QString &text) { return Lexer(text).run(); }

}
