// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/lexer.h"

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
        token.digits = digits();
        if (at(0) == u'.' || (at(0) == u',' && isDigit(at(1)))) {
            token.hasComma = at(0) == u',';
            ++m_at;
            const QByteArray fraction = digits();
            if (token.hasComma && !isDecimalComma(token.digits, fraction))
                return failure(expressionError(u"It is not clear what the comma means: write a decimal point, and no "
                                               "separators of thousands, in the number"_s,
                                               token.position));
            token.digits += fraction;
            token.exponent = -int(fraction.size());
        }
        TRY(const int exponent, exponentHere());
        token.exponent += exponent;
        if (token.digits.size() > mostDigits || std::abs(token.exponent) > largestExponent + mostDigits)
            return failure(Error::invalid(u"A number has more digits than allowed."_s, {}, u"too_hard"_s));
        return token;
    }

    /// Three digits behind a comma may as well be thousands, unless only a zero is before it.
    bool isDecimalComma(const QByteArray &whole, const QByteArray &fraction) const
    {
        const bool goesOn = (at(0) == u',' || at(0) == u'.') && isDigit(at(1));
        return !goesOn && (fraction.size() != 3 || whole == "0");
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
};

}

Error expressionError(const QString &message, qsizetype position)
{
    return Error::invalid(u"%1, at position %2."_s.arg(message).arg(position + 1), {}, u"invalid_expression"_s);
}

Result<std::vector<Token>> tokensOf(const QString &text) { return Lexer(text).run(); }

}
