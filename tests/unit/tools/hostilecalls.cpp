// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/hostilecalls.h"

#include "shared/wire/jsonscan.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

struct Good {
    const char *tool;
    const char *arguments;
};

constexpr std::array goodCalls{
    Good{"base64_codec", R"({"text":"QUJD","mode":"decode"})"},
    Good{"checksum_validate", R"({"kind":"iban","value":"DE89370400440532013000"})"},
    Good{"date_add", R"({"base_date":"2026-11-21","days":1,"months":1,"years":1})"},
    Good{"date_diff", R"({"date1":"2026-11-21","date2":"2026-11-22"})"},
    Good{"day_of_week", R"({"date_str":"2026-11-21"})"},
    Good{"finance_calc",
         R"({"operation":"annuity","amount":1000,"rate":5,"years":2,"periods_per_year":12,"decimals":2})"},
    Good{"finance_calc", R"({"operation":"percentage_change","amount":80,"other_amount":100})"},
    Good{"gcd_lcm", R"({"a":12,"b":18})"},
    Good{"gcd_lcm", R"({"numbers":[12,18]})"},
    Good{"hash_text", R"({"text":"abc","algorithm":"md5"})"},
    Good{"matrix_calc", R"({"operation":"product","matrix":[[1]],"other":[[2]]})"},
    Good{"matrix_calc", R"({"operation":"solve","matrix":[[1]],"vector":[2]})"},
    Good{"probability_calc", R"({"operation":"binomial_cdf","n":10,"k":3,"p":0.5})"},
    Good{"regex_extract", R"({"pattern":"a","text":"banana","flags":"i"})"},
    Good{"roman_numeral", R"({"value":4})"},
    Good{"statistics_calc", R"({"data":[1,2],"operations":["mean"]})"},
    Good{"subnet_calc", R"({"cidr":"10.0.0.0/8"})"},
    Good{"text_analyze", R"({"text":"a"})"},
    Good{"timezone_convert", R"({"datetime":"2026-11-21T12:00","from_timezone":"UTC","to_timezone":"UTC"})"},
};

QByteArray quoted(const QByteArray &text) { return '"' + text + '"'; }

const std::vector<QByteArray> &hostileValues()
{
    static const std::vector<QByteArray> values{
        QByteArray(1'000'000, '7'),
        quoted(QByteArray(1'000'000, '7')),
        quoted(QByteArray(1'000'000, 'A')),
        quoted(QByteArray(500'000, '(') + QByteArray(400'000, ')')),
        quoted(QByteArray("\\u0000").repeated(150'000)),
        "1e99999",
        "-1e99999",
        "1e-99999",
        quoted("1e99999"),
        "1e999999999999",
        "0." + QByteArray(5000, '0') + '1',
        QByteArray(3000, '9'),
        quoted(QByteArray(3000, '9')),
        QByteArray(100, '[') + QByteArray(100, ']'),
        QByteArray(100'000, '['),
        QByteArray("{\"a\":").repeated(50'000),
        '[' + QByteArray("0,").repeated(150'000) + "0]",
        "[1e49" + QByteArray(",1e-49,1e49").repeated(340) + ']',
        "[1,[2,[3]]]",
        "[null]",
        "{}",
        "null",
        "true",
        "\"\"",
        quoted("\\u0000"),
        quoted("\\ud800"),
        quoted("\xff\xfe"),
        quoted("\xed\xa0\x80"),
        quoted("9999-99-99"),
        quoted("0000-00-00"),
        quoted("::/0"),
        quoted("0.0.0.0/-1"),
        quoted("../../../../etc/passwd"),
        quoted("((((a+)+)+)+)+$"),
        quoted("%1%2%3%n%s"),
        "NaN",
        "Infinity",
        "",
    };
    return values;
}

std::vector<QByteArray> namesIn(const QByteArray &object)
{
    std::vector<QByteArray> names;
    json::forEachMember(object, {0, object.size(), json::Kind::Object}, [&](json::Span key, json::Span) {
        names.push_back(json::unescaped(object, key));
        return true;
    });
    return names;
}

QByteArray withValue(const QByteArray &object, const QByteArray &name, const QByteArray &value)
{
    const auto span = json::member(object, {0, object.size(), json::Kind::Object}, name);
    return json::replaced(object, *span, value);
}

HostileCall regex(const QByteArray &pattern, const QByteArray &text, const QString &code = {})
{
    return {u"regex_extract"_s, "{\"pattern\":" + json::quoted(pattern) + ",\"text\":" + json::quoted(text) + '}',
            code};
}

HostileCall matrix(const QByteArray &operation, int size, const QByteArray &prefix, const QString &code = {},
                   const QByteArray &suffix = {})
{
    QByteArray rows;
    for (int row = 0; row < size; ++row) {
        rows += row == 0 ? "[" : ",[";
        for (int column = 0; column < size; ++column)
            rows += (column == 0 ? "" : ",") + prefix + QByteArray::number(100 + row * 31 % 17 * column % 97) + suffix;
        rows += ']';
    }
    return {u"matrix_calc"_s,
            "{\"operation\":\"" + operation + "\",\"matrix\":[" + rows + "],\"other\":[" + rows + "]}", code};
}

}

std::vector<HostileCall> replacedArguments()
{
    std::vector<HostileCall> calls;
    for (const auto &[tool, arguments] : goodCalls) {
        for (const QByteArray &name : namesIn(arguments)) {
            for (const QByteArray &value : hostileValues())
                calls.push_back({QString::fromLatin1(tool), withValue(arguments, name, value)});
        }
    }
    return calls;
}

std::vector<HostileCall> costlyCalls()
{
    const QByteArray manyA(200'000, 'a');
    const QByteArray tooLarge(1024 * 1024, ' ');
    return {
        regex("(a+)+$", QByteArray(40, 'a') + '!'),
        regex("^(a|b)*$", QByteArray(50'000, 'a') + '!'),
        regex("^(a|a)*$", QByteArray(50'000, 'a') + '!'),
        regex("(a*)*b", manyA),
        regex("a(.*b)?", manyA),
        regex("(.*)(.*)(.*)(.*)(.*)x", manyA),
        regex("(a?){200}a{200}", QByteArray(4000, 'a')),
        regex("(x+x+)+y", QByteArray(100'000, 'x')),
        regex("([a-z]+)*[0-9]", manyA),
        regex("(?:a{0,1000}){0,1}", QByteArray(3000, 'a')),
        regex("(\\pL|\\pN|\\pP)+\\pS", QByteArray(3000, 'a')),
        regex("((a{30}){30}){30}", "a", u"invalid_pattern"_s),
        regex("[\\pL\\pN]{1000}", "a", u"too_large"_s),
        regex("(\\pL{1,50}){1,50}", "a", u"invalid_pattern"_s),
        regex("a{900}", QByteArray(250'000, 'a'), u"too_hard"_s),
        regex("a", QByteArray(300'000, 'a'), u"too_large"_s),
        matrix("determinant", 20, "12345678901234567"),
        matrix("inverse", 20, "1234567890.1234567"),
        matrix("inverse", 18, "1e1"),
        matrix("product", 20, "12345678901234567"),
        matrix("determinant", 20, "\"12345678901234567891/98765432109876543", {}, "\""),
        matrix("inverse", 17, "\"12345678901234567891/98765432109876543", {}, "\""),
        matrix("product", 20, "\"12345678901234567891/98765432109876543", {}, "\""),
        matrix("rank", 20, "0.00000000000000"),
        matrix("rank", 21, "", u"invalid_arguments"_s),
        matrix("determinant", 2, "123456789012345678901", u"too_large"_s),
        {u"probability_calc"_s, R"({"operation":"binomial_cdf","n":1000,"k":1000,"p":0.12345678901})"},
        {u"probability_calc"_s, R"({"operation":"binomial_cdf","n":1000,"k":999,"p":"123456789/987654321"})"},
        {u"probability_calc"_s, R"({"operation":"permutations","n":1000,"k":1000})"},
        {u"finance_calc"_s,
         R"({"operation":"annuity","amount":"99999999999999999999.99","rate":"0.123457","years":100})"},
        {u"finance_calc"_s,
         R"({"operation":"compound_interest","amount":"1e29","rate":"99.99999","years":1200,"decimals":10})"},
        {u"finance_calc"_s,
         R"({"operation":"compound_interest","amount":"1e29","rate":"99.123457","years":100,"periods_per_year":365,"decimals":10})"},
        {u"finance_calc"_s,
         R"({"operation":"compound_interest","amount":1,"rate":"1.234567","years":100,"periods_per_year":366})",
         u"invalid_arguments"_s},
        {u"statistics_calc"_s,
         "{\"data\":[1e49" + QByteArray(",1e-49").repeated(500) + "],\"operations\":[\"stdev\",\"percentiles\"]}"},
        {u"statistics_calc"_s,
         "{\"data\":\"1" + QByteArray(",2").repeated(99'999) + "\",\"operations\":\"stdev,mode,percentiles\"}"},
        {u"statistics_calc"_s, "{\"data\":\"1" + QByteArray(",2").repeated(100'000) + "\"}", u"too_large"_s},
        {u"statistics_calc"_s, "{\"data\":[1,2],\"operations\":\"mean" + QByteArray(",mean").repeated(50) + "\"}",
         u"invalid_arguments"_s},
        {u"gcd_lcm"_s, "{\"numbers\":[1e999" + QByteArray(",3e998").repeated(99) + "]}"},
        {u"gcd_lcm"_s, "{\"numbers\":[1" + QByteArray(",2").repeated(100) + "]}", u"invalid_arguments"_s},
        {u"hash_text"_s, "{\"text\":\"" + QByteArray(1'000'000, 'x') + "\",\"algorithm\":\"sha512\"}"},
        {u"base64_codec"_s, "{\"text\":\"" + QByteArray(1'000'000, 'x') + "\"}", u"result_too_large"_s},
        {u"text_analyze"_s, "{\"text\":\"" + QByteArray("wort. ").repeated(170'000) + "\"}"},
        {u"text_analyze"_s, "{\"text\":\"" + QByteArray("\xcc\x81").repeated(500'000) + "\"}"},
        {u"subnet_calc"_s, R"({"cidr":"::/0"})"},
        {u"date_add"_s, tooLarge + "{}", u"arguments_too_large"_s},
        {u"gcd_lcm"_s, "{\"a\":" + QByteArray(1'100'000, '1') + ",\"b\":2}", u"arguments_too_large"_s},
    };
}

}
