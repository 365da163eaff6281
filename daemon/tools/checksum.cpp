// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/checksum.h"

#include "daemon/tools/arguments.h"
#include "daemon/tools/calculation.h"
#include "daemon/tools/checkdigits.h"
#include "daemon/tools/ibancountries.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

constexpr qsizetype longestValue = 100;

enum class ChecksumKind { Iban, Isbn, Ean, Luhn };
constexpr auto enumNames(ChecksumKind)
{
    using enum ChecksumKind;
    return std::array{wire::EnumName{Iban, "iban"_L1}, wire::EnumName{Isbn, "isbn"_L1}, wire::EnumName{Ean, "ean"_L1},
                      wire::EnumName{Luhn, "luhn"_L1}};
}

struct ChecksumInput {
    ChecksumKind kind = ChecksumKind::Iban;
    NumberText value;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&ChecksumInput::kind>{"kind"_L1, Presence::Required,
                                        "iban, isbn (10 or 13), ean (8 or 13), or luhn (card numbers and others)."_L1},
            Field<&ChecksumInput::value>{"value"_L1, Presence::Required,
                                         "The number, best as a text; spaces and hyphens in it are ignored."_L1}};
    }
};

struct ChecksumOutput {
    bool isValid = false;
    QString kind;
    QString value;
    std::optional<QString> problem;
    std::optional<QString> expectedCheckDigits;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&ChecksumOutput::isValid>{"is_valid"_L1, Presence::Required,
                                            "Whether form and check digits are right; not whether it exists."_L1},
            Field<&ChecksumOutput::kind>{"kind"_L1, Presence::Required, "Such as IBAN or ISBN-13."_L1},
            Field<&ChecksumOutput::value>{"value"_L1, Presence::Required, "Without spaces and hyphens."_L1},
            Field<&ChecksumOutput::problem>{"problem"_L1, Presence::Optional, "What is wrong."_L1},
            Field<&ChecksumOutput::expectedCheckDigits>{"expected_check_digits"_L1, Presence::Optional,
                                                        "What the check digits should be, if the form is right."_L1}};
    }
};

bool isDigit(QChar c) { return c >= u'0' && c <= u'9'; }
bool isLetter(QChar c) { return c >= u'A' && c <= u'Z'; }
bool areDigits(QStringView text) { return std::ranges::all_of(text, isDigit); }

QString withoutSeparators(const QString &text)
{
    QString kept;
    for (const QChar c : text) {
        if (!c.isSpace() && c != u'-')
            kept += c.unicode() < 0x80 ? c.toUpper() : c;
    }
    return kept;
}

ChecksumOutput malformed(const QString &kind, const QString &value, const QString &problem)
{
    return {.isValid = false, .kind = kind, .value = value, .problem = problem, .expectedCheckDigits = {}};
}

ChecksumOutput checked(const QString &kind, const QString &value, QStringView digits, const QString &expected)
{
    const bool isValid = digits == expected;
    return {isValid, kind, value,
            isValid ? std::nullopt
                    : std::optional(u"the check digits are %1, they should be %2"_s.arg(digits, expected)),
            expected};
}

/// "2n1a" as one letter for each character: "nna".
QByteArray charactersOf(QLatin1StringView form)
{
    QByteArray characters;
    int count = 0;
    for (const char c : form) {
        if (isDigit(QLatin1Char(c))) {
            count = 10 * count + (c - '0');
        } else {
            characters += QByteArray(count, c);
            count = 0;
        }
    }
    return characters;
}

bool isAsFormed(QChar c, char form) { return (form != 'a' && isDigit(c)) || (form != 'n' && isLetter(c)); }

/// What is at odds with the form of the country's numbers, behind the check digits; nothing if all is right.
std::optional<QString> oddCharacter(const QString &iban, const IbanCountry &country)
{
    constexpr qsizetype begin = 4;
    const QByteArray form = charactersOf(country.form);
    for (qsizetype at = 0; at < form.size(); ++at) {
        const QChar c = iban[begin + at];
        if (!isAsFormed(c, form[at]))
            return u"character %1 is %2, where %3 has a %4"_s.arg(begin + at + 1)
                .arg(c)
                .arg(country.code)
                .arg(form[at] == 'n'       ? "digit"_L1
                         : form[at] == 'a' ? "letter"_L1
                                           : "letter or digit"_L1);
    }
    return {};
}

ChecksumOutput checkedIban(const QString &value)
{
    const QString kind = u"IBAN"_s;
    const auto country = std::ranges::find(ibanCountries, value.left(2), &IbanCountry::code);
    if (country == ibanCountries.end())
        return malformed(kind, value, u"it does not begin with the letters of a country that has IBANs"_s);
    const qsizetype length = 4 + charactersOf(country->form).size();
    if (value.size() != length)
        return malformed(
            kind, value,
            u"%1 has IBANs of %2 characters, this has %3"_s.arg(country->code).arg(length).arg(value.size()));
    const QStringView digits = QStringView(value).sliced(2, 2);
    if (!areDigits(digits))
        return malformed(kind, value, u"two digits follow the country's letters"_s);
    if (const auto problem = oddCharacter(value, *country))
        return malformed(kind, value, *problem);
    return checked(kind, value, digits, ibanCheckDigits(value));
}

ChecksumOutput checkedEan(const QString &kind, const QString &value)
{
    return checked(kind, value, QStringView(value).last(1), eanCheckDigit(QStringView(value).chopped(1)));
}

ChecksumOutput checkedIsbn(const QString &value)
{
    const QStringView body = QStringView(value).chopped(value.isEmpty() ? 0 : 1);
    const bool isLong = value.size() == 13;
    if ((value.size() != 10 && !isLong) || !areDigits(body)
        || !(isDigit(value.back()) || (value.endsWith(u'X') && !isLong)))
        return malformed(u"ISBN"_s, value, u"an ISBN has 13 digits, or 9 and a digit or X"_s);
    if (!isLong)
        return checked(u"ISBN-10"_s, value, QStringView(value).last(1), isbn10CheckDigit(body));
    if (!value.startsWith("978"_L1) && !value.startsWith("979"_L1))
        return malformed(u"ISBN-13"_s, value, u"an ISBN of 13 digits begins with 978 or 979"_s);
    return checkedEan(u"ISBN-13"_s, value);
}

ChecksumOutput checkedNumber(const ChecksumInput &input, const QString &value)
{
    if (input.kind == ChecksumKind::Luhn) {
        return areDigits(value) && value.size() >= 2
            ? checked(u"Luhn"_s, value, QStringView(value).last(1), luhnCheckDigit(QStringView(value).chopped(1)))
            : malformed(u"Luhn"_s, value, u"expected at least two digits"_s);
    }
    return areDigits(value) && (value.size() == 8 || value.size() == 13)
        ? checkedEan(u"EAN-%1"_s.arg(value.size()), value)
        : malformed(u"EAN"_s, value, u"an EAN has 8 or 13 digits"_s);
}

Result<ChecksumOutput> validated(const ChecksumInput &input)
{
    if (input.value.text.size() > longestValue)
        return failure(badCall(u"value: it may have %1 characters."_s.arg(longestValue), u"value"_s, u"too_large"_s));
    const QString value = withoutSeparators(input.value.text);
    switch (input.kind) {
    case ChecksumKind::Iban: return checkedIban(value);
    case ChecksumKind::Isbn: return checkedIsbn(value);
    case ChecksumKind::Ean:
    case ChecksumKind::Luhn: return checkedNumber(input, value);
    }
    Q_UNREACHABLE_RETURN(failure(Error::internal(u"An unknown kind of checksum."_s)));
}

QString checksumText(const ChecksumInput &, const ChecksumOutput &output)
{
    // Quoted as in JSON: one line whatever it holds.
    const QString value = QString::fromUtf8(wire::write(output.value));
    return output.isValid ? u"%1 is a valid %2"_s.arg(value, output.kind)
                          : u"%1 is no valid %2: %3"_s.arg(value, output.kind, *output.problem);
}

}

ToolList checksumTools()
{
    return {calculation({"checksum_validate"_L1, "Check digits"_L1,
                         "Checks the form and check digits of an IBAN, ISBN or EAN, or of a number by Luhn's rule, and "
                         "says what the check digits should be."_L1},
                        &validated, &checksumText)};
}

}
