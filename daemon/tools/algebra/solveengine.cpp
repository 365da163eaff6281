// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/algebra.h"
#include "daemon/tools/algebra/algebraengines.h"
#include "daemon/tools/algebra/fractionalpowers.h"
#include "daemon/tools/algebra/polynomialroots.h"
#include "shared/wire/codec.h"

#include <cmath>
#include <numbers>

namespace moe::tools {

namespace {

constexpr int highestDegree = 100;
constexpr qsizetype mostRoots = 200;
constexpr int largestDenominator = 100;
constexpr int mostRefinements = 8;

class Solver
{
public:
    explicit Solver(const Equation &equation) : m_equation(equation) { }

    Result<SolveReply> run()
    {
        TRY(const Value difference, differenceOf(m_equation, m_x));
        m_difference = difference;
        const Value normal = m_algebra.call("normal", m_difference);
        if (giac::is_zero(normal))
            return SolveReply{.isAlwaysTrue = true, .isComplete = true, .roots = {}};
        if (!isWithUnknown(normal))
            return SolveReply{.isAlwaysTrue = m_algebra.isZero(normal), .isComplete = true, .roots = {}};
        const Value numerator = m_algebra.call("numer", normal);
        m_reply.isComplete = !isWithUnknown(numerator);
        if (const auto polynomial = Polynomial::of(m_algebra, numerator)) {
            TRY_VOID(solvePolynomial(*polynomial));
        } else if (giac::is_zero(m_algebra.call("simplify", m_difference))) {
            m_reply = {.isAlwaysTrue = true, .isComplete = true, .roots = {}};
        } else if (!m_reply.isComplete && !solveForRoot()) {
            solveOther();
        }
        return std::move(m_reply);
    }

private:
    bool isWithUnknown(const Value &value) { return giac::contains(giac::lidnt(value), m_x); }

    /// Left side minus right side.
    Result<Value> differenceOf(const Equation &equation, const Value &place)
    {
        TRY(const Value left, evaluate(m_algebra, equation.left, place));
        TRY(const Value right, evaluate(m_algebra, equation.right, place));
        return m_algebra.difference(left, right);
    }

    Result<void> solvePolynomial(const Polynomial &polynomial)
    {
        const bool isPlain = isRationalFunction(m_equation.left) && isRationalFunction(m_equation.right);
        TRY(const std::vector<PolynomialRoot> roots, allRootsOf(polynomial));
        for (const PolynomialRoot &root : roots) {
            if (isPlain)
                addRootOfNumerator(root);
            else
                add(root.value, root.multiplicity);
        }
        return {};
    }

    /// With rational coefficients, factor by factor: the factors have no roots in common, and no multiple ones. Not all
    /// are found, if any, where the reply says so.
    Result<std::vector<PolynomialRoot>> allRootsOf(const Polynomial &polynomial)
    {
        if (polynomial.degree() > highestDegree)
            return failure(
                Error::invalid(u"Polynomials are solved up to degree %1."_s.arg(highestDegree), {}, u"too_hard"_s));
        m_reply.isComplete = true;
        if (!polynomial.isRational())
            return checkedRootsOf(polynomial);
        std::vector<PolynomialRoot> roots;
        const giac::vecteur list = listOf(m_algebra.call("factors", polynomial.function()));
        for (std::size_t i = 0; i + 1 < list.size(); i += 2) {
            if (!isWithUnknown(list[i]))
                continue;
            const auto factor = Polynomial::of(m_algebra, list[i]);
            m_reply.isComplete = m_reply.isComplete && factor;
            for (PolynomialRoot root : factor ? checkedRootsOf(*factor) : std::vector<PolynomialRoot>()) {
                root.multiplicity *= list[i + 1].val;
                roots.push_back(std::move(root));
            }
        }
        return roots;
    }

    std::vector<PolynomialRoot> checkedRootsOf(const Polynomial &polynomial)
    {
        std::vector<PolynomialRoot> roots = rootsOf(m_algebra, polynomial);
        int count = 0;
        for (const PolynomialRoot &root : roots)
            count += root.multiplicity;
        m_reply.isComplete = m_reply.isComplete && count == polynomial.degree();
        return roots;
    }

    /// That is a root of the equation as well, unless something is divided by zero there.
    void addRootOfNumerator(const PolynomialRoot &root)
    {
        const bool isExact = Algebra::isRational(root.value);
        if (differenceOf(m_equation, isExact ? root.value : m_algebra.approximation(root.value, workingDigits)))
            append(root.value, root.multiplicity);
        else // What is nearly zero may not be.
            m_reply.isComplete = m_reply.isComplete && isExact;
    }

    /// For the unknown's root of some degree, if there is a polynomial for that.
    bool solveForRoot()
    {
        const auto other = withoutFractionalPowers(m_algebra, m_equation);
        if (!other || !isRationalFunction(other->equation.left) || !isRationalFunction(other->equation.right))
            return false;
        const auto difference = differenceOf(other->equation, m_x);
        if (!difference)
            return false;
        const auto polynomial
            = Polynomial::of(m_algebra, m_algebra.call("numer", m_algebra.call("normal", *difference)));
        if (!polynomial)
            return false;
        const auto roots = allRootsOf(*polynomial);
        if (!roots)
            return false;
        for (const PolynomialRoot &root : *roots)
            addPower(root, other->degree);
        return true;
    }

    /// If the root is the principal one of its power.
    void addPower(const PolynomialRoot &root, int degree)
    {
        const Value place = m_algebra.approximation(root.value, workingDigits);
        const double real = m_algebra.toDouble(m_algebra.call("re", place));
        const double imaginary = m_algebra.toDouble(m_algebra.call("im", place));
        const double angle = std::abs(std::atan2(imaginary, real)) * degree / std::numbers::pi;
        if (angle > 1 + 1e-9)
            return;
        const Value value = m_algebra.simplified(m_algebra.power(root.value, Value(degree)));
        if (angle < 1 - 1e-9)
            add(value, root.multiplicity);
        else // so near to where the principal root jumps that it cannot be told
            m_reply.isComplete = false;
    }

    static giac::vecteur listOf(const Value &list)
    {
        return list.type == giac::_VECT ? *list._VECTptr : giac::vecteur();
    }

    /// The library throws where its method does not apply.
    giac::vecteur solutions(const char *method, const Value &function)
    {
        try {
            return listOf(m_algebra.call(method, function, m_x));
        } catch (const std::exception &) {
            return {};
        }
    }

    /// What the library finds; there may be more. What it finds exactly comes first.
    void solveOther()
    {
        giac::vecteur approximate;
        for (const char *method : {"csolve", "solve"}) {
            for (const Value &root : solutions(method, m_difference)) {
                if (m_algebra.closedForm(root).isEmpty())
                    approximate.push_back(root);
                else
                    addNew(recognised(root));
            }
        }
        if (m_reply.roots.isEmpty() && approximate.empty())
            approximate = solutions("fsolve", m_difference);
        for (const Value &root : approximate)
            addNew(recognised(refined(root)));
    }

    /// A fraction instead of its decimals, or of a form that does not show it, if that is a root itself.
    Value recognised(const Value &root)
    {
        const double value = m_algebra.toDouble(root);
        for (int i = 1; i <= largestDenominator && std::abs(value) < 1e6; ++i) {
            const double numerator = std::round(value * i);
            if (std::abs(value * i - numerator) > 1e-9)
                continue;
            const Value fraction = m_algebra.quotient(Value(int(numerator)), Value(i));
            const auto difference = differenceOf(m_equation, fraction);
            return difference && m_algebra.isZero(*difference) ? fraction : root;
        }
        return root;
    }

    /// Newton's method: the library finds roots with the digits of a double.
    Value refined(const Value &start)
    {
        Value root = m_algebra.approximation(m_algebra.call("exact", start), workingDigits);
        for (int i = 0; i < mostRefinements; ++i) {
            const auto step = stepFrom(root);
            if (!step)
                break;
            root = m_algebra.approximation(m_algebra.difference(root, *step), workingDigits);
        }
        return root;
    }

    /// Newton's, of the equation as it was written.
    std::optional<Value> stepFrom(const Value &place)
    {
        const auto difference = differenceOf(m_equation, place);
        const Value slope = m_algebra.at(m_algebra.call("diff", m_difference, m_x), place);
        if (!difference || Algebra::isUndefined(slope) || giac::is_exactly_zero(slope))
            return {};
        const Value step = m_algebra.approximation(m_algebra.quotient(*difference, slope), workingDigits);
        return Algebra::isFullNumber(step) ? std::optional(step) : std::nullopt;
    }

    /// What one method found already comes in another form at times.
    void addNew(const Value &root)
    {
        const Value place = m_algebra.approximation(root, workingDigits);
        const bool isKnown = std::ranges::any_of(m_places, [&](const Value &other) {
            return m_algebra.isWithin(m_algebra.difference(place, other), place, 40);
        });
        if (!isKnown && add(root, 1))
            m_places.push_back(place);
    }

    /// If it is one: whatever was found is put into the equation as it was written.
    bool add(const Value &root, int multiplicity)
    {
        if (isWithUnknown(root) || !isRoot(root)) {
            m_reply.isComplete = false;
            return false;
        }
        return append(root, multiplicity);
    }

    bool append(const Value &root, int multiplicity)
    {
        auto value = m_algebra.number(root);
        if (!value || m_reply.roots.size() >= mostRoots) {
            m_reply.isComplete = false;
            return false;
        }
        m_reply.roots.append({*std::move(value), multiplicity});
        return true;
    }

    bool isRoot(const Value &root)
    {
        const Value place = m_algebra.approximation(root, workingDigits);
        if (!Algebra::isFullNumber(place))
            return false;
        if (const auto step = stepFrom(place); step && m_algebra.isWithin(*step, place, 20))
            return true;
        // Newton's method is of no use at multiple roots, and at zero.
        const auto difference = differenceOf(m_equation, root);
        return !m_algebra.closedForm(root).isEmpty() && difference && m_algebra.isZero(*difference);
    }

    Algebra m_algebra;
    const Equation &m_equation;
    const Value m_x = Algebra::variable();
    Value m_difference;
    std::vector<Value> m_places; ///< of the roots that were found one by one
    SolveReply m_reply;
};

}

Result<QByteArray> solveEngine(const QByteArray &job)
{
    TRY(const SolveJob parsed, wire::read<SolveJob>(job));
    TRY(const Equation equation, parseEquation(parsed.equation, parsed.variable));
    return Solver(equation).run().transform(&wire::write<SolveReply>);
}

}
