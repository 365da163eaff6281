// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/algebra.h"
#include "daemon/tools/algebra/algebraengines.h"
#include "shared/wire/codec.h"

#include <cmath>

namespace moe::tools {

namespace {

constexpr int rootDigits = 40;
constexpr int highestDegree = 100;
constexpr qsizetype mostRoots = 200;
constexpr int largestDenominator = 100;

class Solver
{
public:
    explicit Solver(const Equation &equation) : m_equation(equation) { }

    Result<SolveReply> run()
    {
        TRY(const Value left, evaluate(m_algebra, m_equation.left, m_x));
        TRY(const Value right, evaluate(m_algebra, m_equation.right, m_x));
        m_difference = m_algebra.difference(left, right);
        const Value normal = m_algebra.call("normal", m_difference);
        if (giac::is_zero(normal))
            return SolveReply{.isAlwaysTrue = true, .isComplete = true, .roots = {}};
        if (!isWithUnknown(normal))
            return SolveReply{.isAlwaysTrue = m_algebra.isZero(normal), .isComplete = true, .roots = {}};
        const Value numerator = m_algebra.call("numer", normal);
        m_reply.isComplete = !isWithUnknown(numerator);
        if (giac::lvar(numerator) == giac::vecteur(1, m_x)) {
            TRY_VOID(solvePolynomial(numerator));
        } else if (giac::is_zero(m_algebra.call("simplify", m_difference))) {
            m_reply = {.isAlwaysTrue = true, .isComplete = true, .roots = {}};
        } else if (!m_reply.isComplete) {
            solveOther();
        }
        return std::move(m_reply);
    }

private:
    bool isWithUnknown(const Value &value) { return giac::contains(giac::lidnt(value), m_x); }

    int degree(const Value &polynomial)
    {
        const Value degree = m_algebra.call("degree", polynomial, m_x);
        return degree.type == giac::_INT_ ? degree.val : -1;
    }

    /// With rational coefficients: factor by factor, so that each root comes once, and all of them.
    Result<void> solvePolynomial(const Value &polynomial)
    {
        if (degree(polynomial) > highestDegree)
            return failure(
                Error::invalid(u"Polynomials are solved up to degree %1."_s.arg(highestDegree), {}, u"too_hard"_s));
        m_reply.isComplete = true;
        const giac::vecteur list = listOf(m_algebra.call("factors", polynomial));
        for (std::size_t i = 0; i + 1 < list.size(); i += 2) {
            if (isWithUnknown(list[i]))
                addRoots(list[i], list[i + 1].val);
        }
        return {};
    }

    void addRoots(const Value &factor, int multiplicity)
    {
        const int count = degree(factor);
        giac::vecteur roots = count <= 4 ? exactRoots(factor) : giac::vecteur();
        if (int(roots.size()) != count)
            roots = listOf(m_algebra.call("proot", factor, Value(rootDigits)));
        if (int(roots.size()) != count)
            m_reply.isComplete = false;
        for (const Value &root : roots)
            add(root, multiplicity);
    }

    /// Nothing if any has no form that can be read.
    giac::vecteur exactRoots(const Value &factor)
    {
        const giac::vecteur roots = solutions("csolve", factor);
        const bool areReadable
            = std::ranges::none_of(roots, [this](const Value &root) { return m_algebra.closedForm(root).isEmpty(); });
        return areReadable ? roots : giac::vecteur();
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
                    add(root, 1);
            }
        }
        if (m_reply.roots.isEmpty() && approximate.empty())
            approximate = solutions("fsolve", m_difference);
        for (const Value &root : approximate)
            add(recognised(refined(root)), 1);
    }

    /// A fraction instead of its decimals, if that is a root itself.
    Value recognised(const Value &root)
    {
        const double value = m_algebra.toDouble(root);
        for (int i = 1; i <= largestDenominator && std::abs(value) < 1e6; ++i) {
            const double numerator = std::round(value * i);
            if (std::abs(value * i - numerator) > 1e-9)
                continue;
            const Value fraction = m_algebra.quotient(Value(int(numerator)), Value(i));
            const auto left = evaluate(m_algebra, m_equation.left, fraction);
            const auto right = evaluate(m_algebra, m_equation.right, fraction);
            return left && right && m_algebra.isZero(m_algebra.difference(*left, *right)) ? fraction : root;
        }
        return root;
    }

    /// Newton's method: the library finds roots with the digits of a double.
    Value refined(const Value &start)
    {
        const Value slope = m_algebra.call("diff", m_difference, m_x);
        Value root = m_algebra.approximation(m_algebra.call("exact", start), rootDigits);
        for (int i = 0; i < 6; ++i) {
            const Value divisor = m_algebra.at(slope, root);
            const auto left = evaluate(m_algebra, m_equation.left, root);
            const auto right = evaluate(m_algebra, m_equation.right, root);
            if (!left || !right || m_algebra.isZero(divisor))
                break;
            const Value step = m_algebra.quotient(m_algebra.difference(*left, *right), divisor);
            if (Algebra::isUndefined(step))
                break;
            root = m_algebra.approximation(m_algebra.difference(root, step), rootDigits);
        }
        return root;
    }

    /// If it is one: whatever was found is put into the equation as it was written.
    void add(const Value &root, int multiplicity)
    {
        if (m_reply.roots.size() >= mostRoots || isWithUnknown(root)
            || !isRoot(m_algebra.approximation(root, rootDigits)))
            return;
        auto value = m_algebra.number(root);
        if (!value || std::ranges::contains(m_reply.roots, nearness(*value), [this](const RootReply &other) {
                return nearness(other.value);
            }))
            return;
        m_reply.roots.append({*std::move(value), multiplicity});
    }

    /// What two forms of the same root have in common.
    static std::pair<double, double> nearness(const NumberReply &value)
    {
        return {float(rounded(value.real)), float(rounded(value.imaginary))};
    }

    static double rounded(const RealReply &real)
    {
        const QStringList parts = real.text.split(u'/');
        return parts.first().toDouble() / (parts.size() > 1 ? parts.last().toDouble() : 1.0);
    }

    bool isRoot(const Value &number)
    {
        const auto left = evaluate(m_algebra, m_equation.left, number);
        const auto right = evaluate(m_algebra, m_equation.right, number);
        if (!left || !right)
            return false;
        const double size = sizeOf(*left) + sizeOf(*right) + 1;
        return sizeOf(m_algebra.difference(*left, *right)) <= 1e-20 * size;
    }

    double sizeOf(const Value &value)
    {
        return m_algebra.toDouble(m_algebra.call("abs", m_algebra.approximation(value, rootDigits)));
    }

    Algebra m_algebra;
    const Equation &m_equation;
    const Value m_x = Algebra::variable();
    Value m_difference;
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
