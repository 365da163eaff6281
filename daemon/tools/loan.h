// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/rational.h"

namespace moe::tools {

/// What an annuity loan costs. Amounts are rounded as money is paid.
struct Loan {
    Rational payment;     ///< each time but the last
    bool isRounded;       ///< whether the payment had to be
    Rational lastPayment; ///< what is left then, with its interest
    Rational interest;    ///< of all payments together
};

/// Of an amount at so much interest for each period (0.01 is 1 %), paid back in equal payments at the end of each.
/// Payments and the interest of each period are rounded to so many decimals, halves away from zero.
[[nodiscard]] Loan annuityLoan(const Rational &amount, const Rational &periodRate, int periods, int decimals);

/// (1 + rate) to the power of periods.
[[nodiscard]] Rational growth(const Rational &rate, int periods);

}
