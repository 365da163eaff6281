// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/polynomialroots.h"

#include "daemon/tools/algebra/complexfunctions.h"

#include <algorithm>

namespace moe::tools {

namespace {

constexpr int mostRefinements = 8;

/// Finds the roots of a polynomial that has no multiple ones, and proves that it found all.
class RootFinder
{
public:
    RootFinder(Algebra &algebra, const Polynomial &polynomial, int digits)
        : m_algebra(algebra)
        , m_polynomial(polynomial)
        , m_digits(digits)
    {
        for (const Value &coefficient : polynomial.coefficients()) {
            m_coefficients.push_back(m_algebra.approximation(coefficient, digits));
            m_sizes.push_back(m_algebra.size(m_coefficients.back()));
        }
        m_isReal = std::ranges::all_of(m_coefficients, [this](const Value &coefficient) {
            return giac::is_exactly_zero(m_algebra.imaginary(coefficient));
        });
    }

    /// With the digits of this; the library finds them with those of a double at times.
    std::vector<Value> approximateRoots()
    {
        giac::vecteur roots;
        const Value list(giac::vecteur(m_coefficients.data(), m_coefficients.data() + m_coefficients.size()),
                         giac::_POLY1__VECT);
        if (const Value found = m_algebra.call("proot", list, Value(m_digits)); found.type == giac::_VECT)
            roots = *found._VECTptr;
        std::vector<Value> refinedRoots;
        std::ranges::transform(roots, std::back_inserter(refinedRoots),
                               [this](const Value &root) { return refined(root); });
        return areAll(refinedRoots) ? refinedRoots : std::vector<Value>();
    }

    /// A circle around each holds one root for certain (its radius is the degree times Newton's step). As many circles
    /// as there are roots, none of which touches another, hold one each.
    bool areAll(const std::vector<Value> &roots)
    {
        if (int(roots.size()) != m_polynomial.degree())
            return false;
        std::vector<Value> places;
        std::vector<Value> radii;
        for (const Value &root : roots) {
            places.push_back(m_algebra.approximation(root, m_digits));
            const auto radius = radiusAround(places.back());
            if (!radius)
                return false;
            radii.push_back(*radius);
        }
        for (std::size_t i = 0; i < places.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                const Value distance = m_algebra.size(m_algebra.difference(places[i], places[j]));
                if (!isLess(m_algebra.sum(radii[i], radii[j]), distance))
                    return false;
            }
        }
        return true;
    }

private:
    struct Values {
        Value value;
        Value slope;
    };

    Values at(const Value &place)
    {
        Values values{m_coefficients.front(), Value(0)};
        for (std::size_t i = 1; i < m_coefficients.size(); ++i) {
            values.slope = m_algebra.sum(m_algebra.product(values.slope, place), values.value);
            values.value = m_algebra.sum(m_algebra.product(values.value, place), m_coefficients[i]);
        }
        return values;
    }

    Value refined(const Value &start)
    {
        const bool hasManyDigits = Algebra::isFullNumber(start);
        Value root = m_algebra.approximation(hasManyDigits ? start : m_algebra.call("exact", start), m_digits);
        for (int i = 0; i < mostRefinements; ++i) {
            const Values here = at(root);
            if (giac::is_exactly_zero(here.value) || giac::is_exactly_zero(here.slope))
                break;
            const Value step = m_algebra.quotient(here.value, here.slope);
            root = m_algebra.approximation(m_algebra.difference(root, step), m_digits);
            if (isLess(m_algebra.size(step), m_algebra.product(m_algebra.size(root), smallness(m_digits - 8))))
                break;
        }
        return isReal(root) ? m_algebra.real(root) : root;
    }

    /// A circle that its mirror image touches and no other holds a real root, and areAll() sees to the others.
    bool isReal(const Value &root)
    {
        if (!m_isReal)
            return false;
        const auto radius = radiusAround(root);
        return radius && !isLess(*radius, m_algebra.size(m_algebra.imaginary(root)));
    }

    /// Nothing if it is so large that the place would have fewer digits than are told.
    std::optional<Value> radiusAround(const Value &place)
    {
        const Values here = at(place);
        if (giac::is_exactly_zero(here.slope))
            return {};
        const Value size = m_algebra.size(place);
        Value rounding = Value(0);
        for (const Value &coefficient : m_sizes)
            rounding = m_algebra.sum(m_algebra.product(rounding, size), coefficient);
        const Value error
            = m_algebra.sum(m_algebra.size(here.value), m_algebra.product(rounding, smallness(m_digits - 4)));
        const Value step = m_algebra.quotient(error, m_algebra.size(here.slope));
        const Value radius = m_algebra.product(Value(m_polynomial.degree()), step);
        if (!isLess(radius, m_algebra.product(size, smallness(25))))
            return {};
        return radius;
    }

    Value smallness(int digits) { return m_algebra.quotient(Value(1), m_algebra.power(Value(10), Value(digits))); }

    bool isLess(const Value &a, const Value &b) { return m_algebra.isPositive(m_algebra.difference(b, a)); }

    Algebra &m_algebra;
    const Polynomial &m_polynomial;
    const int m_digits;
    std::vector<Value> m_coefficients;
    std::vector<Value> m_sizes;
    bool m_isReal = false; ///< with real coefficients
};

std::vector<PolynomialRoot> linearRoot(Algebra &algebra, const std::vector<Value> &c)
{
    return {{algebra.simplified(algebra.quotient(algebra.difference(Value(0), c[1]), c[0]))}};
}

/// By the formula; nothing if it cannot be told whether there are two.
std::vector<PolynomialRoot> quadraticRoots(Algebra &algebra, const Polynomial &polynomial)
{
    const std::vector<Value> &c = polynomial.coefficients();
    const Value doubled = algebra.product(Value(2), c[0]);
    const Value middle = algebra.quotient(algebra.difference(Value(0), c[1]), doubled);
    const Value product = algebra.product(algebra.product(Value(4), c[0]), c[2]);
    const Value discriminant = algebra.simplified(algebra.difference(algebra.product(c[1], c[1]), product));
    if (algebra.isZero(discriminant))
        return {{algebra.simplified(middle), 2}};
    const auto root = squareRootOf(algebra, discriminant);
    if (!root)
        return {};
    const Value half = algebra.quotient(*root, doubled);
    const std::vector<Value> roots{algebra.simplified(algebra.sum(middle, half)),
                                   algebra.simplified(algebra.difference(middle, half))};
    if (!RootFinder(algebra, polynomial, workingDigits).areAll(roots))
        return {};
    return {{roots[0]}, {roots[1]}};
}

/// Nothing if any has no form that can be read.
std::vector<Value> closedRoots(Algebra &algebra, const Polynomial &polynomial)
{
    if (polynomial.degree() < 3 || polynomial.degree() > 4)
        return {};
    const Value found = algebra.call("csolve", polynomial.function(), Algebra::variable());
    if (found.type != giac::_VECT || std::ranges::any_of(*found._VECTptr, [&algebra](const Value &root) {
            return algebra.closedForm(root).isEmpty();
        }))
        return {};
    return {found._VECTptr->begin(), found._VECTptr->end()};
}

}

std::optional<Polynomial> Polynomial::of(Algebra &algebra, const Value &function)
{
    const Value list = algebra.call("symb2poly", function, Algebra::variable());
    if (list.type != giac::_VECT)
        return {};
    Polynomial polynomial;
    polynomial.m_function = function;
    for (const Value &coefficient : *list._VECTptr) {
        if (giac::contains(giac::lidnt(coefficient), Algebra::variable()) || Algebra::isUndefined(coefficient))
            return {};
        polynomial.m_coefficients.push_back(coefficient);
    }
    if (polynomial.m_coefficients.empty() || algebra.isZero(polynomial.m_coefficients.front()))
        return {};
    return polynomial;
}

Polynomial Polynomial::dividedByVariable(Algebra &algebra) const
{
    Polynomial quotient;
    quotient.m_function = algebra.call("normal", algebra.quotient(m_function, Algebra::variable()));
    quotient.m_coefficients.assign(m_coefficients.begin(), m_coefficients.end() - 1);
    return quotient;
}

bool Polynomial::isRational() const { return std::ranges::all_of(m_coefficients, &Algebra::isRational); }

std::vector<PolynomialRoot> rootsOf(Algebra &algebra, const Polynomial &polynomial)
{
    if (polynomial.degree() < 1)
        return {};
    if (algebra.isZero(polynomial.coefficients().back())) {
        std::vector<PolynomialRoot> roots = rootsOf(algebra, polynomial.dividedByVariable(algebra));
        const auto zero
            = std::ranges::find_if(roots, [](const PolynomialRoot &root) { return giac::is_exactly_zero(root.value); });
        if (zero == roots.end())
            roots.push_back({Value(0)});
        else
            ++zero->multiplicity;
        return roots;
    }
    if (polynomial.degree() == 1)
        return linearRoot(algebra, polynomial.coefficients());
    if (polynomial.degree() == 2) {
        if (auto roots = quadraticRoots(algebra, polynomial); !roots.empty())
            return roots;
    }
    std::vector<Value> roots;
    if (polynomial.isRational()) {
        roots = closedRoots(algebra, polynomial);
        if (!RootFinder(algebra, polynomial, workingDigits).areAll(roots))
            roots.clear();
    }
    for (const int digits : {workingDigits, 3 * workingDigits}) {
        if (roots.empty())
            roots = RootFinder(algebra, polynomial, digits).approximateRoots();
    }
    std::vector<PolynomialRoot> found;
    std::ranges::transform(roots, std::back_inserter(found), [](const Value &root) { return PolynomialRoot{root}; });
    return found;
}

}
