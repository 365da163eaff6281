// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/algebra.h"

#include <cmath>
#include <map>
#include <string_view>

namespace moe::tools {

namespace {

constexpr int toldDigits = 40;
constexpr int checkingDigits = 90;
constexpr qsizetype longestClosedForm = 400;
constexpr int largestDenominator = 1'000;

/// By its name, which the library has to parse: once for each.
const Value &functionNamed(const char *name)
{
    static std::map<std::string, Value, std::less<>> known;
    const auto found = known.find(std::string_view(name));
    return found != known.end() ? found->second
                                : known.emplace(name, Value(std::string(name), giac::context0)).first->second;
}

/// A double tells only so much: if in doubt, yes.
bool isNearFraction(double value)
{
    const double size = std::abs(value);
    if (!(size > 1e-6 && size < 1e6))
        return true;
    for (int i = 1; i <= largestDenominator; ++i) {
        if (std::abs(value * i - std::round(value * i)) < 1e-13 * size * i)
            return true;
    }
    return false;
}

}

// What is asked for with more digits comes with a double's otherwise, of some functions.
Algebra::Algebra() { giac::decimal_digits(workingDigits, &m_context); }

Value Algebra::call(const char *function, const Value &argument)
{
    return functionNamed(function)(argument, &m_context);
}

Value Algebra::call(const char *function, const Value &first, const Value &second)
{
    return call(function, giac::makesequence(first, second));
}

Value Algebra::sum(const Value &a, const Value &b) { return giac::operator_plus(a, b, &m_context); }

Value Algebra::difference(const Value &a, const Value &b) { return giac::operator_minus(a, b, &m_context); }

Value Algebra::product(const Value &a, const Value &b) { return giac::operator_times(a, b, &m_context); }

Value Algebra::quotient(const Value &a, const Value &b) { return giac::rdiv(a, b, &m_context); }

Value Algebra::power(const Value &base, const Value &exponent) { return giac::pow(base, exponent, &m_context); }

Value Algebra::size(const Value &value) { return giac::abs(value, &m_context); }

Value Algebra::real(const Value &value) { return giac::re(value, &m_context); }

Value Algebra::imaginary(const Value &value) { return giac::im(value, &m_context); }

Value Algebra::integer(const QByteArray &digits)
{
    mpz_t number;
    mpz_init_set_str(number, digits.isEmpty() ? "0" : digits.constData(), 10);
    const Value value = integer(number);
    mpz_clear(number);
    return value;
}

Value Algebra::integer(const mpz_t &number)
{
    // As an exponent a small number in the form of a large one is not recognised.
    return mpz_fits_sint_p(number) ? Value(int(mpz_get_si(number))) : Value(number);
}

Value Algebra::variable()
{
    static const giac::identificateur name("x");
    return Value(name);
}

Value Algebra::pi() { return giac::cst_pi; }

bool Algebra::isRational(const Value &value)
{
    if (value.type == giac::_FRAC)
        return value._FRACptr->num.is_integer() && value._FRACptr->den.is_integer();
    return value.is_integer();
}

bool Algebra::isUndefined(const Value &value)
{
    return giac::is_undef(value) || giac::is_inf(value) || value.type == giac::_STRNG || value.type == giac::_VECT;
}

bool Algebra::hasManyDigits(const Value &value)
{
    return value.type == giac::_REAL || (value.type == giac::_CPLX && value._CPLXptr->type == giac::_REAL);
}

bool Algebra::isFullNumber(const Value &value)
{
    if (value.type == giac::_CPLX)
        return isFullNumber(*value._CPLXptr) && isFullNumber(*(value._CPLXptr + 1));
    return isRational(value) || value.type == giac::_REAL;
}

bool Algebra::isWithin(const Value &small, const Value &whole, int digits)
{
    const Value scale = power(Value(10), Value(digits));
    const Value most = approximation(size(whole), workingDigits);
    const Value scaled = product(approximation(size(small), workingDigits), scale);
    return isFullNumber(most) && isFullNumber(scaled) && !isPositive(difference(scaled, most));
}

bool Algebra::isZero(const Value &value)
{
    if (isRational(value))
        return giac::is_zero(value);
    const double size = toDouble(call("abs", approximation(value, workingDigits)));
    if (!(size < 1e-30))
        return false;
    const bool isApproximate = value.type == giac::_REAL || value.type == giac::_DOUBLE_ || value.type == giac::_CPLX;
    return isApproximate || giac::is_zero(simplified(value)) || giac::is_zero(call("simplify", value));
}

bool Algebra::isPositive(const Value &value) { return giac::is_strictly_positive(value, &m_context); }

Value Algebra::at(const Value &function, const Value &place)
{
    return approximation(giac::subst(function, variable(), place, false, &m_context), workingDigits);
}

Value Algebra::approximation(const Value &value, int digits) { return call("evalf", value, Value(digits)); }

double Algebra::toDouble(const Value &value)
{
    const Value number = giac::evalf_double(value, 1, &m_context);
    return number.type == giac::_DOUBLE_ ? number.DOUBLE_val() : std::nan("");
}

QString Algebra::text(const Value &value) { return QString::fromStdString(value.print(&m_context)); }

QString Algebra::closedForm(const Value &value)
{
    const QString form = text(value);
    const bool isReadable = form.size() <= longestClosedForm && !form.contains(u'.') && !form.contains("rootof"_L1)
        && !form.contains(u'"');
    return isReadable || isRational(value) ? form : QString();
}

Value Algebra::simplified(const Value &value)
{
    if (isRational(value))
        return value;
    // Full simplification takes milliseconds: only where a rational number may come out.
    const Value number = approximation(value, workingDigits);
    const bool mayBeRational = isNearFraction(toDouble(real(number))) && isNearFraction(toDouble(imaginary(number)));
    // Nor where the library takes seconds: roots of complex numbers in others.
    if (!mayBeRational && !isWithin(imaginary(number), number, 35))
        return value;
    const Value simple = call(mayBeRational ? "simplify" : "normal", value);
    const bool isSimpler = isRational(simple) || text(simple).size() <= text(value).size();
    return isSimpler && isSame(simple, number) ? simple : value;
}

bool Algebra::isSame(const Value &simple, const Value &number)
{
    if (!isFullNumber(number))
        return true;
    const Value error = difference(approximation(simple, workingDigits), number);
    return isWithin(error, giac::is_exactly_zero(simple) ? Value(1) : number, giac::is_exactly_zero(simple) ? 45 : 30);
}

RealReply Algebra::realReply(const Value &value) { return {text(value), isRational(value)}; }

Result<NumberReply> Algebra::number(const Value &value)
{
    if (isUndefined(value))
        return failure(undefinedError(u"The result is not defined."_s));
    const Value simple = simplified(value);
    NumberReply reply{.exact = closedForm(simple), .real = {}, .imaginary = {}};
    if (isRational(simple)) {
        reply.real = realReply(simple);
        return reply;
    }
    const Value number = approximation(simple, workingDigits);
    const Value better = approximation(simple, checkingDigits);
    if (!isFullNumber(number) || !isFullNumber(better) || giac::is_exactly_zero(better)
        || !isTold(real(number), real(better), better) || !isTold(imaginary(number), imaginary(better), better))
        return failure(Error::invalid(u"The result cannot be told to 15 digits."_s, {}, u"too_hard"_s));
    reply.real = partReply(real(simple), real(number), number);
    reply.imaginary = partReply(imaginary(simple), imaginary(number), number);
    return reply;
}

bool Algebra::isTold(const Value &part, const Value &better, const Value &whole)
{
    return isWithin(better, whole, 35) || isWithin(difference(part, better), better, 20);
}

RealReply Algebra::partReply(const Value &exact, const Value &approximate, const Value &whole)
{
    if (isRational(exact))
        return realReply(exact);
    if (giac::is_exactly_zero(approximate))
        return {};
    if (isNearFraction(toDouble(approximate))) {
        if (const Value simple = simplified(exact); isRational(simple))
            return realReply(simple);
    }
    return isWithin(approximate, whole, 35) ? RealReply() : realReply(approximation(approximate, toldDigits));
}

Error undefinedError(const QString &message) { return Error::invalid(message, {}, u"undefined"_s); }

}
