// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/expression.h"

#include "daemon/tools/algebra/lexer.h"

#include <array>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using Kind = Node::Kind;

struct FunctionName {
    QLatin1StringView name;
    Function function;
};

constexpr std::array functionNames{
    FunctionName{"sqrt"_L1, Function::Sqrt},   FunctionName{"abs"_L1, Function::Abs},
    FunctionName{"round"_L1, Function::Round}, FunctionName{"sin"_L1, Function::Sin},
    FunctionName{"cos"_L1, Function::Cos},     FunctionName{"tan"_L1, Function::Tan},
    FunctionName{"asin"_L1, Function::Asin},   FunctionName{"acos"_L1, Function::Acos},
    FunctionName{"atan"_L1, Function::Atan},   FunctionName{"log"_L1, Function::Log},
    FunctionName{"ln"_L1, Function::Log},      FunctionName{"log10"_L1, Function::Log10},
    FunctionName{"log2"_L1, Function::Log2},   FunctionName{"exp"_L1, Function::Exp},
    FunctionName{"floor"_L1, Function::Floor}, FunctionName{"ceil"_L1, Function::Ceil},
};

bool isOf(const Token &token) { return token.word == "of"_L1 || token.word == "von"_L1; }
bool isPercent(const Token &token)
{
    return token.is('%') || token.word == "percent"_L1 || token.word == "Prozent"_L1 || token.word == "prozent"_L1;
}

bool isReserved(const QString &name)
{
    return std::ranges::contains(functionNames, name, &FunctionName::name)
        || std::ranges::contains(std::array{"pi"_L1, "e"_L1, "tau"_L1, "i"_L1, "factorial"_L1, "of"_L1, "von"_L1,
                                            "percent"_L1, "Prozent"_L1, "prozent"_L1},
                                 name);
}

/// Recursive descent; each function reads what its name says and returns the index of its node.
class Parser
{
public:
    Parser(std::vector<Token> tokens, QString variable) : m_tokens(std::move(tokens)), m_variable(std::move(variable))
    { }

    /// Up to the end, or to an equals sign if that may follow.
    Result<Expression> side(bool mayBeLeft)
    {
        m_nodes.clear();
        TRY_VOID(sum());
        if (mayBeLeft && token().is('='))
            ++m_at;
        else if (token().kind != Token::Kind::End)
            return failure(unexpected());
        Expression expression{std::exchange(m_nodes, {})};
        if (!isOfReasonableSize(expression))
            return failure(Error::invalid(u"The numbers in this would have too many digits."_s, {}, u"too_hard"_s));
        return expression;
    }

    /// An equals sign was the last that was read.
    [[nodiscard]] bool hasRightSide() const { return m_at > 0 && m_tokens[m_at - 1].is('='); }

private:
    using Index = Result<int>;

    /// Counts how deep the present function is nested.
    class Level
    {
    public:
        explicit Level(int &depth) : m_depth(depth) { ++m_depth; }
        ~Level() { --m_depth; }
        Q_DISABLE_COPY_MOVE(Level)

    private:
        int &m_depth;
    };

    const Token &token() const { return m_tokens[m_at]; }
    const Token &previous() const { return m_tokens[m_at - 1]; }

    bool skip(char symbol)
    {
        if (!token().is(symbol))
            return false;
        ++m_at;
        return true;
    }

    Error unexpected() const
    {
        const Token &found = token();
        if (found.kind == Token::Kind::End)
            return expressionError(u"The expression is not complete: something is missing"_s, found.position);
        if (found.kind == Token::Kind::Word)
            return expressionError(unknownWord(found.word), found.position);
        if (m_at > 0 && previous().is('%'))
            return expressionError(u"This does not belong behind a percentage: % is percent, there is no modulo "
                                   "operator"_s,
                                   found.position);
        return expressionError(u"This does not belong here"_s, found.position);
    }

    /// What to write instead: a function, or another variable.
    QString unknownWord(const QString &word) const
    {
        const QString start = u"\"%1\" is not known here"_s.arg(word.left(40));
        if (word.toLower().startsWith("mod"_L1))
            return start + u": there is no modulo operator"_s;
        const bool isCall = m_tokens[m_at + 1].is('(');
        if (!m_variable.isEmpty() && !isCall)
            return start + u": to solve for it, set \"variable\""_s;
        QStringList names;
        for (const FunctionName &each : functionNames)
            names += each.name;
        return start + u": functions are "_s + names.join(u' ') + u" factorial"_s;
    }

    Index add(Node node)
    {
        if (m_nodes.size() >= mostNodes)
            return failure(Error::invalid(u"The expression is too long."_s, {}, u"too_hard"_s));
        m_nodes.push_back(std::move(node));
        return int(m_nodes.size()) - 1;
    }
    Index add(Kind kind, int left, int right = -1) { return add(Node{.kind = kind, .left = left, .right = right}); }
    Index addNumber(const char *digits) { return add(Node{.kind = Kind::Number, .digits = digits}); }

    Index sum()
    {
        TRY(int left, product());
        while (token().is('+') || token().is('-')) {
            const Kind kind = token().is('+') ? Kind::Add : Kind::Subtract;
            ++m_at;
            TRY(const int right, product());
            TRY(left, add(kind, left, right));
        }
        return left;
    }

    Index product()
    {
        TRY(int left, unary());
        int last = left;
        for (bool isDivided = false;;) {
            const bool isQuotient = token().is('/');
            if (isOf(token()) && isPercent(previous())) {
                if (isDivided || isPower(last))
                    return failure(expressionError(u"What the percentage is of is not clear: write parentheses"_s,
                                                   token().position));
                ++m_at;
            } else if (startsOperand() && !isPercent(previous())) {
                if (isDivided)
                    return failure(expressionError(u"What is divided by what is not clear: write parentheses or *"_s,
                                                   token().position));
            } else if (!skip('*') && !skip('/'))
                return left;
            isDivided = isQuotient;
            TRY(last, unary());
            TRY(left, add(isQuotient ? Kind::Divide : Kind::Multiply, left, last));
        }
    }

    /// Also with a sign before it. Behind a percent sign: that belongs to the exponent.
    bool isPower(int index) const
    {
        while (m_nodes[size_t(index)].kind == Kind::Negate)
            index = m_nodes[size_t(index)].left;
        return m_nodes[size_t(index)].kind == Kind::Power;
    }

    /// Of a product without a sign: not a number, which would look like a part of the one before.
    bool startsOperand() const
    {
        if (token().kind == Token::Kind::Word)
            return !isOf(token()) && !isPercent(token());
        return token().is('(') || token().is('r');
    }

    Index unary()
    {
        const Level level(m_depth);
        if (m_depth > deepestNesting)
            return failure(Error::invalid(u"The expression is nested too deeply."_s, {}, u"too_hard"_s));
        if (skip('+'))
            return unary();
        if (skip('-')) {
            TRY(const int operand, unary());
            return add(Kind::Negate, operand);
        }
        TRY(const int base, postfix());
        if (!skip('^'))
            return base;
        TRY(const int exponent, unary());
        return add(Kind::Power, base, exponent);
    }

    Index postfix()
    {
        TRY(int operand, primary());
        for (bool isRaised = false;;) {
            if (token().is('!')) {
                // "!!" is the double factorial to some, the factorial of one to others.
                if (previous().is('!'))
                    return failure(unexpected());
                ++m_at;
                TRY(operand, add(Kind::Factorial, operand));
            } else if (isPercent(token())) {
                ++m_at;
                TRY(const int hundred, addNumber("100"));
                TRY(operand, add(Kind::Divide, operand, hundred));
            } else if ((token().is('2') || token().is('3')) && !isRaised) {
                isRaised = true;
                TRY(const int exponent, addNumber(token().is('2') ? "2" : "3"));
                ++m_at;
                TRY(operand, add(Kind::Power, operand, exponent));
            } else
                return operand;
        }
    }

    Index primary()
    {
        const Token &found = token();
        if (found.kind == Token::Kind::Number)
            return number();
        if (found.kind == Token::Kind::Word)
            return word();
        if (skip('r')) {
            const Level level(m_depth);
            if (m_depth > deepestNesting)
                return failure(Error::invalid(u"The expression is nested too deeply."_s, {}, u"too_hard"_s));
            TRY(const int operand, primary());
            return add(Node{.kind = Kind::Call, .left = operand, .function = Function::Sqrt});
        }
        if (!skip('('))
            return failure(unexpected());
        return closed(sum());
    }

    Index number()
    {
        const Token &found = token();
        ++m_at;
        return add(Node{.kind = Kind::Number, .digits = found.digits, .exponent = found.exponent});
    }

    Index word()
    {
        const QString name = token().word;
        if (!m_variable.isEmpty() && name == m_variable)
            return ++m_at, add(Kind::Variable, -1);
        if (name == "pi"_L1 || name == "PI"_L1 || name == u"π"_s)
            return ++m_at, add(Kind::Pi, -1);
        if (name == "e"_L1)
            return ++m_at, add(Kind::Euler, -1);
        if (name == "tau"_L1 || name == u"τ"_s) {
            ++m_at;
            TRY(const int two, addNumber("2"));
            TRY(const int pi, add(Kind::Pi, -1));
            return add(Kind::Multiply, two, pi);
        }
        return call(name);
    }

    Index call(const QString &name)
    {
        const auto found = std::ranges::find(functionNames, name.toLower(), &FunctionName::name);
        const bool isFactorial = name.toLower() == "factorial"_L1;
        if (found == functionNames.end() && !isFactorial)
            return failure(unexpected());
        ++m_at;
        if (!skip('('))
            return failure(expressionError(u"A parenthesis is missing behind \"%1\""_s.arg(name), token().position));
        const Index first = sum();
        Index second = -1;
        if (first && mayHaveTwoArguments(name.toLower()) && (skip(',') || skip(';')))
            second = sum();
        TRY(const int left, closed(first));
        TRY(const int right, second);
        if (isFactorial)
            return add(Kind::Factorial, left);
        return add(Node{.kind = Kind::Call, .left = left, .right = right, .function = found->function});
    }

    /// What was read, if a closing parenthesis follows.
    Index closed(Index inner)
    {
        if (inner && !skip(')'))
            return failure(unexpected());
        return inner;
    }

    const std::vector<Token> m_tokens;
    const QString m_variable;
    std::vector<Node> m_nodes;
    std::size_t m_at = 0;
    int m_depth = 0;
};

Result<Parser> parserOf(const QString &text, const QString &variable)
{
    if (text.size() > longestExpression)
        return failure(
            Error::invalid(u"The expression has more than %1 characters."_s.arg(longestExpression), {}, u"too_hard"_s));
    TRY(std::vector<Token> tokens, tokensOf(text));
    return Parser(std::move(tokens), variable);
}

Result<void> checkVariable(const QString &name)
{
    const auto tokens = tokensOf(name.left(20));
    if (name.size() > 20 || !tokens || tokens->size() != 2 || tokens->front().kind != Token::Kind::Word)
        return failure(
            Error::invalid(u"The variable must be a name such as x."_s, u"variable"_s, u"invalid_arguments"_s));
    if (isReserved(name.toLower()) || name == u"π"_s || name == u"τ"_s)
        return failure(Error::invalid(u"\"%1\" has a meaning of its own: choose another variable."_s.arg(name),
                                      u"variable"_s, u"invalid_arguments"_s));
    return {};
}

}

bool Expression::contains(Node::Kind kind) const { return std::ranges::contains(nodes, kind, &Node::kind); }

Result<Expression> parseExpression(const QString &text)
{
    TRY(Parser parser, parserOf(text, {}));
    return parser.side(false);
}

Result<Equation> parseEquation(const QString &text, const QString &variable)
{
    TRY_VOID(checkVariable(variable));
    TRY(Parser parser, parserOf(text, variable));
    TRY(Expression left, parser.side(true));
    if (!parser.hasRightSide())
        return Equation{std::move(left), {{Node{.kind = Kind::Number, .digits = "0"}}}};
    TRY(Expression right, parser.side(false));
    return Equation{std::move(left), std::move(right)};
}

}
