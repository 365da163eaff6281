// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/fields.h"

#include <QList>

#include <array>

/// What the algebra engines answer, as JSON.
namespace moe::tools {

using namespace Qt::StringLiterals;

/// A real number: a whole number or a fraction "3/4" if it is rational, else some 40 digits ("0.14e3").
struct RealReply {
    QString text = QStringLiteral("0");
    bool isExact = true;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&RealReply::text>{"text"_L1}, wire::Field<&RealReply::isExact>{"is_exact"_L1}};
    }
};

/// A number as it was found.
struct NumberReply {
    QString exact; ///< in closed form, "2*sqrt(2)"; empty: there is none
    RealReply real;
    RealReply imaginary;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&NumberReply::exact>{"exact"_L1}, wire::Field<&NumberReply::real>{"real"_L1},
                          wire::Field<&NumberReply::imaginary>{"imaginary"_L1}};
    }
};

struct RootReply {
    NumberReply value;
    int multiplicity = 1;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&RootReply::value>{"value"_L1},
                          wire::Field<&RootReply::multiplicity>{"multiplicity"_L1}};
    }
};

struct SolveReply {
    bool isAlwaysTrue = false; ///< whatever the variable is
    bool isComplete = false;   ///< these are all roots
    QList<RootReply> roots;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&SolveReply::isAlwaysTrue>{"is_always_true"_L1},
                          wire::Field<&SolveReply::isComplete>{"is_complete"_L1},
                          wire::Field<&SolveReply::roots>{"roots"_L1}};
    }
};

struct FactorReply {
    QString prime;
    int exponent = 1;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&FactorReply::prime>{"prime"_L1},
                          wire::Field<&FactorReply::exponent>{"exponent"_L1}};
    }
};

/// What the engine "solve" works on.
struct SolveJob {
    QString equation;
    QString variable;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&SolveJob::equation>{"equation"_L1},
                          wire::Field<&SolveJob::variable>{"variable"_L1}};
    }
};

}
