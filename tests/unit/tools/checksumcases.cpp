// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/toolcases.h"

// Expected values are Python's: stdnum.
namespace moe::tools {

// clang-format off
ToolCases checksumCases()
{
    return {
        {"checksum_validate", R"({"kind": "iban", "value": "DE89 3704 0044 0532 0130 00"})",
         R"({"is_valid": true, "kind": "IBAN", "value": "DE89370400440532013000", )"
         R"("expected_check_digits": "89"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "GB82WEST12345698765432"})",
         R"({"is_valid": true, "kind": "IBAN", "value": "GB82WEST12345698765432", )"
         R"("expected_check_digits": "82"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "FR1420041010050500013M02606"})",
         R"({"is_valid": true, "kind": "IBAN", "value": "FR1420041010050500013M02606", )"
         R"("expected_check_digits": "14"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "CH9300762011623852957"})",
         R"({"is_valid": true, "kind": "IBAN", "value": "CH9300762011623852957", )"
         R"("expected_check_digits": "93"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "AT611904300234573201"})",
         R"({"is_valid": true, "kind": "IBAN", "value": "AT611904300234573201", )"
         R"("expected_check_digits": "61"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "NO9386011117947"})",
         R"({"is_valid": true, "kind": "IBAN", "value": "NO9386011117947", )"
         R"("expected_check_digits": "93"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "MT84MALT011000012345MTLCAST001S"})",
         R"({"is_valid": true, "kind": "IBAN", "value": "MT84MALT011000012345MTLCAST001S", )"
         R"("expected_check_digits": "84"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "nl91abna0417164300"})",
         R"({"is_valid": true, "kind": "IBAN", "value": "NL91ABNA0417164300", )"
         R"("expected_check_digits": "91"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "BE68539007547034"})",
         R"({"is_valid": true, "kind": "IBAN", "value": "BE68539007547034", )"
         R"("expected_check_digits": "68"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "SC18SSCB11010000000000001497USD"})",
         R"({"is_valid": true, "kind": "IBAN", "value": "SC18SSCB11010000000000001497USD", )"
         R"("expected_check_digits": "18"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "DE47 3704 0044 0532 013A 00"})",
         R"({"is_valid": false, "problem": "character 20 is A, where DE has a digit"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "GB82WES112345698765432"})",
         R"({"is_valid": false, "problem": "character 8 is 1, where GB has a letter"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "RU0304452522540817810538091310419"})",
         R"({"is_valid": true})"},
        {"checksum_validate", R"({"kind": "iban", "value": "BR1800360305000010009795493C1"})",
         R"({"is_valid": true})"},
        {"checksum_validate", R"({"kind": "iban", "value": "LC55HEMM000100010012001200023015"})",
         R"({"is_valid": true})"},
        {"checksum_validate", R"({"kind": "iban", "value": "DE88370400440532013000"})",
         R"({"is_valid": false, "expected_check_digits": "89", )"
         R"("problem": "the check digits are 88, they should be 89"})",
         R"("DE88370400440532013000" is no valid IBAN: the check digits are 88, they should be 89)"},
        {"checksum_validate", R"({"kind": "iban", "value": "DE8937040044053201300"})",
         R"({"is_valid": false, "problem": "DE has IBANs of 22 characters, this has 21"})"},
        {"checksum_validate", R"({"kind": "iban", "value": "US89370400440532013000"})",
         R"({"is_valid": false})"},
        {"checksum_validate", R"({"kind": "iban", "value": "DE8X370400440532013000"})",
         R"({"is_valid": false})"},
        {"checksum_validate", R"({"kind": "iban", "value": ""})",
         R"({"is_valid": false})"},
        {"checksum_validate", R"({"kind": "iban", "value": "DE89370400440532013ö00"})",
         R"({"is_valid": false})"},
        {"checksum_validate", R"({"kind": "isbn", "value": "978-3-16-148410-0"})",
         R"({"is_valid": true, "kind": "ISBN-13", "value": "9783161484100", )"
         R"("expected_check_digits": "0"})"},
        {"checksum_validate", R"({"kind": "isbn", "value": "9780306406157"})",
         R"({"is_valid": true, "kind": "ISBN-13", "value": "9780306406157", )"
         R"("expected_check_digits": "7"})"},
        {"checksum_validate", R"({"kind": "isbn", "value": "0-306-40615-2"})",
         R"({"is_valid": true, "kind": "ISBN-10", "value": "0306406152", )"
         R"("expected_check_digits": "2"})"},
        {"checksum_validate", R"({"kind": "isbn", "value": "080442957X"})",
         R"({"is_valid": true, "kind": "ISBN-10", "value": "080442957X", )"
         R"("expected_check_digits": "X"})"},
        {"checksum_validate", R"({"kind": "isbn", "value": "979-10-90636-07-1"})",
         R"({"is_valid": true, "kind": "ISBN-13", "value": "9791090636071", )"
         R"("expected_check_digits": "1"})"},
        {"checksum_validate", R"({"kind": "isbn", "value": "9780306406158"})",
         R"({"is_valid": false, "expected_check_digits": "7"})"},
        {"checksum_validate", R"({"kind": "isbn", "value": "0804429570"})",
         R"({"is_valid": false, "expected_check_digits": "X"})"},
        {"checksum_validate", R"({"kind": "isbn", "value": "4006381333931"})",
         R"({"is_valid": false})"},
        {"checksum_validate", R"({"kind": "isbn", "value": "97803064061X7"})",
         R"({"is_valid": false})"},
        {"checksum_validate", R"({"kind": "isbn", "value": ""})",
         R"({"is_valid": false})"},
        {"checksum_validate", R"({"kind": "isbn", "value": "X"})",
         R"({"is_valid": false})"},
        {"checksum_validate", R"({"kind": "ean", "value": "4006381333931"})",
         R"({"is_valid": true, "kind": "EAN-13"})"},
        {"checksum_validate", R"({"kind": "ean", "value": "73513537"})",
         R"({"is_valid": true, "kind": "EAN-8"})"},
        {"checksum_validate", R"({"kind": "ean", "value": "5901234123457"})",
         R"({"is_valid": true, "kind": "EAN-13"})"},
        {"checksum_validate", R"({"kind": "ean", "value": "96385074"})",
         R"({"is_valid": true, "kind": "EAN-8"})"},
        {"checksum_validate", R"({"kind": "ean", "value": "0012345678905"})",
         R"({"is_valid": true, "kind": "EAN-13"})"},
        {"checksum_validate", R"({"kind": "ean", "value": "4006381333930"})",
         R"({"is_valid": false, "expected_check_digits": "1"})"},
        {"checksum_validate", R"({"kind": "ean", "value": "123456789"})",
         R"({"is_valid": false})"},
        {"checksum_validate", R"({"kind": "ean", "value": "4006381３33931"})",
         R"({"is_valid": false})"},
        {"checksum_validate", R"({"kind": "luhn", "value": "4539 1488 0343 6467"})",
         R"({"is_valid": true, "kind": "Luhn"})"},
        {"checksum_validate", R"({"kind": "luhn", "value": "79927398713"})",
         R"({"is_valid": true, "kind": "Luhn"})"},
        {"checksum_validate", R"({"kind": "luhn", "value": "378282246310005"})",
         R"({"is_valid": true, "kind": "Luhn"})"},
        {"checksum_validate", R"({"kind": "luhn", "value": "18"})",
         R"({"is_valid": true, "kind": "Luhn"})"},
        {"checksum_validate", R"({"kind": "luhn", "value": "79927398710"})",
         R"({"is_valid": false, "expected_check_digits": "3"})"},
        {"checksum_validate", R"({"kind": "luhn", "value": "1"})",
         R"({"is_valid": false})"},
        {"checksum_validate", R"({"kind": "luhn", "value": "4539x"})",
         R"({"is_valid": false})"},
        {"checksum_validate", R"({"kind": "vin", "value": "1"})",
         "!invalid_arguments"},
        {"checksum_validate", R"({"kind": "luhn", "value": 79927398713})",
         R"({"is_valid": true, "value": "79927398713"})"},
        {"checksum_validate", R"({"kind": "ean", "value": 4006381333931})",
         R"({"is_valid": true, "kind": "EAN-13"})"},
        {"checksum_validate", R"({"kind": "luhn", "value": 7992739.5})",
         "!invalid_arguments"},
        {"checksum_validate", R"({"kind": "luhn", "value": -18})",
         "!invalid_arguments"},
        {"checksum_validate", R"({"kind": "luhn", "value": null})",
         "!invalid_arguments"},
        {"checksum_validate", R"({"kind": "luhn", "value": "1111111111111111111111111111111111111111111111111111111111)"
         R"(1111111111111111111111111111111111111111111"})",
         "!too_large"},
    };
}
// clang-format on

}
