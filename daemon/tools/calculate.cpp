// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/calculate.h"

#include "daemon/tools/algebra/expression.h"
#include "daemon/tools/decimals.h"
#include "daemon/tools/workertool.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

struct CalculateInput {
    QString expression;

    static constexpr auto fields()
    {
        return std::tuple{Field<&CalculateInput::expression>{
            "expression"_L1, Presence::Required,
            "What to calculate: numbers (1234.56, also 1,234.56 and 1.234,56), + - * / ^ ! parentheses, percent (15% "
            "of 200; otherwise 15% is 0.15), pi, e, tau, sqrt abs round sin cos tan asin acos atan log (natural) log10 "
            "log2 exp floor ceil factorial; angles in radians; arguments are separated by ; as in log(8; 2)"_L1}};
    }
};

struct CalculateOutput {
    QString result;
    std::optional<QString> exact;
    bool isRounded = false;
    std::optional<QString> real;
    std::optional<QString> imaginary;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&CalculateOutput::result>{"result"_L1, Presence::Required, "Decimal, exact unless rounded"_L1},
            Field<&CalculateOutput::exact>{"exact"_L1, Presence::Optional,
                                           "As a fraction or in closed form, where that says more"_L1},
            Field<&CalculateOutput::isRounded>{"rounded"_L1, Presence::Required,
                                               "The result has 15 significant digits and is not exact"_L1},
            Field<&CalculateOutput::real>{"real"_L1, Presence::Optional, "Real part of a complex result"_L1},
            Field<&CalculateOutput::imaginary>{"imaginary"_L1, Presence::Optional,
                                               "Imaginary part of a complex result"_L1}};
    }
};

Error unreadable() { return Error::internal(u"The calculation gave a number that cannot be read."_s); }

struct Part {
    Decimal shown;
    bool isWhole = false;
    bool isZero = false;
    bool isNegative = false;
};

Result<Part> partOf(const RealReply &reply)
{
    const auto number = rationalOf(reply.text.toLatin1());
    if (!number)
        return failure(unreadable());
    const auto text = reply.isExact ? decimalOf(*number, allDecimals) : Decimal{roundedDecimal(*number), true};
    return Part{text, reply.isExact && number->get_den() == 1, sgn(*number) == 0, sgn(*number) < 0};
}

QString complexText(const Part &real, const Part &imaginary)
{
    QString factor = imaginary.shown.text;
    if (imaginary.isNegative)
        factor.remove(0, 1);
    factor = factor == "1"_L1 ? u"i"_s : QString(factor + u'i');
    if (real.isZero)
        return imaginary.isNegative ? QString(u'-' + factor) : factor;
    return real.shown.text + (imaginary.isNegative ? u" - "_s : u" + "_s) + factor;
}

Task<CalculateOutput> calculate(WorkerPool *pool, CalculateInput input, RequestContext context)
{
    if (auto parsed = parseExpression(input.expression); !parsed) {
        parsed.error().param = u"expression"_s;
        co_return failure(parsed.error());
    }
    CO_TRY(const NumberReply reply,
           co_await askWorker<NumberReply>(pool, "calculate", input.expression.toUtf8(), std::move(context)));
    CO_TRY(NumberText number, numberText(reply));
    CalculateOutput output{number.text, number.exact, number.isRounded, {}, {}};
    if (number.imaginary != "0"_L1) {
        output.real = number.real;
        output.imaginary = number.imaginary;
    }
    co_return output;
}

QString textOf(const CalculateInput &input, const CalculateOutput &output)
{
    const QString expression = input.expression.size() <= 200 ? input.expression.simplified() : u"The result"_s;
    const QString text = expression + (output.isRounded ? u" ≈ "_s : u" = "_s) + output.result;
    return output.exact && output.exact->size() <= 200 ? QString(text + u" (exactly "_s + *output.exact + u')') : text;
}

}

Result<NumberText> numberText(const NumberReply &reply)
{
    TRY(const Part real, partOf(reply.real));
    TRY(const Part imaginary, partOf(reply.imaginary));
    NumberText number{.text = imaginary.isZero ? real.shown.text : complexText(real, imaginary),
                      .isRounded = real.shown.isRounded || imaginary.shown.isRounded,
                      .real = real.shown.text,
                      .imaginary = imaginary.shown.text,
                      .exact = {}};
    const bool isWholeNumber = imaginary.isZero && real.isWhole;
    if (!isWholeNumber && !reply.exact.isEmpty())
        number.exact = reply.exact;
    return number;
}

ToolList calculateTools(WorkerPool &pool)
{
    return {workerTool(
        {"calculate"_L1, "Calculate"_L1,
         "Calculates an expression exactly: whole numbers, decimals and fractions of any size, roots, trigonometric "
         "functions, logarithms, percentages. Results that are no decimals are rounded to 15 digits, and say so."_L1},
        pool, &calculate, &textOf)};
}

}
