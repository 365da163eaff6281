// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/complexfunctions.h"

namespace moe::tools {

namespace {

Error tooHard() { return Error::invalid(u"This cannot be calculated exactly."_s, {}, u"too_hard"_s); }

Value negative(Algebra &algebra, const Value &value) { return algebra.difference(Value(0), value); }

Value half(Algebra &algebra, const Value &value) { return algebra.quotient(value, Value(2)); }

/// a + bi.
Value complex(Algebra &algebra, const Value &real, const Value &imaginary)
{
    return algebra.sum(real, algebra.product(Value(0, 1), imaginary));
}

/// With this angle, in the length 1.
Value direction(Algebra &algebra, const Value &angle)
{
    return complex(algebra, algebra.call("cos", angle), algebra.call("sin", angle));
}

/// Above -pi, up to pi; not of zero.
Result<Value> angleOf(Algebra &algebra, const Value &value)
{
    const Value real = algebra.real(value);
    const Value imaginary = algebra.imaginary(value);
    TRY(const bool isBelow, isNegative(algebra, imaginary));
    if (algebra.isZero(real))
        return half(algebra, isBelow ? negative(algebra, algebra.pi()) : algebra.pi());
    TRY(const bool isLeft, isNegative(algebra, real));
    const Value angle = algebra.call("atan", algebra.quotient(imaginary, real));
    if (!isLeft)
        return angle;
    return isBelow ? algebra.difference(angle, algebra.pi()) : algebra.sum(angle, algebra.pi());
}

struct Hyperbolic {
    Value sine;
    Value cosine;
};

Hyperbolic hyperbolicOf(Algebra &algebra, const Value &value)
{
    const Value growing = algebra.call("exp", value);
    const Value falling = algebra.call("exp", negative(algebra, value));
    return {half(algebra, algebra.difference(growing, falling)), half(algebra, algebra.sum(growing, falling))};
}

}

Result<bool> isReal(Algebra &algebra, const Value &value)
{
    if (Algebra::isRational(value) || value.type == giac::_REAL || algebra.isZero(value))
        return true;
    const Value number = algebra.approximation(value, workingDigits);
    if (!Algebra::isFullNumber(number))
        return failure(tooHard());
    return algebra.isWithin(algebra.imaginary(number), number, 35);
}

Result<bool> isNegative(Algebra &algebra, const Value &value)
{
    if (algebra.isZero(value))
        return false;
    const Value number = algebra.approximation(value, workingDigits);
    const Value better = algebra.approximation(value, workingDigits + 30);
    if (!Algebra::isFullNumber(number) || !Algebra::isFullNumber(better)
        || !algebra.isWithin(algebra.difference(number, better), better, 10))
        return failure(tooHard());
    return algebra.isPositive(negative(algebra, algebra.real(better)));
}

Result<Value> absoluteOf(Algebra &algebra, const Value &value)
{
    TRY(const bool isValueReal, isReal(algebra, value));
    if (isValueReal) {
        TRY(const bool isValueNegative, isNegative(algebra, value));
        return isValueNegative ? negative(algebra, value) : value;
    }
    const Value real = algebra.real(value);
    const Value imaginary = algebra.imaginary(value);
    return algebra.call("sqrt", algebra.sum(algebra.product(real, real), algebra.product(imaginary, imaginary)));
}

Result<Value> squareRootOf(Algebra &algebra, const Value &value)
{
    TRY(const bool isValueReal, isReal(algebra, value));
    TRY(const Value size, absoluteOf(algebra, value));
    if (isValueReal) {
        TRY(const bool isValueNegative, isNegative(algebra, value));
        const Value root = algebra.call("sqrt", size);
        return isValueNegative ? algebra.product(Value(0, 1), root) : root;
    }
    const Value real = algebra.real(value);
    const Value imaginary = algebra.imaginary(value);
    TRY(const bool isBelow, isNegative(algebra, imaginary));
    TRY(const bool isLeft, isNegative(algebra, real));
    // The other part by division: as a root of a difference it would lose digits.
    const Value part = isLeft ? algebra.difference(size, real) : algebra.sum(size, real);
    const Value root = algebra.call("sqrt", half(algebra, part));
    const Value larger = isLeft && isBelow ? negative(algebra, root) : root;
    const Value smaller = half(algebra, algebra.quotient(imaginary, larger));
    return isLeft ? complex(algebra, smaller, larger) : complex(algebra, larger, smaller);
}

Result<Value> logarithmOf(Algebra &algebra, const Value &value)
{
    TRY(const bool isValueReal, isReal(algebra, value));
    TRY(const Value size, absoluteOf(algebra, value));
    const Value real = algebra.call("ln", size);
    if (isValueReal) {
        TRY(const bool isValueNegative, isNegative(algebra, value));
        return isValueNegative ? complex(algebra, real, algebra.pi()) : real;
    }
    TRY(const Value angle, angleOf(algebra, value));
    return complex(algebra, real, angle);
}

Result<Value> exponentialOf(Algebra &algebra, const Value &value)
{
    TRY(const bool isValueReal, isReal(algebra, value));
    if (isValueReal)
        return algebra.call("exp", value);
    return algebra.product(algebra.call("exp", algebra.real(value)), direction(algebra, algebra.imaginary(value)));
}

Result<Value> sineOf(Algebra &algebra, const Value &value)
{
    TRY(const bool isValueReal, isReal(algebra, value));
    if (isValueReal)
        return algebra.call("sin", value);
    const Value real = algebra.real(value);
    const Hyperbolic factors = hyperbolicOf(algebra, algebra.imaginary(value));
    return complex(algebra, algebra.product(algebra.call("sin", real), factors.cosine),
                   algebra.product(algebra.call("cos", real), factors.sine));
}

Result<Value> cosineOf(Algebra &algebra, const Value &value)
{
    TRY(const bool isValueReal, isReal(algebra, value));
    if (isValueReal)
        return algebra.call("cos", value);
    const Value real = algebra.real(value);
    const Hyperbolic factors = hyperbolicOf(algebra, algebra.imaginary(value));
    return complex(algebra, algebra.product(algebra.call("cos", real), factors.cosine),
                   negative(algebra, algebra.product(algebra.call("sin", real), factors.sine)));
}

Result<Value> complexPower(Algebra &algebra, const Value &base, const Value &exponent)
{
    if (giac::is_exactly_zero(algebra.difference(algebra.product(Value(2), exponent), Value(1))))
        return squareRootOf(algebra, base);
    TRY(const bool isExponentReal, isReal(algebra, exponent));
    TRY(const Value logarithm, logarithmOf(algebra, base));
    if (!isExponentReal)
        return exponentialOf(algebra, algebra.product(exponent, logarithm));
    TRY(const Value size, absoluteOf(algebra, base));
    return algebra.product(algebra.power(size, exponent),
                           direction(algebra, algebra.product(exponent, algebra.imaginary(logarithm))));
}

}
