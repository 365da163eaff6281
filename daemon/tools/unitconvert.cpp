// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/unitconvert.h"

#include "daemon/tools/calculation.h"
#include "daemon/tools/decimals.h"
#include "daemon/tools/unittable.h"
#include "daemon/tools/values.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

constexpr qsizetype mostDigits = 1'000; // before the point, and behind it

struct ConvertInput {
    ExactNumber value;
    QString fromUnit;
    QString toUnit;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&ConvertInput::value>{"value"_L1, Presence::Required, "How many of from_unit"_L1},
            Field<&ConvertInput::fromUnit>{
                "from_unit"_L1, Presence::Required,
                "A unit such as km, \260C, kWh, GiB, mile or a product such as km/h, kg*m/s^2; symbols as they are "
                "written, names in English or German"_L1},
            Field<&ConvertInput::toUnit>{"to_unit"_L1, Presence::Required, "The unit wanted, likewise"_L1}};
    }
};

struct ConvertOutput {
    QString value;
    std::optional<QString> exact;
    bool isRounded = false;
    QString unit;
    QString dimension;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&ConvertOutput::value>{"value"_L1, Presence::Required, "Decimal, exact unless rounded"_L1},
            Field<&ConvertOutput::exact>{"exact"_L1, Presence::Optional,
                                         "As a fraction, if the decimals do not end"_L1},
            Field<&ConvertOutput::isRounded>{"rounded"_L1, Presence::Required,
                                             "The value has 15 significant digits and is not exact"_L1},
            Field<&ConvertOutput::unit>{"unit"_L1, Presence::Required},
            Field<&ConvertOutput::dimension>{"dimension"_L1, Presence::Required,
                                             "What is measured: length, speed and so on"_L1}};
    }
};

Result<UnitValue> unitOf(const UnitTable &table, const QString &text, const QString &argument)
{
    auto unit = table.find(text);
    if (!unit)
        unit.error().param = argument;
    return unit;
}

bool looksLikeTemperature(const QString &unit)
{
    const QString symbol = unit.trimmed().toUpper();
    return symbol == "C"_L1 || symbol == "F"_L1;
}

Error incompatible(const UnitTable &table, const ConvertInput &input, const UnitValue &from, const UnitValue &to)
{
    const QString message = u"\"%1\" is a unit of %2, \"%3\" is one of %4."_s.arg(
        input.fromUnit, table.dimensionName(from), input.toUnit, table.dimensionName(to));
    const bool isTemperature = looksLikeTemperature(input.fromUnit) || looksLikeTemperature(input.toUnit);
    return badCall(isTemperature ? QString(message + u" For temperatures write °C and °F."_s) : message, u"to_unit"_s,
                   u"incompatible_units"_s);
}

Result<ConvertOutput> convert(const UnitTable &table, const ConvertInput &input)
{
    TRY(const Rational value, rationalOf(input.value, mostDigits, u"value"_s));
    TRY(const UnitValue from, unitOf(table, input.fromUnit, u"from_unit"_s));
    TRY(const UnitValue to, unitOf(table, input.toUnit, u"to_unit"_s));
    const QString dimension = table.dimensionName(from);
    if (from.exponents != to.exponents)
        return failure(incompatible(table, input, from, to));
    // Differences of temperatures have no zero.
    if ((from.offset != 0 || to.offset != 0) && value * from.factor + from.offset < 0)
        return failure(badCall(u"This is below absolute zero."_s, u"value"_s, u"out_of_range"_s));
    const Rational converted = (value * from.factor + from.offset - to.offset) / to.factor;
    const bool isApproximate = (from.isApproximate || to.isApproximate) && input.fromUnit != input.toUnit;
    const Decimal number = isApproximate ? Decimal{roundedDecimal(converted), true} : decimalOf(converted, allDecimals);
    ConvertOutput output{number.text, {}, number.isRounded, input.toUnit.trimmed(), dimension};
    if (number.isRounded && !isApproximate)
        output.exact = QString::fromStdString(converted.get_str());
    return output;
}

QString textOf(const ConvertInput &input, const ConvertOutput &output)
{
    return QString::fromLatin1(input.value.text) + u' ' + input.fromUnit.trimmed()
        + (output.isRounded ? u" ≈ "_s : u" = "_s) + output.value + u' ' + output.unit;
}

}

ToolList unitTools()
{
    const auto table = std::make_shared<const UnitTable>(UnitTable::builtIn());
    const CalculationInfo info{
        "unit_convert"_L1, "Convert units"_L1,
        "Converts between units of length, mass, time, temperature, area, volume, speed, energy, power, pressure, data "
        "and more, and products of them, by their exact definitions. A year is 365.25 days, gallons and pints are "
        "those "
        "of the United States unless called imperial."_L1};
    return {std::make_shared<Calculation<ConvertInput, ConvertOutput>>(
        info, [table](const ConvertInput &input) { return convert(*table, input); }, &textOf)};
}

}
