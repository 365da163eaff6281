// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/sample.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr qsizetype mostNumbers = 100'000;
constexpr qsizetype mostDigits = 50;
constexpr int wholePercent = 100;

int decimalsOf(const ExactNumber &number)
{
    const qsizetype point = number.text.indexOf('.');
    const qsizetype e = number.text.indexOf('e');
    const qsizetype end = e < 0 ? number.text.size() : e;
    const int exponent = e < 0 ? 0 : number.text.sliced(e + 1).toInt();
    return std::max(0, (point < 0 ? 0 : int(end - point - 1)) - exponent);
}

}

Result<Sample> Sample::of(const QList<ExactNumber> &numbers, const QString &argument)
{
    if (numbers.isEmpty())
        return failure(badCall(u"%1: expected at least one number."_s.arg(argument), argument));
    if (numbers.size() > mostNumbers)
        return failure(badCall(u"%1: at most %2 numbers are possible."_s.arg(argument).arg(mostNumbers), argument,
                               u"too_large"_s));
    std::vector<Rational> values;
    values.reserve(size_t(numbers.size()));
    int decimals = 0;
    for (const ExactNumber &number : numbers) {
        TRY(Rational value, rationalOf(number, mostDigits, argument));
        values.push_back(std::move(value));
        decimals = std::max(decimals, decimalsOf(number));
    }
    const Integer scale = powerOfTen(unsigned(decimals));
    std::vector<Integer> scaled;
    scaled.reserve(values.size());
    for (const Rational &value : values)
        scaled.emplace_back(value.get_num() * (scale / value.get_den()));
    std::ranges::sort(scaled, [](const Integer &a, const Integer &b) { return a < b; });
    return Sample(std::move(scaled), decimals);
}

Rational Sample::unscaled(const Integer &number) const { return Rational(number) / powerOfTen(unsigned(m_decimals)); }

Rational Sample::sum() const
{
    Integer sum;
    for (const Integer &number : m_sorted)
        sum += number;
    return unscaled(sum);
}

Rational Sample::percentile(const Rational &percent) const
{
    const Rational position = percent * Integer(m_sorted.size() - 1) / wholePercent;
    const Integer below = position.get_num() / position.get_den();
    const size_t index = below.get_ui();
    const Rational lower = unscaled(m_sorted[index]);
    const Rational fraction = position - below;
    return sgn(fraction) == 0 ? lower : Rational(lower + fraction * (unscaled(m_sorted[index + 1]) - lower));
}

Rational Sample::squaredDistances() const
{
    Integer sum;
    Integer squares;
    for (const Integer &number : m_sorted) {
        sum += number;
        squares += number * number;
    }
    const Rational mean = Rational(sum) / Integer(m_sorted.size());
    const Rational scaled = squares - mean * sum;
    return scaled / powerOfTen(2 * unsigned(m_decimals));
}

Rational Sample::populationVariance() const { return squaredDistances() / Integer(m_sorted.size()); }

Rational Sample::sampleVariance() const { return squaredDistances() / Integer(m_sorted.size() - 1); }

std::vector<Rational> Sample::modes() const
{
    std::vector<Rational> modes;
    std::ptrdiff_t most = m_sorted.size() == 1 ? 1 : 2;
    for (auto begin = m_sorted.begin(); begin != m_sorted.end();) {
        const auto end = std::upper_bound(begin, m_sorted.end(), *begin);
        if (end - begin > most)
            modes.clear();
        if (end - begin >= most)
            modes.push_back(unscaled(*begin));
        most = std::max(most, end - begin);
        begin = end;
    }
    return modes;
}

}
