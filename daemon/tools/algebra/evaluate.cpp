// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/algebra.h"
#include "daemon/tools/algebra/complexfunctions.h"

#include <cmath>
#include <cstring>

namespace moe::tools {

namespace {

constexpr int mostDigits = 5'000;

Error divisionByZero() { return Error::invalid(u"Something is divided by zero."_s, {}, u"division_by_zero"_s); }

Error tooHard() { return Error::invalid(u"This cannot be calculated exactly."_s, {}, u"too_hard"_s); }

/// Works out node after node, so that no operation is done where it is not defined: the library has infinities for
/// that, and goes on with them.
class Evaluator
{
public:
    Evaluator(Algebra &algebra, const Expression &expression, const Value &variable)
        : m_algebra(algebra)
        , m_nodes(expression.nodes)
        , m_variable(variable)
        , m_isVariableKnown(variable != Algebra::variable())
    { }

    Result<Value> run()
    {
        for (const Node &node : m_nodes) {
            TRY(Value value, valueOf(node));
            if (Algebra::isUndefined(value))
                return failure(undefinedError(u"A part of this is not defined."_s));
            m_values.push_back(std::move(value));
            m_isConstant.push_back(isConstant(node));
        }
        return m_values.back();
    }

private:
    /// The variable is not in it.
    bool isConstant(const Node &node) const
    {
        return node.kind != Node::Kind::Variable && (node.left < 0 || m_isConstant[size_t(node.left)])
            && (node.right < 0 || m_isConstant[size_t(node.right)]);
    }

    /// It does not depend on an unknown.
    bool isKnown(int index) const { return m_isVariableKnown || m_isConstant[size_t(index)]; }

    Result<Value> valueOf(const Node &node)
    {
        const Value left = node.left < 0 ? Value(0) : m_values[size_t(node.left)];
        const Value right = node.right < 0 ? Value(0) : m_values[size_t(node.right)];
        switch (node.kind) {
        case Node::Kind::Number: return numberOf(node);
        case Node::Kind::Pi: return m_algebra.pi();
        case Node::Kind::Euler: return m_algebra.call("exp", Value(1));
        case Node::Kind::Variable: return m_variable;
        case Node::Kind::Negate: return m_algebra.difference(Value(0), left);
        case Node::Kind::Add: return m_algebra.sum(left, right);
        case Node::Kind::Subtract: return m_algebra.difference(left, right);
        case Node::Kind::Multiply: return m_algebra.product(left, right);
        case Node::Kind::Divide:
            if (isKnown(node.right) && m_algebra.isZero(right))
                return failure(divisionByZero());
            return m_algebra.quotient(left, right);
        case Node::Kind::Power: return power(node, left, right);
        case Node::Kind::Factorial: return factorial(node, left);
        case Node::Kind::Call: return call(node, left, right);
        }
        return failure(tooHard());
    }

    Value numberOf(const Node &node)
    {
        const Value digits = Algebra::integer(node.digits);
        if (node.exponent == 0)
            return digits;
        const Value scale = m_algebra.power(Value(10), Value(std::abs(node.exponent)));
        return node.exponent > 0 ? m_algebra.product(digits, scale) : m_algebra.quotient(digits, scale);
    }

    Result<Value> power(const Node &node, const Value &base, const Value &exponent)
    {
        const bool isKnownHere = isKnown(node.left) && isKnown(node.right);
        // A polynomial's x^0 is 1 for every x, also for zero.
        const bool isOfVariable = !m_isConstant[size_t(node.left)] && m_isConstant[size_t(node.right)];
        if (isOfVariable && m_algebra.isZero(exponent))
            return Value(1);
        if (isKnownHere && m_algebra.isZero(base)) {
            if (m_algebra.isZero(exponent))
                return failure(undefinedError(u"Zero to the power of zero is not defined."_s));
            const double size = m_algebra.toDouble(exponent);
            if (size > 0)
                return Value(0);
            return failure(size < 0 ? divisionByZero() : undefinedError(u"This power of zero is not defined."_s));
        }
        if (isKnownHere && !exponent.is_integer()) {
            TRY(const bool isSimple, isPositiveReal(base, exponent));
            if (!isSimple)
                return complexPower(m_algebra, base, exponent);
        }
        if (Algebra::isRational(base) && exponent.type == giac::_FRAC) {
            if (auto root = rationalRoot(base, *exponent._FRACptr))
                return *root;
        }
        // A whole number to the power of many digits has those of a double otherwise.
        return m_algebra.power(Algebra::hasManyDigits(exponent) ? m_algebra.approximation(base, 60) : base, exponent);
    }

    /// The base, and the exponent is real.
    Result<bool> isPositiveReal(const Value &base, const Value &exponent)
    {
        TRY(const bool isExponentReal, isReal(m_algebra, exponent));
        TRY(const bool isBaseReal, isReal(m_algebra, base));
        if (!isExponentReal || !isBaseReal)
            return false;
        return isNegative(m_algebra, base).transform([](bool isBelow) { return !isBelow; });
    }

    /// base^(p/q) where that is rational, which the library leaves as it is: 8^(1/3).
    std::optional<Value> rationalRoot(const Value &base, const giac::fraction &exponent)
    {
        if (!m_algebra.isPositive(base) || exponent.den.type != giac::_INT_)
            return {};
        const auto numerator = wholeRoot(base.type == giac::_FRAC ? base._FRACptr->num : base, exponent.den.val);
        const auto denominator = wholeRoot(base.type == giac::_FRAC ? base._FRACptr->den : Value(1), exponent.den.val);
        if (!numerator || !denominator)
            return {};
        return m_algebra.power(m_algebra.quotient(*numerator, *denominator), exponent.num);
    }

    static std::optional<Value> wholeRoot(const Value &number, int degree)
    {
        mpz_t root;
        if (number.type == giac::_ZINT)
            mpz_init_set(root, *number._ZINTptr);
        else
            mpz_init_set_si(root, number.val);
        const bool isWhole = mpz_root(root, root, static_cast<unsigned long>(degree)) != 0;
        const Value value = Algebra::integer(root);
        mpz_clear(root);
        return isWhole ? std::optional(value) : std::nullopt;
    }

    Result<Value> factorial(const Node &node, const Value &argument)
    {
        const Value number = m_algebra.simplified(argument);
        if (!isKnown(node.left) || !number.is_integer() || giac::is_strictly_positive(-number, giac::context0))
            return failure(undefinedError(u"Factorials are those of whole numbers from 0."_s));
        return m_algebra.call("factorial", number);
    }

    Result<Value> call(const Node &node, const Value &argument, const Value &second)
    {
        const bool isArgumentKnown = isKnown(node.left);
        switch (node.function) {
        case Function::Sqrt:
            return isArgumentKnown ? squareRootOf(m_algebra, argument) : m_algebra.call("sqrt", argument);
        case Function::Abs: return isArgumentKnown ? absoluteOf(m_algebra, argument) : m_algebra.call("abs", argument);
        case Function::Exp:
            return isArgumentKnown ? exponentialOf(m_algebra, argument) : m_algebra.call("exp", argument);
        case Function::Sin: return isArgumentKnown ? sineOf(m_algebra, argument) : m_algebra.call("sin", argument);
        case Function::Cos: return isArgumentKnown ? cosineOf(m_algebra, argument) : m_algebra.call("cos", argument);
        case Function::Asin: return inverse("asin", argument, isArgumentKnown);
        case Function::Acos: return inverse("acos", argument, isArgumentKnown);
        case Function::Atan: return inverse("atan", argument, isArgumentKnown);
        case Function::Tan: return tangent(argument, isArgumentKnown);
        case Function::Log:
            return node.right < 0 ? logarithm(argument, isArgumentKnown)
                                  : logarithm(argument, isArgumentKnown, second, isKnown(node.right));
        case Function::Log10: return logarithm(argument, isArgumentKnown, Value(10), true);
        case Function::Log2: return logarithm(argument, isArgumentKnown, Value(2), true);
        default: break;
        }
        if (!isArgumentKnown)
            return failure(Error::invalid(u"Equations with rounded unknowns cannot be solved."_s, {}, u"too_hard"_s));
        return rounding(node, argument, second);
    }

    /// Of what is real and gives something real: the library's are not the usual branches elsewhere.
    Result<Value> inverse(const char *function, const Value &argument, bool isKnown)
    {
        if (!isKnown)
            return m_algebra.call(function, argument);
        TRY(const bool isArgumentReal, isReal(m_algebra, argument));
        if (!isArgumentReal)
            return failure(undefinedError(u"%1 is of real numbers here."_s.arg(QLatin1StringView(function))));
        if (std::strcmp(function, "atan") != 0) {
            TRY(const Value size, absoluteOf(m_algebra, argument));
            const Value excess = m_algebra.difference(size, Value(1));
            TRY(const bool isInside, isNegative(m_algebra, excess));
            if (!isInside && !m_algebra.isZero(excess))
                return failure(undefinedError(u"%1 is of numbers from -1 to 1."_s.arg(QLatin1StringView(function))));
        }
        return m_algebra.call(function, m_algebra.simplified(argument));
    }

    Result<Value> tangent(const Value &argument, bool isKnown)
    {
        if (!isKnown)
            return m_algebra.call("tan", argument);
        TRY(const Value cosine, cosineOf(m_algebra, argument));
        if (m_algebra.isZero(cosine))
            return failure(undefinedError(u"The tangent is not defined there."_s));
        TRY(const bool isArgumentReal, isReal(m_algebra, argument));
        if (isArgumentReal)
            return m_algebra.call("tan", argument);
        TRY(const Value sine, sineOf(m_algebra, argument));
        return m_algebra.quotient(sine, cosine);
    }

    Result<Value> logarithm(const Value &argument, bool isKnown)
    {
        if (isKnown && m_algebra.isZero(argument))
            return failure(undefinedError(u"The logarithm of zero is not defined."_s));
        return isKnown ? logarithmOf(m_algebra, argument) : m_algebra.call("ln", argument);
    }

    Result<Value> logarithm(const Value &argument, bool isKnown, const Value &base, bool isBaseKnown)
    {
        TRY(const Value numerator, logarithm(argument, isKnown));
        TRY(const Value denominator, logarithm(base, isBaseKnown));
        if (isBaseKnown && m_algebra.isZero(denominator))
            return failure(undefinedError(u"There is no logarithm of base 1."_s));
        const Value ratio = m_algebra.quotient(numerator, denominator);
        return isKnown && isBaseKnown ? m_algebra.simplified(ratio) : ratio;
    }

    Result<Value> rounding(const Node &node, const Value &argument, const Value &second)
    {
        TRY(const bool isArgumentReal, isReal(m_algebra, argument));
        if (!isArgumentReal)
            return failure(undefinedError(u"Only real numbers are rounded."_s));
        switch (node.function) {
        case Function::Floor: return floorOf(argument);
        case Function::Ceil:
            return floorOf(m_algebra.difference(Value(0), argument)).transform([this](const Value &value) {
                return m_algebra.difference(Value(0), value);
            });
        default: break;
        }
        if (!second.is_integer() || second.type != giac::_INT_ || std::abs(second.val) > mostDigits)
            return failure(undefinedError(u"Decimals to round to are a whole number."_s));
        const Value scale = m_algebra.power(Value(10), second);
        // Halves go away from zero.
        TRY(const Value size, absoluteOf(m_algebra, argument));
        TRY(const bool isArgumentNegative, isNegative(m_algebra, argument));
        const Value scaled = m_algebra.product(size, scale);
        TRY(const Value whole, floorOf(m_algebra.sum(scaled, m_algebra.quotient(Value(1), Value(2)))));
        const Value rounded = m_algebra.quotient(whole, scale);
        return isArgumentNegative ? m_algebra.difference(Value(0), rounded) : rounded;
    }

    /// The library's own goes through doubles.
    Result<Value> floorOf(const Value &argument)
    {
        const Value value = m_algebra.simplified(argument);
        if (Algebra::isRational(value))
            return m_algebra.call("floor", value);
        const double size = m_algebra.toDouble(m_algebra.call("abs", m_algebra.approximation(value, 20)));
        if (!(size < 1e300))
            return failure(tooHard());
        const Value number = m_algebra.approximation(value, 60 + int(std::log10(size + 1)));
        if (!Algebra::isFullNumber(number))
            return failure(tooHard());
        const Value real = m_algebra.real(number);
        const Value whole = m_algebra.call("floor", real);
        const double rest = m_algebra.toDouble(m_algebra.difference(real, whole));
        // So near to a whole number that the digits do not tell on which side.
        if (!whole.is_integer() || !(rest > 1e-30 && rest < 1 - 1e-15))
            return failure(tooHard());
        return whole;
    }

    Algebra &m_algebra;
    const std::vector<Node> &m_nodes;
    const Value m_variable;
    const bool m_isVariableKnown;
    std::vector<Value> m_values;
    std::vector<bool> m_isConstant; ///< of each of them
};

}

Result<Value> evaluate(Algebra &algebra, const Expression &expression, const Value &variable)
{
    return Evaluator(algebra, expression, variable).run();
}

}
