// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLatin1StringView>

#include <array>

namespace moe::tools {

/// What the account numbers of a country look like behind its letters and the check digits.
struct IbanCountry {
    QLatin1StringView code;
    QLatin1StringView form; ///< how many digits (n), letters (a) or of both (c) follow each other: "4a14n"
};

/// Of the IBAN registry (ISO 13616).
inline constexpr auto ibanCountries = [] {
    using namespace Qt::StringLiterals;
    return std::to_array<IbanCountry>({
        {"AD"_L1, "8n12c"_L1},    {"AE"_L1, "19n"_L1},      {"AL"_L1, "8n16c"_L1},    {"AT"_L1, "16n"_L1},
        {"AZ"_L1, "4a20c"_L1},    {"BA"_L1, "16n"_L1},      {"BE"_L1, "12n"_L1},      {"BG"_L1, "4a6n8c"_L1},
        {"BH"_L1, "4a14c"_L1},    {"BI"_L1, "23n"_L1},      {"BR"_L1, "23n1a1c"_L1},  {"BY"_L1, "4c4n16c"_L1},
        {"CH"_L1, "5n12c"_L1},    {"CR"_L1, "18n"_L1},      {"CY"_L1, "8n16c"_L1},    {"CZ"_L1, "20n"_L1},
        {"DE"_L1, "18n"_L1},      {"DJ"_L1, "23n"_L1},      {"DK"_L1, "14n"_L1},      {"DO"_L1, "4c20n"_L1},
        {"EE"_L1, "16n"_L1},      {"EG"_L1, "25n"_L1},      {"ES"_L1, "20n"_L1},      {"FI"_L1, "14n"_L1},
        {"FK"_L1, "2a12n"_L1},    {"FO"_L1, "14n"_L1},      {"FR"_L1, "10n11c2n"_L1}, {"GB"_L1, "4a14n"_L1},
        {"GE"_L1, "2a16n"_L1},    {"GI"_L1, "4a15c"_L1},    {"GL"_L1, "14n"_L1},      {"GR"_L1, "7n16c"_L1},
        {"GT"_L1, "24c"_L1},      {"HN"_L1, "4a20n"_L1},    {"HR"_L1, "17n"_L1},      {"HU"_L1, "24n"_L1},
        {"IE"_L1, "4a14n"_L1},    {"IL"_L1, "19n"_L1},      {"IQ"_L1, "4a15n"_L1},    {"IS"_L1, "22n"_L1},
        {"IT"_L1, "1a10n12c"_L1}, {"JO"_L1, "4a4n18c"_L1},  {"KW"_L1, "4a22c"_L1},    {"KZ"_L1, "3n13c"_L1},
        {"LB"_L1, "4n20c"_L1},    {"LC"_L1, "4a24c"_L1},    {"LI"_L1, "5n12c"_L1},    {"LT"_L1, "16n"_L1},
        {"LU"_L1, "3n13c"_L1},    {"LV"_L1, "4a13c"_L1},    {"LY"_L1, "21n"_L1},      {"MC"_L1, "10n11c2n"_L1},
        {"MD"_L1, "20c"_L1},      {"ME"_L1, "18n"_L1},      {"MK"_L1, "3n10c2n"_L1},  {"MN"_L1, "16n"_L1},
        {"MR"_L1, "23n"_L1},      {"MT"_L1, "4a5n18c"_L1},  {"MU"_L1, "4a19n3a"_L1},  {"NI"_L1, "4a20n"_L1},
        {"NL"_L1, "4a10n"_L1},    {"NO"_L1, "11n"_L1},      {"OM"_L1, "3n16c"_L1},    {"PK"_L1, "4a16c"_L1},
        {"PL"_L1, "24n"_L1},      {"PS"_L1, "4a21c"_L1},    {"PT"_L1, "21n"_L1},      {"QA"_L1, "4a21c"_L1},
        {"RO"_L1, "4a16c"_L1},    {"RS"_L1, "18n"_L1},      {"RU"_L1, "14n15c"_L1},   {"SA"_L1, "2n18c"_L1},
        {"SC"_L1, "4a20n3a"_L1},  {"SD"_L1, "14n"_L1},      {"SE"_L1, "20n"_L1},      {"SI"_L1, "15n"_L1},
        {"SK"_L1, "20n"_L1},      {"SM"_L1, "1a10n12c"_L1}, {"SO"_L1, "19n"_L1},      {"ST"_L1, "21n"_L1},
        {"SV"_L1, "4a20n"_L1},    {"TL"_L1, "19n"_L1},      {"TN"_L1, "20n"_L1},      {"TR"_L1, "6n16c"_L1},
        {"UA"_L1, "6n19c"_L1},    {"VA"_L1, "18n"_L1},      {"VG"_L1, "4a16n"_L1},    {"XK"_L1, "16n"_L1},
        {"YE"_L1, "4a4n18c"_L1},
    });
}();

}
