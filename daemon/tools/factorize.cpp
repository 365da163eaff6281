// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/factorize.h"

#include "daemon/tools/algebra/replies.h"
#include "daemon/tools/rational.h"
#include "daemon/tools/workertool.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

constexpr int mostBits = 128;
constexpr unsigned long largestHere = 0xffff'ffff; // trial division takes some 0.1 ms
constexpr int primalityRounds = 30;

struct FactorizeInput {
    ExactInteger n;

    static constexpr auto fields()
    {
        return std::tuple{Field<&FactorizeInput::n>{"n"_L1, Presence::Required, "A whole number from 1 to 2^128"_L1}};
    }
};

struct PrimeFactor {
    QString prime;
    int exponent = 1;

    static constexpr auto fields()
    {
        return std::tuple{Field<&PrimeFactor::prime>{"prime"_L1, Presence::Required},
                          Field<&PrimeFactor::exponent>{"exponent"_L1, Presence::Required}};
    }
};

struct FactorizeOutput {
    QString number;
    bool isPrime = false;
    QList<PrimeFactor> factors;
    QString product;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&FactorizeOutput::number>{"n"_L1, Presence::Required},
            Field<&FactorizeOutput::isPrime>{"is_prime"_L1, Presence::Required},
            Field<&FactorizeOutput::factors>{"factors"_L1, Presence::Required, "In order of size; none of 1"_L1},
            Field<&FactorizeOutput::product>{"factorization"_L1, Presence::Required, "Such as 2^3 * 5"_L1}};
    }
};

Error tooHard()
{
    return badCall(u"This number is too hard to factorise in the time there is."_s, u"n"_s, u"too_hard"_s);
}

Error aboveLimit() { return badCall(u"Numbers above 2^128 are not factorised."_s, u"n"_s, u"too_hard"_s); }

QList<FactorReply> trialDivision(unsigned long number)
{
    QList<FactorReply> factors;
    for (unsigned long divisor = 2; divisor * divisor <= number; divisor += divisor == 2 ? 1 : 2) {
        int exponent = 0;
        for (; number % divisor == 0; number /= divisor)
            ++exponent;
        if (exponent > 0)
            factors.append({QString::number(divisor), exponent});
    }
    if (number > 1)
        factors.append({QString::number(number), 1});
    return factors;
}

/// What was found must be primes, and their product the number.
bool isFactorization(const QList<FactorReply> &factors, const Integer &number)
{
    Integer product = 1;
    for (const FactorReply &factor : factors) {
        Integer prime;
        if (prime.set_str(factor.prime.toStdString(), 10) != 0 || prime < 2 || factor.exponent < 1
            || factor.exponent > mostBits || mpz_probab_prime_p(prime.get_mpz_t(), primalityRounds) == 0)
            return false;
        Integer power;
        mpz_pow_ui(power.get_mpz_t(), prime.get_mpz_t(), static_cast<unsigned long>(factor.exponent));
        product *= power;
    }
    return product == number;
}

FactorizeOutput outputOf(const ExactInteger &n, const QList<FactorReply> &factors)
{
    FactorizeOutput output{.number = QString::fromLatin1(n.text),
                           .isPrime = factors.size() == 1 && factors.first().exponent == 1,
                           .factors = {},
                           .product = {}};
    QStringList powers;
    for (const FactorReply &factor : factors) {
        output.factors.append({factor.prime, factor.exponent});
        powers += factor.exponent == 1 ? factor.prime : QString(factor.prime + u'^' + QString::number(factor.exponent));
    }
    output.product = powers.isEmpty() ? u"1"_s : powers.join(u" * "_s);
    return output;
}

Task<FactorizeOutput> factorize(WorkerPool *pool, FactorizeInput input, RequestContext context)
{
    if (input.n.text.startsWith('-') || input.n.text == "0")
        co_return failure(badCall(u"Only whole numbers from 1 have prime factors."_s, u"n"_s));
    if (input.n.text.size() > 39)
        co_return failure(aboveLimit());
    const Integer number(input.n.text.toStdString(), 10);
    Integer limit;
    mpz_ui_pow_ui(limit.get_mpz_t(), 2, mostBits);
    if (number > limit)
        co_return failure(aboveLimit());
    if (number <= largestHere)
        co_return outputOf(input.n, trialDivision(number.get_ui()));
    if (mpz_probab_prime_p(number.get_mpz_t(), primalityRounds) != 0)
        co_return outputOf(input.n, {{QString::fromLatin1(input.n.text), 1}});
    const auto factors = co_await askWorker<QList<FactorReply>>(pool, "factorize", input.n.text, std::move(context));
    if (!factors)
        co_return failure(factors.error().code == ErrorCode::Timeout ? tooHard() : factors.error());
    if (!isFactorization(*factors, number))
        co_return failure(tooHard());
    auto sorted = *factors;
    std::ranges::sort(sorted, {}, [](const FactorReply &factor) { return Integer(factor.prime.toStdString(), 10); });
    co_return outputOf(input.n, sorted);
}

QString textOf(const FactorizeInput &, const FactorizeOutput &output)
{
    return output.isPrime ? QString(output.number + u" is prime"_s)
                          : QString(output.number + u" = "_s + output.product);
}

}

ToolList factorizeTools(WorkerPool &pool)
{
    return {workerTool({"prime_factorize"_L1, "Prime factors"_L1,
                        "The prime factors of a whole number up to 2^128, each checked to be prime, and whether the "
                        "number is prime itself."_L1},
                       pool, &factorize, &textOf)};
}

}
