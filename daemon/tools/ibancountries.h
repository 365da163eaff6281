// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLatin1StringView>

#include <array>

namespace moe::tools {

/// How long the account numbers of a country are.
struct IbanCountry {
    QLatin1StringView code;
    int length;
};

/// Of the IBAN registry (ISO 13616).
inline constexpr auto ibanCountries = [] {
    using namespace Qt::StringLiterals;
    return std::to_array<IbanCountry>({
        {"AD"_L1, 24}, {"AE"_L1, 23}, {"AL"_L1, 28}, {"AT"_L1, 20}, {"AZ"_L1, 28}, {"BA"_L1, 20}, {"BE"_L1, 16},
        {"BG"_L1, 22}, {"BH"_L1, 22}, {"BI"_L1, 27}, {"BR"_L1, 29}, {"BY"_L1, 28}, {"CH"_L1, 21}, {"CR"_L1, 22},
        {"CY"_L1, 28}, {"CZ"_L1, 24}, {"DE"_L1, 22}, {"DJ"_L1, 27}, {"DK"_L1, 18}, {"DO"_L1, 28}, {"EE"_L1, 20},
        {"EG"_L1, 29}, {"ES"_L1, 24}, {"FI"_L1, 18}, {"FK"_L1, 18}, {"FO"_L1, 18}, {"FR"_L1, 27}, {"GB"_L1, 22},
        {"GE"_L1, 22}, {"GI"_L1, 23}, {"GL"_L1, 18}, {"GR"_L1, 27}, {"GT"_L1, 28}, {"HN"_L1, 28}, {"HR"_L1, 21},
        {"HU"_L1, 28}, {"IE"_L1, 22}, {"IL"_L1, 23}, {"IQ"_L1, 23}, {"IS"_L1, 26}, {"IT"_L1, 27}, {"JO"_L1, 30},
        {"KW"_L1, 30}, {"KZ"_L1, 20}, {"LB"_L1, 28}, {"LC"_L1, 32}, {"LI"_L1, 21}, {"LT"_L1, 20}, {"LU"_L1, 20},
        {"LV"_L1, 21}, {"LY"_L1, 25}, {"MC"_L1, 27}, {"MD"_L1, 24}, {"ME"_L1, 22}, {"MK"_L1, 19}, {"MN"_L1, 20},
        {"MR"_L1, 27}, {"MT"_L1, 31}, {"MU"_L1, 30}, {"NI"_L1, 28}, {"NL"_L1, 18}, {"NO"_L1, 15}, {"OM"_L1, 23},
        {"PK"_L1, 24}, {"PL"_L1, 28}, {"PS"_L1, 29}, {"PT"_L1, 25}, {"QA"_L1, 29}, {"RO"_L1, 24}, {"RS"_L1, 22},
        {"RU"_L1, 33}, {"SA"_L1, 24}, {"SC"_L1, 31}, {"SD"_L1, 18}, {"SE"_L1, 24}, {"SI"_L1, 19}, {"SK"_L1, 24},
        {"SM"_L1, 27}, {"SO"_L1, 23}, {"ST"_L1, 25}, {"SV"_L1, 28}, {"TL"_L1, 23}, {"TN"_L1, 24}, {"TR"_L1, 26},
        {"UA"_L1, 29}, {"VA"_L1, 22}, {"VG"_L1, 24}, {"XK"_L1, 20}, {"YE"_L1, 30},
    });
}();

}
