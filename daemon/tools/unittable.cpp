// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/unittable.h"

#include "daemon/tools/tool.h"
#include "daemon/tools/unitexpression.h"

#include <QFile>

#include <algorithm>
#include <cstdlib>

using namespace Qt::StringLiterals;

// Resources of a static library are linked only where their initialiser is named, outside any namespace.
static void registerUnits() { Q_INIT_RESOURCE(units); }

namespace moe::tools {

namespace {

struct Prefix {
    QStringView symbol;
    QStringView name;
    int exponent;
    int base = 10;
};

constexpr Prefix prefixes[] = {
    {u"Q", u"quetta", 30},   {u"R", u"ronna", 27},    {u"Y", u"yotta", 24},    {u"Z", u"zetta", 21},
    {u"E", u"exa", 18},      {u"P", u"peta", 15},     {u"T", u"tera", 12},     {u"G", u"giga", 9},
    {u"M", u"mega", 6},      {u"k", u"kilo", 3},      {u"h", u"hecto", 2},     {u"h", u"hekto", 2},
    {u"da", u"deca", 1},     {u"da", u"deka", 1},     {u"d", u"deci", -1},     {u"d", u"dezi", -1},
    {u"c", u"centi", -2},    {u"c", u"zenti", -2},    {u"m", u"milli", -3},    {u"µ", u"micro", -6},
    {u"μ", u"mikro", -6},    {u"u", u"micro", -6},    {u"n", u"nano", -9},     {u"p", u"pico", -12},
    {u"p", u"piko", -12},    {u"f", u"femto", -15},   {u"a", u"atto", -18},    {u"z", u"zepto", -21},
    {u"y", u"yocto", -24},   {u"r", u"ronto", -27},   {u"q", u"quecto", -30},  {u"Ki", u"kibi", 10, 2},
    {u"Mi", u"mebi", 20, 2}, {u"Gi", u"gibi", 30, 2}, {u"Ti", u"tebi", 40, 2}, {u"Pi", u"pebi", 50, 2},
    {u"Ei", u"exbi", 60, 2}, {u"Zi", u"zebi", 70, 2}, {u"Yi", u"yobi", 80, 2},
};

/// Names of areas and volumes: "square metre", "Quadratmeter".
struct Power {
    QStringView name;
    int exponent;
};
constexpr Power powerNames[]
    = {{u"square ", 2}, {u"cubic ", 3}, {u"sq ", 2}, {u"cu ", 3}, {u"quadrat", 2}, {u"kubik", 3}};

UnitValue multiple(const UnitValue &unit, const Prefix &prefix)
{
    Integer power;
    mpz_ui_pow_ui(power.get_mpz_t(), static_cast<unsigned long>(prefix.base),
                  static_cast<unsigned long>(std::abs(prefix.exponent)));
    return unit * UnitValue{.factor = prefix.exponent < 0 ? Rational(1) / power : Rational(power)};
}

bool isSame(const UnitValue &a, const UnitValue &b) { return a.factor == b.factor && a.exponents == b.exponents; }

Error unknownUnit(const QString &message) { return badCall(message, {}, u"unknown_unit"_s); }

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
    if (fields.first() == "unclear"_L1)
        return addUnclear(fields);
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
    const QString more = fields.value(4);
    value.isApproximate = value.isApproximate || more == "approximate"_L1;
    if (more.startsWith("offset "_L1)) {
        const auto offset = rationalOf(more.sliced(7).toLatin1());
        if (!offset)
            return failure(badTable(more));
        value.offset = *offset;
    }
    Unit unit{.value = value};
    TRY_VOID(readPrefixes(fields.value(3), unit));
    m_units.push_back(std::move(unit));
    for (const QString &symbol : symbols)
        TRY_VOID(addName(m_symbols, symbol));
    for (const QString &name : listOf(fields.at(1)))
        TRY_VOID(addName(m_names, name.toLower()));
    return {};
}

Result<void> UnitTable::readPrefixes(const QString &field, Unit &unit)
{
    for (const QString &each : listOf(field)) {
        const QStringList words = each.split(u' ');
        const auto limit
            = std::ranges::find(prefixes, words.value(2), [](const Prefix &prefix) { return prefix.name; });
        const bool isFrom = words.value(1) == "from"_L1 && limit != std::end(prefixes);
        const bool isTo = words.value(1) == "to"_L1 && limit != std::end(prefixes);
        if (each == "binary"_L1) {
            unit.hasBinaryPrefixes = true;
        } else if (words.first() == "si"_L1 && (words.size() == 1 || isFrom || isTo)) {
            unit.smallestPrefix = isFrom ? limit->exponent : -30;
            unit.largestPrefix = isTo ? limit->exponent : 30;
        } else {
            return failure(badTable(field));
        }
    }
    return {};
}

Result<void> UnitTable::addUnclear(const QStringList &fields)
{
    if (fields.size() != 4)
        return failure(badTable(fields.join(u';')));
    for (const QString &symbol : listOf(fields.at(1)))
        m_unclear.insert(symbol, fields.at(3));
    for (const QString &name : listOf(fields.at(2)))
        m_unclear.insert(name.toLower(), fields.at(3));
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
    if (const auto value = plain(name))
        return value;
    const QString lower = name.toLower();
    for (const Power &power : powerNames) {
        if (!lower.startsWith(power.name))
            continue;
        if (const auto value = plain(lower.sliced(power.name.size())))
            return value->power(power.exponent);
    }
    return {};
}

bool UnitTable::Unit::takes(int base, int exponent) const
{
    return base == 2 ? hasBinaryPrefixes : exponent >= smallestPrefix && exponent <= largestPrefix;
}

std::optional<UnitValue> UnitTable::plain(const QString &name) const
{
    const QString lower = name.toLower();
    if (const Unit *unit = unitOf(m_symbols, name))
        return unit->value;
    if (const Unit *unit = unitOf(m_names, lower))
        return unit->value;
    for (const Prefix &prefix : prefixes) {
        const Unit *unit
            = name.startsWith(prefix.symbol) ? unitOf(m_symbols, name.sliced(prefix.symbol.size())) : nullptr;
        if (!unit && lower.startsWith(prefix.name))
            unit = unitOf(m_names, lower.sliced(prefix.name.size()));
        if (unit && unit->takes(prefix.base, prefix.exponent))
            return multiple(unit->value, prefix);
    }
    return {};
}

std::vector<UnitTable::Spelling> UnitTable::inOtherCase(const QString &name) const
{
    std::vector<Spelling> spellings;
    const auto add = [&](const QString &symbol, const UnitValue &value) {
        const bool isThere
            = std::ranges::any_of(spellings, [&](const Spelling &other) { return isSame(other.value, value); });
        if (!isThere && symbol.compare(name, Qt::CaseInsensitive) == 0)
            spellings.push_back({symbol, value});
    };
    for (const auto &[symbol, index] : m_symbols.asKeyValueRange()) {
        const Unit &unit = m_units[index];
        if (symbol.size() == name.size())
            add(symbol, unit.value);
        for (const Prefix &prefix : prefixes) {
            if (prefix.symbol.size() + symbol.size() == name.size() && unit.takes(prefix.base, prefix.exponent))
                add(prefix.symbol + symbol, multiple(unit.value, prefix));
        }
    }
    std::ranges::sort(spellings, {}, &Spelling::symbol);
    return spellings;
}

Result<UnitValue> UnitTable::named(const QString &name) const
{
    const QString shown = name.left(60);
    const auto unit = single(name);
    if (unit && !m_unclear.contains(name))
        return *unit;
    const QString advice = m_unclear.value(name, m_unclear.value(name.toLower()));
    if (!advice.isEmpty())
        return failure(unknownUnit(u"\"%1\" is not clear as a unit: %2."_s.arg(shown, advice)));
    const auto spellings = inOtherCase(name);
    if (spellings.size() == 1)
        return spellings.front().value;
    QStringList symbols;
    for (const Spelling &spelling : spellings)
        symbols += spelling.symbol;
    return failure(unknownUnit(
        symbols.isEmpty() ? u"\"%1\" is no unit that is known here."_s.arg(shown)
                          : u"\"%1\" is not clear as a unit: write %2."_s.arg(shown, symbols.join(u" or "_s))));
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
