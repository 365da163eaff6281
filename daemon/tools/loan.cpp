// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/loan.h"

namespace moe::tools {

Rational growth(const Rational &rate, int periods)
{
    const Rational factor = rate + 1;
    Rational power;
    // Powers of what has no common divisor have none.
    mpz_pow_ui(power.get_num_mpz_t(), factor.get_num_mpz_t(), unsigned(periods));
    mpz_pow_ui(power.get_den_mpz_t(), factor.get_den_mpz_t(), unsigned(periods));
    return power;
}

Loan annuityLoan(const Rational &amount, const Rational &periodRate, int periods, int decimals)
{
    Rational exact = amount / periods;
    if (sgn(periodRate) != 0) {
        const Rational factor = growth(periodRate, periods);
        exact = amount * periodRate * factor / (factor - 1);
    }
    Loan loan{.payment = roundedTo(exact, decimals), .isRounded = false, .lastPayment = {}, .interest = {}};
    loan.isRounded = loan.payment != exact;
    Rational balance = amount;
    for (int period = 1; period <= periods; ++period) {
        const Rational interest = roundedTo(balance * periodRate, decimals);
        loan.interest += interest;
        balance += interest;
        if (period < periods)
            balance -= loan.payment;
    }
    loan.lastPayment = balance;
    return loan;
}

}
