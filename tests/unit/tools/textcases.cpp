// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/toolcases.h"

// Expected values are Python's: re; words and sentences counted by hand.
namespace moe::tools {

// clang-format off
ToolCases textCases()
{
    return {
        {"regex_extract", R"({"pattern": "\\d+", "text": "a1 b22 c333"})",
         R"({"matches": [{"text": "1", "start": 1, "end": 2, "groups": []}, {"text": "22", "start": 4, "end": 6, )"
         R"("groups": []}, {"text": "333", "start": 8, "end": 11, "groups": []}], "is_truncated": false})",
         R"(3 matches: "1" at 1, "22" at 4, "333" at 8)"},
        {"regex_extract", R"x({"pattern": "(?P<user>\\w+)@(?P<host>[\\w.]+)", "text": "bob@example.org, eve@moe.local"})x",
         R"({"matches": [{"text": "bob@example.org", "start": 0, "end": 15, "groups": [{"number": 1, "text": "bob", )"
         R"("start": 0, "end": 3, "name": "user"}, {"number": 2, "text": "example.org", "start": 4, "end": 15, )"
         R"("name": "host"}]}, {"text": "eve@moe.local", "start": 17, "end": 30, "groups": [{"number": 1, )"
         R"("text": "eve", "start": 17, "end": 20, "name": "user"}, {"number": 2, "text": "moe.local", "start": 21, )"
         R"("end": 30, "name": "host"}]}], "is_truncated": false})"},
        {"regex_extract", R"x({"pattern": "(\\d{2})\\.(\\d{2})\\.(\\d{4})", "text": "Vom 21.11.2026 bis 24.12.2026"})x",
         R"({"matches": [{"text": "21.11.2026", "start": 4, "end": 14, "groups": [{"number": 1, "text": "21", )"
         R"("start": 4, "end": 6}, {"number": 2, "text": "11", "start": 7, "end": 9}, {"number": 3, "text": "2026", )"
         R"("start": 10, "end": 14}]}, {"text": "24.12.2026", "start": 19, "end": 29, "groups": [{"number": 1, )"
         R"("text": "24", "start": 19, "end": 21}, {"number": 2, "text": "12", "start": 22, "end": 24}, )"
         R"({"number": 3, "text": "2026", "start": 25, "end": 29}]}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "straße", "text": "Hauptstraße 1, STRASSE", "flags": "i"})",
         R"({"matches": [{"text": "straße", "start": 5, "end": 11, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "ü", "text": "Müller küßt für 5 €"})",
         R"({"matches": [{"text": "ü", "start": 1, "end": 2, "groups": []}, {"text": "ü", "start": 8, "end": 9, )"
         R"("groups": []}, {"text": "ü", "start": 13, "end": 14, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "😀", "text": "a😀b😀"})",
         R"({"matches": [{"text": "😀", "start": 1, "end": 2, "groups": []}, {"text": "😀", "start": 3, "end": 4, )"
         R"("groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": ".", "text": "äö"})",
         R"({"matches": [{"text": "ä", "start": 0, "end": 1, "groups": []}, {"text": "ö", "start": 1, "end": 2, )"
         R"("groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "^b", "text": "a\nb"})",
         R"({"matches": [], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "^b", "text": "a\nb", "flags": "m"})",
         R"({"matches": [{"text": "b", "start": 2, "end": 3, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "a.b", "text": "a\nb"})",
         R"({"matches": [], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "a.b", "text": "a\nb", "flags": "s"})",
         R"({"matches": [{"text": "a\nb", "start": 0, "end": 3, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "x*", "text": "axb"})",
         R"({"matches": [{"text": "", "start": 0, "end": 0, "groups": []}, {"text": "x", "start": 1, "end": 2, )"
         R"("groups": []}, {"text": "", "start": 2, "end": 2, "groups": []}, {"text": "", "start": 3, "end": 3, )"
         R"("groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "", "text": "ab"})",
         R"({"matches": [{"text": "", "start": 0, "end": 0, "groups": []}, {"text": "", "start": 1, "end": 1, )"
         R"("groups": []}, {"text": "", "start": 2, "end": 2, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "", "text": "äß"})",
         R"({"matches": [{"text": "", "start": 0, "end": 0, "groups": []}, {"text": "", "start": 1, "end": 1, )"
         R"("groups": []}, {"text": "", "start": 2, "end": 2, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"x({"pattern": "(a)|(b)", "text": "ab"})x",
         R"({"matches": [{"text": "a", "start": 0, "end": 1, "groups": [{"number": 1, "text": "a", "start": 0, )"
         R"("end": 1}, {"number": 2, "text": null}]}, {"text": "b", "start": 1, "end": 2, "groups": [{"number": 1, )"
         R"("text": null}, {"number": 2, "text": "b", "start": 1, "end": 2}]}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "(a(b)?)+", "text": "abaab"})",
         R"({"matches": [{"text": "abaab", "start": 0, "end": 5, "groups": [{"number": 1, "text": "ab", "start": 3, )"
         R"("end": 5}, {"number": 2, "text": "b", "start": 4, "end": 5}]}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "nothing", "text": "here"})",
         R"({"matches": [], "is_truncated": false})",
         R"(No match)"},
        {"regex_extract", R"({"pattern": "[A-Z]+", "text": "Ab CD", "flags": "i"})",
         R"({"matches": [{"text": "Ab", "start": 0, "end": 2, "groups": []}, {"text": "CD", "start": 3, "end": 5, )"
         R"("groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "\\bfoo\\b", "text": "foo food foo"})",
         R"({"matches": [{"text": "foo", "start": 0, "end": 3, "groups": []}, {"text": "foo", "start": 9, )"
         R"("end": 12, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "a|ab", "text": "ab"})",
         R"({"matches": [{"text": "a", "start": 0, "end": 1, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "(?i)x", "text": "X"})",
         R"({"matches": [{"text": "X", "start": 0, "end": 1, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "a\u0000b", "text": "xa\u0000b"})",
         R"({"matches": [{"text": "a\u0000b", "start": 1, "end": 4, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "^(.*)$", "text": "one\ntwo", "flags": "im"})",
         R"({"matches": [{"text": "one", "start": 0, "end": 3, "groups": [{"number": 1, "text": "one", "start": 0, )"
         R"("end": 3}]}, {"text": "two", "start": 4, "end": 7, "groups": [{"number": 1, "text": "two", "start": 4, )"
         R"("end": 7}]}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "$", "text": ""})",
         R"({"matches": [{"text": "", "start": 0, "end": 0, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"x({"pattern": "()", "text": ""})x",
         R"({"matches": [{"text": "", "start": 0, "end": 0, "groups": [{"number": 1, "text": "", "start": 0, )"
         R"("end": 0}]}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "(", "text": "a"})",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "a)(b", "text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "[z-a]", "text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "a{2000}", "text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"x({"pattern": "(?=a)", "text": "a", "flags": "i"})x",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "(?<!a)b", "text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "(a)\\1", "text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "*", "text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "\\", "text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"x({"pattern": "(?P<n>a)(?P<n>b)", "text": "a", "flags": "i"})x",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "[[:foo:]]", "text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "\\p{Nonsense}", "text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "((((((((((a{10}){10}){10}){10}){10}){10}){10}){10}){10}){10}", "text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "a", "text": "a", "flags": "g"})",
         "!invalid_arguments"},
        {"regex_extract", R"({"pattern": "a", "text": "a", "flags": "iiii"})",
         "!invalid_arguments"},
        {"regex_extract", R"({"pattern": "a"})",
         "!invalid_arguments"},
        {"regex_extract", R"({"pattern": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "text": "a"})",
         "!too_large"},
        {"regex_extract", R"({"pattern": "(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)()"
         R"x(a)(a)(a)", "text": "a"})x",
         "!too_large"},
        {"text_analyze", R"({"text": "Hello world. This is a test."})",
         R"({"words": 6, "unique_words": 6, "characters": 28, "characters_without_spaces": 23, "code_points": 28, )"
         R"("sentences": 2, "paragraphs": 1, "reading_time_seconds": 2})",
         R"(6 words (6 different), 28 characters (23 without spaces), 2 sentences, 1 paragraph, 0 min 2 s to read)"},
        {"text_analyze", R"({"text": ""})",
         R"({"words": 0, "unique_words": 0, "characters": 0, "characters_without_spaces": 0, "code_points": 0, )"
         R"("sentences": 0, "paragraphs": 0, "reading_time_seconds": 0})"},
        {"text_analyze", R"({"text": "   \n\n  "})",
         R"({"words": 0, "unique_words": 0, "characters": 7, "characters_without_spaces": 0, "code_points": 7, )"
         R"("sentences": 0, "paragraphs": 0, "reading_time_seconds": 0})"},
        {"text_analyze", R"({"text": "The the THE"})",
         R"({"words": 3, "unique_words": 1, "characters": 11, "characters_without_spaces": 9, "code_points": 11, )"
         R"("sentences": 1, "paragraphs": 1, "reading_time_seconds": 1})"},
        {"text_analyze", R"({"text": "One.\n\nTwo!\n\n\nThree?"})",
         R"({"words": 3, "unique_words": 3, "characters": 19, "characters_without_spaces": 14, "code_points": 19, )"
         R"("sentences": 3, "paragraphs": 3, "reading_time_seconds": 1})"},
        {"text_analyze", R"({"text": "Straße STRASSE strasse"})",
         R"({"words": 3, "unique_words": 1, "characters": 22, "characters_without_spaces": 20, "code_points": 22, )"
         R"("sentences": 1, "paragraphs": 1, "reading_time_seconds": 1})"},
        {"text_analyze", R"({"text": "Über allen Gipfeln ist Ruh"})",
         R"({"words": 5, "unique_words": 5, "characters": 26, "characters_without_spaces": 22, "code_points": 26, )"
         R"("sentences": 1, "paragraphs": 1, "reading_time_seconds": 2})"},
        {"text_analyze", R"({"text": "3.14 is pi, isn't it?"})",
         R"({"words": 5, "unique_words": 5, "characters": 21, "characters_without_spaces": 17, "code_points": 21, )"
         R"("sentences": 1, "paragraphs": 1, "reading_time_seconds": 2})"},
        {"text_analyze", R"({"text": "áe"})",
         R"({"words": 1, "unique_words": 1, "characters": 2, "characters_without_spaces": 2, "code_points": 3, )"
         R"("sentences": 1, "paragraphs": 1, "reading_time_seconds": 1})"},
        {"text_analyze", R"({"text": "👍🏽 ok"})",
         R"({"words": 1, "unique_words": 1, "characters": 4, "characters_without_spaces": 3, "code_points": 5, )"
         R"("sentences": 1, "paragraphs": 1, "reading_time_seconds": 1})"},
        {"text_analyze", R"({"text": "Привет, мир! Как дела?"})",
         R"({"words": 4, "unique_words": 4, "characters": 22, "characters_without_spaces": 19, "code_points": 22, )"
         R"("sentences": 2, "paragraphs": 1, "reading_time_seconds": 2})"},
        {"text_analyze", R"({"text": "to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to t)"
         R"(o to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to )"
         R"(to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to)"
         R"( to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to t)"
         R"(o to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to )"
         R"(to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to to)"
         R"( to to to to to to to to to to to to to to to "})",
         R"({"words": 220, "unique_words": 1, "characters": 660, "characters_without_spaces": 440, )"
         R"("code_points": 660, "sentences": 1, "paragraphs": 1, "reading_time_seconds": 66})",
         R"(220 words (1 different), 660 characters (440 without spaces), 1 sentence, 1 paragraph, 1 min 6 s to read)"},
        {"text_analyze", R"({"text": "line one\nline two"})",
         R"({"words": 4, "unique_words": 3, "characters": 17, "characters_without_spaces": 14, "code_points": 17, )"
         R"("sentences": 2, "paragraphs": 1, "reading_time_seconds": 2})"},
        {"text_analyze", R"({"text": "𝐀𝐁"})",
         R"({"words": 1, "unique_words": 1, "characters": 2, "characters_without_spaces": 2, "code_points": 2, )"
         R"("sentences": 1, "paragraphs": 1, "reading_time_seconds": 1})"},
        {"text_analyze", R"({})",
         "!invalid_arguments"},
        {"text_analyze", R"({"text": ["a"]})",
         "!invalid_arguments"},
    };
}
// clang-format on

}
