// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/integers.h"

#include "daemon/tools/arguments.h"
#include "daemon/tools/calculation.h"
#include "daemon/tools/decimals.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

constexpr qsizetype mostDigits = 1000;
constexpr qsizetype mostNumbers = 100;
constexpr qsizetype longestShown = 12; // numbers that the rendering lists

struct Integers {
    std::optional<ExactInteger> a;
    std::optional<ExactInteger> b;
    std::optional<IntegerList> numbers;

    [[nodiscard]] QList<ExactInteger> all() const
    {
        QList<ExactInteger> list = numbers.value_or(IntegerList()).items;
        if (a)
            list.append(*a);
        if (b)
            list.append(*b);
        return list;
    }

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&Integers::a>{"a"_L1, Presence::Optional, "A whole number of at most 1000 digits."_L1},
            Field<&Integers::b>{"b"_L1, Presence::Optional, "The other whole number."_L1},
            Field<&Integers::numbers>{"numbers"_L1, Presence::Optional,
                                      "Instead of a and b: 2 to 100 whole numbers, as a list or with commas."_L1}};
    }
};

struct Divisors {
    QString gcd;
    QString lcm;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&Divisors::gcd>{"gcd"_L1, Presence::Required, "Greatest common divisor; 0 of zeros alone."_L1},
            Field<&Divisors::lcm>{"lcm"_L1, Presence::Required, "Least common multiple; 0 if one of them is 0."_L1}};
    }
};

Result<Divisors> divisors(const Integers &input)
{
    const QList<ExactInteger> all = input.all();
    if (input.numbers && (input.a || input.b))
        return failure(badCall(u"Give a and b, or numbers, not both."_s, u"numbers"_s));
    if (all.size() < 2 || all.size() > mostNumbers)
        return failure(badCall(u"Expected a and b, or 2 to %1 numbers."_s.arg(mostNumbers), u"numbers"_s));
    Integer divisor = 0;
    Integer multiple = 1;
    for (const ExactInteger &item : all) {
        TRY(const Integer number, integerOf(item, mostDigits, u"numbers"_s));
        divisor = gcd(divisor, number);
        multiple = lcm(multiple, number);
    }
    return Divisors{integerText(divisor), integerText(multiple)};
}

QString divisorsText(const Integers &input, const Divisors &divisors)
{
    QStringList numbers;
    for (const ExactInteger &item : input.all().first(std::min(longestShown, input.all().size())))
        numbers.append(QString::fromLatin1(item.text));
    if (input.all().size() > longestShown)
        numbers.append(u"…"_s);
    const QString list = numbers.join(u", "_s);
    return u"gcd(%1) = %2, lcm(%1) = %3"_s.arg(list, divisors.gcd, divisors.lcm);
}

/// Digits or a Roman numeral, as a number or text.
struct RomanValue {
    QString text;

    [[nodiscard]] static std::expected<RomanValue, QString> fromJson(QByteArrayView json)
    {
        constexpr qsizetype longest = 64;
        const bool isText = json.startsWith('"');
        const auto value = isText ? wire::read<QString>(json).value_or(QString()) : QString::fromLatin1(json);
        if (json.size() > longest || (!isText && !ExactInteger::fromJson(json)))
            return std::unexpected(u"expected a number from 1 to 3999, or a Roman numeral"_s);
        return RomanValue{value.trimmed()};
    }
    [[nodiscard]] QByteArray toJson() const { return wire::write(text); }
    static constexpr wire::Schema schema{.type = wire::Schema::Type::Integer, .isTextToo = true};
};

struct RomanInput {
    RomanValue value;

    static constexpr auto fields()
    {
        return std::tuple{Field<&RomanInput::value>{"value"_L1, Presence::Required,
                                                    "A whole number from 1 to 3999, or a Roman numeral such as "
                                                    "MCMXCIV."_L1}};
    }
};

struct RomanOutput {
    int number = 0;
    QString numeral;

    static constexpr auto fields()
    {
        return std::tuple{Field<&RomanOutput::number>{"number"_L1, Presence::Required},
                          Field<&RomanOutput::numeral>{"numeral"_L1, Presence::Required}};
    }
};

struct Symbol {
    int value;
    QLatin1StringView letters;
};
constexpr std::array symbols{Symbol{1000, "M"_L1}, Symbol{900, "CM"_L1}, Symbol{500, "D"_L1}, Symbol{400, "CD"_L1},
                             Symbol{100, "C"_L1},  Symbol{90, "XC"_L1},  Symbol{50, "L"_L1},  Symbol{40, "XL"_L1},
                             Symbol{10, "X"_L1},   Symbol{9, "IX"_L1},   Symbol{5, "V"_L1},   Symbol{4, "IV"_L1},
                             Symbol{1, "I"_L1}};
constexpr int largestRoman = 3999;

QString numeralOf(int number)
{
    QString numeral;
    for (const auto &[value, letters] : symbols) {
        for (; number >= value; number -= value)
            numeral += letters;
    }
    return numeral;
}

/// Of a text that may be no numeral at all: only what numeralOf() writes back is one.
int greedyValue(QStringView numeral)
{
    int number = 0;
    for (const auto &[value, letters] : symbols) {
        for (; numeral.startsWith(letters); numeral = numeral.sliced(letters.size()))
            number += value;
    }
    return number;
}

Result<RomanOutput> roman(const RomanInput &input)
{
    if (const auto digits = ExactInteger::fromText(input.value.text)) {
        TRY(const qint64 number, boundedInteger(*digits, 1, largestRoman, u"value"_s));
        return RomanOutput{int(number), numeralOf(int(number))};
    }
    const QString numeral = QString::fromLatin1(input.value.text.toLatin1().toUpper());
    const int number = greedyValue(numeral);
    if (number < 1 || number > largestRoman || numeralOf(number) != numeral)
        return failure(badCall(u"value: this is neither a number from 1 to %1 nor a well-formed Roman "
                               "numeral."_s.arg(largestRoman),
                               u"value"_s));
    return RomanOutput{number, numeral};
}

QString romanText(const RomanInput &input, const RomanOutput &output)
{
    const QString number = QString::number(output.number);
    return ExactInteger::fromText(input.value.text) ? QString(number + u" = " + output.numeral)
                                                    : QString(output.numeral + u" = " + number);
}

}

ToolList integerTools()
{
    return {calculation({"gcd_lcm"_L1, "Greatest common divisor"_L1,
                         "The greatest common divisor and the least common multiple of whole numbers, exactly."_L1},
                        &divisors, &divisorsText),
            calculation({"roman_numeral"_L1, "Roman numerals"_L1,
                         "Writes a number from 1 to 3999 as a Roman numeral, or reads one."_L1},
                        &roman, &romanText)};
}

}
