// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/solve.h"

#include "daemon/tools/algebra/expression.h"
#include "daemon/tools/calculate.h"
#include "daemon/tools/workertool.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

struct SolveInput {
    QString equation;
    QString variable = u"x"_s;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&SolveInput::equation>{"equation"_L1, Presence::Required,
                                         "Such as x^2 - 5x + 6 = 0; without an equals sign the other side is 0"_L1},
            Field<&SolveInput::variable>{"variable"_L1, Presence::Optional, "What to solve for; x if not given"_L1}};
    }
};

enum class Outcome { Roots, NoSolution, NoneFound, AlwaysTrue };

constexpr auto enumNames(Outcome)
{
    return std::array{wire::EnumName{Outcome::Roots, "roots"_L1}, wire::EnumName{Outcome::NoSolution, "no_solution"_L1},
                      wire::EnumName{Outcome::NoneFound, "none_found"_L1},
                      wire::EnumName{Outcome::AlwaysTrue, "infinitely_many"_L1}};
}

struct Root {
    QString value;
    std::optional<QString> exact;
    bool isRounded = false;
    bool isReal = true;
    std::optional<QString> real;
    std::optional<QString> imaginary;
    int multiplicity = 1;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&Root::value>{"value"_L1, Presence::Required, "Decimal; of a complex root both parts"_L1},
            Field<&Root::exact>{"exact"_L1, Presence::Optional,
                                "As a fraction or in closed form, where there is one that says more"_L1},
            Field<&Root::isRounded>{"rounded"_L1, Presence::Required,
                                    "The value has 15 significant digits and is not exact"_L1},
            Field<&Root::isReal>{"is_real"_L1, Presence::Required},
            Field<&Root::real>{"real"_L1, Presence::Optional, "Real part of a complex root"_L1},
            Field<&Root::imaginary>{"imaginary"_L1, Presence::Optional, "Imaginary part of a complex root"_L1},
            Field<&Root::multiplicity>{"multiplicity"_L1, Presence::Required}};
    }
};

struct SolveOutput {
    Outcome outcome = Outcome::Roots;
    bool isComplete = true;
    QList<Root> roots;
    std::optional<QString> note;

    static constexpr auto fields()
    {
        return std::tuple{Field<&SolveOutput::outcome>{"outcome"_L1, Presence::Required,
                                                       "none_found: there may be solutions that were not found"_L1},
                          Field<&SolveOutput::isComplete>{"complete"_L1, Presence::Required, "These are all roots"_L1},
                          Field<&SolveOutput::roots>{"roots"_L1, Presence::Required},
                          Field<&SolveOutput::note>{"note"_L1, Presence::Optional}};
    }
};

Result<Root> rootOf(const RootReply &reply)
{
    TRY(const NumberText number, numberText(reply.value));
    Root root{.value = number.text,
              .exact = number.exact,
              .isRounded = number.isRounded,
              .isReal = number.imaginary == "0"_L1,
              .real = {},
              .imaginary = {},
              .multiplicity = reply.multiplicity};
    if (!root.isReal) {
        root.real = number.real;
        root.imaginary = number.imaginary;
    }
    return root;
}

/// Real ones first, by size.
bool isBefore(const Root &a, const Root &b)
{
    const auto keyOf = [](const Root &root) {
        return std::tuple(!root.isReal, root.real.value_or(root.value).toDouble(),
                          root.imaginary.value_or(QString()).toDouble());
    };
    return keyOf(a) < keyOf(b);
}

Outcome outcomeOf(const SolveReply &reply)
{
    if (reply.isAlwaysTrue)
        return Outcome::AlwaysTrue;
    if (!reply.roots.isEmpty())
        return Outcome::Roots;
    return reply.isComplete ? Outcome::NoSolution : Outcome::NoneFound;
}

Result<SolveOutput> outputOf(const SolveReply &reply)
{
    SolveOutput output{.outcome = outcomeOf(reply), .isComplete = reply.isComplete, .roots = {}, .note = {}};
    for (const RootReply &each : reply.roots) {
        TRY(Root root, rootOf(each));
        output.roots.append(std::move(root));
    }
    std::ranges::sort(output.roots, &isBefore);
    if (reply.isAlwaysTrue)
        output.note = u"The equation holds for all values for which both sides are defined."_s;
    else if (!reply.isComplete)
        output.note = u"There may be further roots that were not found."_s;
    return output;
}

Task<SolveOutput> solve(WorkerPool *pool, SolveInput input, RequestContext context)
{
    if (auto parsed = parseEquation(input.equation, input.variable); !parsed) {
        if (parsed.error().param.isEmpty())
            parsed.error().param = u"equation"_s;
        co_return failure(parsed.error());
    }
    CO_TRY(const SolveReply reply,
           co_await askWorker<SolveReply>(pool, "solve", wire::write(SolveJob{input.equation, input.variable}),
                                          std::move(context)));
    co_return outputOf(reply);
}

QString textOf(const SolveInput &input, const SolveOutput &output)
{
    switch (output.outcome) {
    case Outcome::NoSolution: return u"The equation has no solution."_s;
    case Outcome::NoneFound: return u"No solution was found; there may be one."_s;
    case Outcome::AlwaysTrue: return u"Every %1 is a solution."_s.arg(input.variable);
    case Outcome::Roots: break;
    }
    QStringList roots;
    for (const Root &root : output.roots)
        roots += input.variable + (root.isRounded ? u" ≈ "_s : u" = "_s) + root.value;
    const QString text = roots.join(u", "_s);
    return output.note ? QString(text + u". "_s + *output.note) : text;
}

}

ToolList solveTools(WorkerPool &pool)
{
    return {workerTool({"solve_equation"_L1, "Solve an equation"_L1,
                        "Solves an equation with one unknown: exact roots where they exist, all real and complex roots "
                        "of polynomials, with decimal values. Says when there is no solution or every value is one, "
                        "and whether the list of roots is complete."_L1},
                       pool, &solve, &textOf)};
}

}
