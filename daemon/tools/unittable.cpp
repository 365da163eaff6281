// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/unittable.h"

#include "daemon/tools/unitexpression.h"

#include <QFile>

#include <cstdlib>

using namespace Qt::StringLiterals;

// Resources of a static library are linked only where their initialiser is named, outside any namespace.
static void registerUnits() { Q_INIT_RESOURCE(units); }

namespace moe::tools {

namespace {

struct Prefix {
    QStringView symbol;
    QStringView name;
    int exponent; ///< of ten, or of two
};

constexpr Prefix decimalPrefixes[] = {
    {u"Q", u"quetta", 30},  {u"R", u"ronna", 27}, {u"Y", u"yotta", 24},  {u"Z", u"zetta", 21},  {u"E", u"exa", 18},
    {u"P", u"peta", 15},    {u"T", u"tera", 12},  {u"G", u"giga", 9},    {u"M", u"mega", 6},    {u"k", u"kilo", 3},
    {u"h", u"hecto", 2},    {u"h", u"hekto", 2},  {u"da", u"deca", 1},   {u"da", u"deka", 1},   {u"d", u"deci", -1},
    {u"d", u"dezi", -1},    {u"c", u"centi", -2}, {u"c", u"zenti", -2},  {u"m", u"milli", -3},  {u"µ", u"micro", -6},
    {u"μ", u"mikro", -6},   {u"u", u"micro", -6}, {u"n", u"nano", -9},   {u"p", u"pico", -12},  {u"p", u"piko", -12},
    {u"f", u"femto", -15},  {u"a", u"atto", -18}, {u"z", u"zepto", -21}, {u"y", u"yocto", -24}, {u"r", u"ronto", -27},
    {u"q", u"quecto", -30},
};

constexpr Prefix binaryPrefixes[] = {
    {u"Ki", u"kibi", 10}, {u"Mi", u"mebi", 20}, {u"Gi", u"gibi", 30}, {u"Ti", u"tebi", 40},
    {u"Pi", u"pebi", 50}, {u"Ei", u"exbi", 60}, {u"Zi", u"zebi", 70}, {u"Yi", u"yobi", 80},
};

/// Names of areas and volumes: "square metre", "Quadratmeter".
struct Power {
    QStringView name;
    int exponent;
};
constexpr Power powerNames[] = {{u"square ", 2}, {u"cubic ", 3}, {u"quadrat", 2}, {u"kubik", 3}};

Rational raised(unsigned long base, int exponent)
{
    Integer power;
    mpz_ui_pow_ui(power.get_mpz_t(), base, static_cast<unsigned long>(std::abs(exponent)));
    return exponent < 0 ? Rational(1) / power : Rational(power);
}

Error badTable(const QString &what) { return Error::internal(u"The table of units is wrong: %1"_s.arg(what)); }

QStringList listOf(const QString &field)
{
    QStringList list = field.split(u',', Qt::SkipEmptyParts);
    for (QString &each : list)
        each = each.trimmed();
    list.removeAll(QString());
    return list;
}

}

UnitValue UnitValue::operator*(const UnitValue &other) const
{
    UnitValue product{.factor = factor * other.factor,
                      .exponents = exponents,
                      .offset = 0,
                      .isApproximate = isApproximate || other.isApproximate};
    for (std::size_t i = 0; i < baseCount; ++i)
        product.exponents[i] += other.exponents[i];
    return product;
}

UnitValue UnitValue::power(int exponent) const
{
    if (exponent == 1)
        return *this;
    UnitValue result;
    for (int i = 0; i < std::abs(exponent); ++i)
        result = result * *this;
    if (exponent < 0) {
        result.factor = 1 / result.factor;
        for (int &each : result.exponents)
            each = -each;
    }
    return result;
}

Result<UnitTable> UnitTable::parse(const QString &text)
{
    UnitTable table;
    for (const QString &line : text.split(u'\n')) {
        if (!line.trimmed().isEmpty() && !line.startsWith(u'#'))
            TRY_VOID(table.readLine(line));
    }
    return table;
}

UnitTable UnitTable::builtIn()
{
    registerUnits();
    QFile file(u":/units/units.txt"_s);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("The built-in table of units is missing.");
    auto table = parse(QString::fromUtf8(file.readAll()));
    if (!table)
        qFatal("%s", qUtf8Printable(table.error().message));
    return *std::move(table);
}

Result<void> UnitTable::readLine(const QString &line)
{
    QStringList fields = line.split(u';');
    for (QString &field : fields)
        field = field.trimmed();
    if (fields.first() != "dimension"_L1)
        return addUnit(fields);
    if (fields.size() != 3)
        return failure(badTable(line));
    TRY(const UnitValue value, find(fields.at(2)));
    m_dimensions.emplace_back(value.exponents, fields.at(1));
    return {};
}

Result<void> UnitTable::addUnit(const QStringList &fields)
{
    if (fields.size() < 3)
        return failure(badTable(fields.join(u';')));
    const QStringList symbols = listOf(fields.first());
    TRY(UnitValue value, define(fields.at(2), symbols.value(0)));
    const QString prefixes = fields.value(3);
    const QString more = fields.value(4);
    value.isApproximate = value.isApproximate || more == "approximate"_L1;
    if (more.startsWith("offset "_L1)) {
        const auto offset = rationalOf(more.sliced(7).toLatin1());
        if (!offset)
            return failure(badTable(more));
        value.offset = *offset;
    }
    const bool isMultipliedOnly = prefixes.contains("kilo"_L1);
    m_units.push_back({value, prefixes.contains("si"_L1) || isMultipliedOnly, prefixes.contains("binary"_L1),
                       isMultipliedOnly ? 3 : -30});
    for (const QString &symbol : symbols)
        TRY_VOID(addName(m_symbols, symbol));
    for (const QString &name : listOf(fields.at(1)))
        TRY_VOID(addName(m_names, name.toLower()));
    return {};
}

Result<UnitValue> UnitTable::define(const QString &definition, const QString &symbol)
{
    if (definition != "base"_L1)
        return UnitExpression(*this, definition, UnitExpression::Numbers::Allowed).read();
    if (m_baseSymbols.size() >= UnitValue::baseCount)
        return failure(badTable(u"too many base units"_s));
    UnitValue value;
    value.exponents[m_baseSymbols.size()] = 1;
    m_baseSymbols.push_back(symbol);
    return value;
}

Result<void> UnitTable::addName(QHash<QString, std::size_t> &names, const QString &name)
{
    if (names.contains(name))
        return failure(badTable(u"\"%1\" is there twice"_s.arg(name)));
    names.insert(name, m_units.size() - 1);
    return {};
}

const UnitTable::Unit *UnitTable::unitOf(const QHash<QString, std::size_t> &names, const QString &name) const
{
    const auto found = names.constFind(name);
    return found == names.cend() ? nullptr : &m_units[*found];
}

std::optional<UnitValue> UnitTable::single(const QString &name) const
{
    const QString lower = name.toLower();
    if (const Unit *unit = unitOf(m_symbols, name))
        return unit->value;
    if (const Unit *unit = unitOf(m_names, lower))
        return unit->value;
    const auto prefixed
        = [&](const Prefix &prefix, unsigned long base, bool Unit::*mayHave) -> std::optional<UnitValue> {
        const Unit *unit
            = name.startsWith(prefix.symbol) ? unitOf(m_symbols, name.sliced(prefix.symbol.size())) : nullptr;
        if (!unit && lower.startsWith(prefix.name))
            unit = unitOf(m_names, lower.sliced(prefix.name.size()));
        if (!unit || !(unit->*mayHave) || prefix.exponent < unit->smallestPrefix)
            return {};
        return unit->value * UnitValue{.factor = raised(base, prefix.exponent)};
    };
    for (const Prefix &prefix : decimalPrefixes) {
        if (const auto value = prefixed(prefix, 10, &Unit::hasDecimalPrefixes))
            return value;
    }
    for (const Prefix &prefix : binaryPrefixes) {
        if (const auto value = prefixed(prefix, 2, &Unit::hasBinaryPrefixes))
            return value;
    }
    for (const Power &power : powerNames) {
        if (!lower.startsWith(power.name))
            continue;
        if (const auto value = single(lower.sliced(power.name.size())))
            return value->power(power.exponent);
    }
    return {};
}

Result<UnitValue> UnitTable::find(const QString &expression) const
{
    return UnitExpression(*this, expression.trimmed(), UnitExpression::Numbers::Refused).read();
}

QString UnitTable::dimensionName(const UnitValue &value) const
{
    for (const auto &[exponents, name] : m_dimensions) {
        if (exponents == value.exponents)
            return name;
    }
    QStringList factors;
    for (std::size_t i = 0; i < m_baseSymbols.size(); ++i) {
        const int exponent = value.exponents[i];
        if (exponent != 0)
            factors += exponent == 1 ? m_baseSymbols[i] : QString(m_baseSymbols[i] + u'^' + QString::number(exponent));
    }
    return factors.join(u"·"_s);
}

}
