// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/finance.h"

#include "daemon/tools/arguments.h"
#include "daemon/tools/calculation.h"
#include "daemon/tools/decimals.h"
#include "daemon/tools/loan.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

constexpr qsizetype mostAmountDigits = 30;
constexpr qsizetype mostRateDigits = 8;
constexpr int mostPayments = 1200;
constexpr int mostPeriods = 36'500; // of compound interest: a hundred years of days
constexpr int mostDecimals = 10;
constexpr int wholePercent = 100;
constexpr int monthsOfYear = 12;

enum class FinanceOperation {
    PercentageOf,
    PercentageShare,
    PercentageChange,
    VatAdd,
    VatRemove,
    SimpleInterest,
    CompoundInterest,
    Annuity
};
constexpr auto enumNames(FinanceOperation)
{
    using enum FinanceOperation;
    return std::array{wire::EnumName{PercentageOf, "percentage_of"_L1},
                      wire::EnumName{PercentageShare, "percentage_share"_L1},
                      wire::EnumName{PercentageChange, "percentage_change"_L1},
                      wire::EnumName{VatAdd, "vat_add"_L1},
                      wire::EnumName{VatRemove, "vat_remove"_L1},
                      wire::EnumName{SimpleInterest, "simple_interest"_L1},
                      wire::EnumName{CompoundInterest, "compound_interest"_L1},
                      wire::EnumName{Annuity, "annuity"_L1}};
}

struct FinanceInput {
    FinanceOperation operation = FinanceOperation::PercentageOf;
    ExactNumber amount;
    std::optional<ExactNumber> otherAmount;
    std::optional<ExactNumber> rate;
    std::optional<ExactNumber> years;
    std::optional<ExactInteger> periodsPerYear;
    ExactInteger decimals{"2"};

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&FinanceInput::operation>{
                "operation"_L1, Presence::Required,
                "percentage_of (rate percent of amount), percentage_share (how many percent of other_amount amount "
                "is), percentage_change (from amount to other_amount, in percent of amount without its sign), vat_add "
                "(amount is net), vat_remove (amount is "
                "gross), simple_interest, compound_interest, annuity (a loan paid back in equal payments)."_L1},
            Field<&FinanceInput::amount>{"amount"_L1, Presence::Required, "The amount, principal, net or gross."_L1},
            Field<&FinanceInput::otherAmount>{"other_amount"_L1, Presence::Optional,
                                              "For percentage_share the whole, for percentage_change the new one."_L1},
            Field<&FinanceInput::rate>{"rate"_L1, Presence::Optional,
                                       "In percent, 19 for 19 %; of interest for a year. Needed for all but "
                                       "percentage_share and percentage_change."_L1},
            Field<&FinanceInput::years>{"years"_L1, Presence::Optional,
                                        "For interest and annuity; need not be whole if the periods are."_L1},
            Field<&FinanceInput::periodsPerYear>{"periods_per_year"_L1, Presence::Optional,
                                                 "How often interest is added (default 1) or an annuity is paid "
                                                 "(default 12)."_L1},
            Field<&FinanceInput::decimals>{"decimals"_L1, Presence::Optional,
                                           "To which money is rounded, halves away from zero; 0 to 10, default 2."_L1}};
    }
};

struct FinanceOutput {
    QString result;
    bool isRounded = false;
    std::optional<QString> net = {};
    std::optional<QString> tax = {};
    std::optional<QString> interest = {};
    std::optional<int> periods = {};
    std::optional<QString> lastPayment = {};
    std::optional<QString> total = {};

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&FinanceOutput::result>{"result"_L1, Presence::Required,
                                          "The percentage, gross or net amount, final amount, or payment."_L1},
            Field<&FinanceOutput::isRounded>{"rounded"_L1, Presence::Required, "Whether the result is rounded."_L1},
            Field<&FinanceOutput::net>{"net"_L1},
            Field<&FinanceOutput::tax>{"tax"_L1, Presence::Optional, "Gross less net, both rounded."_L1},
            Field<&FinanceOutput::interest>{"interest"_L1, Presence::Optional, "All interest together."_L1},
            Field<&FinanceOutput::periods>{"periods"_L1},
            Field<&FinanceOutput::lastPayment>{"last_payment"_L1, Presence::Optional,
                                               "What is left at the end: it makes up for the rounding of the others, "
                                               "and of each period's interest."_L1},
            Field<&FinanceOutput::total>{"total"_L1, Presence::Optional, "All payments together, or the gross."_L1}};
    }
};

/// The arguments as numbers.
struct Figures {
    Rational amount;
    int decimals = 0;

    [[nodiscard]] QString money(const Rational &value) const { return fixedText(value, decimals); }
    [[nodiscard]] Rational rounded(const Rational &value) const { return roundedTo(value, decimals); }
};

Result<Rational> needed(const std::optional<ExactNumber> &number, qsizetype mostDigits, const QString &argument)
{
    if (!number)
        return failure(badCall(u"%1: is missing for this operation."_s.arg(argument), argument));
    return rationalOf(*number, mostDigits, argument);
}

Result<Rational> rateOf(const FinanceInput &input)
{
    TRY(const Rational percent, needed(input.rate, mostRateDigits, u"rate"_s));
    return Rational(percent / wholePercent);
}

Result<int> periodsOf(const FinanceInput &input, int perYear, int most)
{
    TRY(const Rational years, needed(input.years, mostRateDigits, u"years"_s));
    const Rational periods = years * perYear;
    if (periods.get_den() != 1 || periods < 1 || periods > most)
        return failure(badCall(u"years: years × periods_per_year is %1; expected a whole number from 1 to %2."_s
                                   .arg(decimalOf(periods).text)
                                   .arg(most),
                               u"years"_s));
    return int(periods.get_num().get_si());
}

Result<int> perYearOf(const FinanceInput &input, int usual)
{
    constexpr int daysOfYear = 366;
    if (!input.periodsPerYear)
        return usual;
    TRY(const qint64 perYear, boundedInteger(*input.periodsPerYear, 1, daysOfYear, u"periods_per_year"_s));
    return int(perYear);
}

FinanceOutput moneyOutput(const Figures &figures, const Rational &exact)
{
    return {.result = figures.money(exact), .isRounded = figures.rounded(exact) != exact};
}

Result<FinanceOutput> percentageOf(const FinanceInput &input, const Figures &figures)
{
    TRY(const Rational rate, rateOf(input));
    const Decimal share = decimalOf(figures.amount * rate);
    return FinanceOutput{.result = share.text, .isRounded = share.isRounded};
}

/// Of percentage_share and percentage_change: `part` in percent of `whole`.
Result<FinanceOutput> percents(const Rational &part, const Rational &whole, const QString &argument)
{
    if (sgn(whole) == 0)
        return failure(badCall(u"%1: there is no percentage of 0."_s.arg(argument), argument, u"division_by_zero"_s));
    const Decimal percent = decimalOf(part / whole * wholePercent);
    return FinanceOutput{.result = percent.text, .isRounded = percent.isRounded};
}

Result<FinanceOutput> percentageShare(const FinanceInput &input, const Figures &figures)
{
    TRY(const Rational whole, needed(input.otherAmount, mostAmountDigits, u"other_amount"_s));
    return percents(figures.amount, whole, u"other_amount"_s);
}

Result<FinanceOutput> percentageChange(const FinanceInput &input, const Figures &figures)
{
    TRY(const Rational changed, needed(input.otherAmount, mostAmountDigits, u"other_amount"_s));
    return percents(changed - figures.amount, abs(figures.amount), u"amount"_s);
}

Result<FinanceOutput> vatAdd(const FinanceInput &input, const Figures &figures)
{
    TRY(const Rational rate, rateOf(input));
    const Rational exact = figures.amount * (1 + rate);
    FinanceOutput output = moneyOutput(figures, exact);
    output.net = figures.money(figures.amount);
    output.tax = figures.money(figures.rounded(exact) - figures.rounded(figures.amount));
    output.total = output.result;
    return output;
}

Result<FinanceOutput> vatRemove(const FinanceInput &input, const Figures &figures)
{
    TRY(const Rational rate, rateOf(input));
    if (rate <= -1)
        return failure(badCall(u"rate: expected more than -100 %."_s, u"rate"_s));
    const Rational exact = figures.amount / (1 + rate);
    FinanceOutput output = moneyOutput(figures, exact);
    output.net = output.result;
    output.tax = figures.money(figures.rounded(figures.amount) - figures.rounded(exact));
    output.total = figures.money(figures.amount);
    return output;
}

Result<FinanceOutput> simpleInterest(const FinanceInput &input, const Figures &figures)
{
    TRY(const Rational rate, rateOf(input));
    TRY(const Rational years, needed(input.years, mostRateDigits, u"years"_s));
    const Rational interest = figures.amount * rate * years;
    FinanceOutput output = moneyOutput(figures, figures.amount + interest);
    output.interest = figures.money(interest);
    return output;
}

Result<FinanceOutput> compoundInterest(const FinanceInput &input, const Figures &figures)
{
    TRY(const Rational rate, rateOf(input));
    TRY(const int perYear, perYearOf(input, 1));
    TRY(const int periods, periodsOf(input, perYear, mostPeriods));
    const Rational exact = figures.amount * growth(rate / perYear, periods);
    FinanceOutput output = moneyOutput(figures, exact);
    output.interest = figures.money(exact - figures.amount);
    output.periods = periods;
    return output;
}

Result<FinanceOutput> annuity(const FinanceInput &input, const Figures &figures)
{
    TRY(const Rational rate, rateOf(input));
    TRY(const int perYear, perYearOf(input, monthsOfYear));
    TRY(const int periods, periodsOf(input, perYear, mostPayments));
    if (sgn(rate) < 0 || sgn(figures.amount) <= 0)
        return failure(badCall(u"amount, rate: expected a loan of more than 0 at 0 % or more."_s, u"amount"_s));
    const Loan loan = annuityLoan(figures.amount, rate / perYear, periods, figures.decimals);
    return FinanceOutput{.result = figures.money(loan.payment),
                         .isRounded = loan.isRounded,
                         .interest = figures.money(loan.interest),
                         .periods = periods,
                         .lastPayment = figures.money(loan.lastPayment),
                         .total = figures.money(figures.amount + loan.interest)};
}

Result<FinanceOutput> calculated(const FinanceInput &input)
{
    TRY(const Rational amount, rationalOf(input.amount, mostAmountDigits, u"amount"_s));
    TRY(const qint64 decimals, boundedInteger(input.decimals, 0, mostDecimals, u"decimals"_s));
    const Figures figures{amount, int(decimals)};
    switch (input.operation) {
    case FinanceOperation::PercentageOf: return percentageOf(input, figures);
    case FinanceOperation::PercentageShare: return percentageShare(input, figures);
    case FinanceOperation::PercentageChange: return percentageChange(input, figures);
    case FinanceOperation::VatAdd: return vatAdd(input, figures);
    case FinanceOperation::VatRemove: return vatRemove(input, figures);
    case FinanceOperation::SimpleInterest: return simpleInterest(input, figures);
    case FinanceOperation::CompoundInterest: return compoundInterest(input, figures);
    case FinanceOperation::Annuity: return annuity(input, figures);
    }
    Q_UNREACHABLE_RETURN(failure(Error::internal(u"An unknown operation of finance."_s)));
}

QString vatText(const FinanceOutput &output)
{
    return u"%1 net, %2 VAT, %3 gross"_s.arg(*output.net, *output.tax, *output.total);
}

QString financeText(const FinanceInput &input, const FinanceOutput &output)
{
    const QString amount = QString::fromLatin1(input.amount.text);
    const QString other = QString::fromLatin1(input.otherAmount.value_or(ExactNumber()).text);
    const QString rate = QString::fromLatin1(input.rate.value_or(ExactNumber()).text);
    const QString equals = output.isRounded ? u"≈"_s : u"="_s;
    switch (input.operation) {
    case FinanceOperation::PercentageOf: return u"%1% of %2 %3 %4"_s.arg(rate, amount, equals, output.result);
    case FinanceOperation::PercentageShare: return u"%1 of %2 %3 %4%"_s.arg(amount, other, equals, output.result);
    case FinanceOperation::PercentageChange: return u"From %1 to %2 %3 %4%"_s.arg(amount, other, equals, output.result);
    case FinanceOperation::VatAdd:
    case FinanceOperation::VatRemove: return vatText(output);
    case FinanceOperation::SimpleInterest:
    case FinanceOperation::CompoundInterest:
        return u"%1 at %2% grows to %3, %4 of it interest"_s.arg(amount, rate, output.result, *output.interest);
    case FinanceOperation::Annuity:
        return u"%1 payments of %2, the last one %3; %4 in all, %5 of it interest"_s.arg(
            QString::number(*output.periods), output.result, *output.lastPayment, *output.total, *output.interest);
    }
    Q_UNREACHABLE_RETURN(QString());
}

}

ToolList financeTools()
{
    return {calculation({.name = "finance_calc"_L1,
                         .title = "Finance"_L1,
                         .description = "Exact percentages, value added tax, simple and compound interest, and annuity "
                                        "loans. Nothing is rounded but results, to cents or the decimals asked for, "
                                        "halves away from zero."_L1,
                         .isHeavy = true},
                        &calculated, &financeText)};
}

}
