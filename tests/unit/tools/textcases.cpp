// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/toolcases.h"

// Expected values are Python's: re; words and sentences counted by hand.
namespace moe::tools {

// clang-format off
ToolCases textCases()
{
    return {
        {"regex_extract", R"({"pattern": "\\d+", "text": "a1 b22 c333"})",
         R"({"matches": [{"text": "1", "start": 1, "end": 2, "groups": []}, {"text": "22", )"
         R"("start": 4, "end": 6, "groups": []}, {"text": "333", "start": 8, "end": 11, )"
         R"("groups": []}], "is_truncated": false})",
         R"(3 matches: "1" at 1, "22" at 4, "333" at 8)"},
        {"regex_extract", R"x({"pattern": "(?P<user>\\w+)@(?P<host>[\\w.]+)", "text": "bob@example.org, )x"
         R"(eve@moe.local"})",
         R"({"matches": [{"text": "bob@example.org", "start": 0, "end": 15, )"
         R"("groups": [{"number": 1, "text": "bob", "start": 0, "end": 3, "name": "user"}, )"
         R"({"number": 2, "text": "example.org", "start": 4, "end": 15, "name": "host"}]}, )"
         R"({"text": "eve@moe.local", "start": 17, "end": 30, "groups": [{"number": 1, )"
         R"("text": "eve", "start": 17, "end": 20, "name": "user"}, {"number": 2, )"
         R"("text": "moe.local", "start": 21, "end": 30, "name": "host"}]}], )"
         R"("is_truncated": false})"},
        {"regex_extract", R"x({"pattern": "(\\d{2})\\.(\\d{2})\\.(\\d{4})", "text": "Vom 21.11.2026 bis 24.12.2026")x"
         R"(})",
         R"({"matches": [{"text": "21.11.2026", "start": 4, "end": 14, "groups": [{"number": 1, )"
         R"("text": "21", "start": 4, "end": 6}, {"number": 2, "text": "11", "start": 7, )"
         R"("end": 9}, {"number": 3, "text": "2026", "start": 10, "end": 14}]}, )"
         R"({"text": "24.12.2026", "start": 19, "end": 29, "groups": [{"number": 1, )"
         R"("text": "24", "start": 19, "end": 21}, {"number": 2, "text": "12", "start": 22, )"
         R"("end": 24}, {"number": 3, "text": "2026", "start": 25, "end": 29}]}], )"
         R"("is_truncated": false})"},
        {"regex_extract", R"({"pattern": "straße", "text": "Hauptstraße 1, STRASSE", "flags": "i"})",
         R"({"matches": [{"text": "straße", "start": 5, "end": 11, "groups": []}], )"
         R"("is_truncated": false})"},
        {"regex_extract", R"({"pattern": "ü", "text": "Müller küßt für 5 €"})",
         R"({"matches": [{"text": "ü", "start": 1, "end": 2, "groups": []}, {"text": "ü", )"
         R"("start": 8, "end": 9, "groups": []}, {"text": "ü", "start": 13, "end": 14, )"
         R"("groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "😀", "text": "a😀b😀"})",
         R"({"matches": [{"text": "😀", "start": 1, "end": 2, "groups": []}, {"text": "😀", )"
         R"("start": 3, "end": 4, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": ".", "text": "äö"})",
         R"({"matches": [{"text": "ä", "start": 0, "end": 1, "groups": []}, {"text": "ö", )"
         R"("start": 1, "end": 2, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "^b", "text": "a\nb"})",
         R"({"matches": [], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "^b", "text": "a\nb", "flags": "m"})",
         R"({"matches": [{"text": "b", "start": 2, "end": 3, "groups": []}], )"
         R"("is_truncated": false})"},
        {"regex_extract", R"({"pattern": "a.b", "text": "a\nb"})",
         R"({"matches": [], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "a.b", "text": "a\nb", "flags": "s"})",
         R"({"matches": [{"text": "a\nb", "start": 0, "end": 3, "groups": []}], )"
         R"("is_truncated": false})"},
        {"regex_extract", R"({"pattern": "x*", "text": "axb"})",
         R"({"matches": [{"text": "", "start": 0, "end": 0, "groups": []}, {"text": "x", )"
         R"("start": 1, "end": 2, "groups": []}, {"text": "", "start": 2, "end": 2, )"
         R"("groups": []}, {"text": "", "start": 3, "end": 3, "groups": []}], )"
         R"("is_truncated": false})"},
        {"regex_extract", R"({"pattern": "", "text": "ab"})",
         R"({"matches": [{"text": "", "start": 0, "end": 0, "groups": []}, {"text": "", )"
         R"("start": 1, "end": 1, "groups": []}, {"text": "", "start": 2, "end": 2, )"
         R"("groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "", "text": "äß"})",
         R"({"matches": [{"text": "", "start": 0, "end": 0, "groups": []}, {"text": "", )"
         R"("start": 1, "end": 1, "groups": []}, {"text": "", "start": 2, "end": 2, )"
         R"("groups": []}], "is_truncated": false})"},
        {"regex_extract", R"x({"pattern": "(a)|(b)", "text": "ab"})x",
         R"({"matches": [{"text": "a", "start": 0, "end": 1, "groups": [{"number": 1, )"
         R"("text": "a", "start": 0, "end": 1}, {"number": 2, "text": null}]}, {"text": "b", )"
         R"("start": 1, "end": 2, "groups": [{"number": 1, "text": null}, {"number": 2, )"
         R"("text": "b", "start": 1, "end": 2}]}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "(a(b)?)+", "text": "abaab"})",
         R"({"matches": [{"text": "abaab", "start": 0, "end": 5, "groups": [{"number": 1, )"
         R"("text": "ab", "start": 3, "end": 5}, {"number": 2, "text": "b", "start": 4, )"
         R"("end": 5}]}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "nothing", "text": "here"})",
         R"({"matches": [], "is_truncated": false})",
         R"(No match)"},
        {"regex_extract", R"({"pattern": "[A-Z]+", "text": "Ab CD", "flags": "i"})",
         R"({"matches": [{"text": "Ab", "start": 0, "end": 2, "groups": []}, {"text": "CD", )"
         R"("start": 3, "end": 5, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "\\bfoo\\b", "text": "foo food foo"})",
         R"({"matches": [{"text": "foo", "start": 0, "end": 3, "groups": []}, {"text": "foo", )"
         R"("start": 9, "end": 12, "groups": []}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "a|ab", "text": "ab"})",
         R"({"matches": [{"text": "a", "start": 0, "end": 1, "groups": []}], )"
         R"("is_truncated": false})"},
        {"regex_extract", R"({"pattern": "(?i)x", "text": "X"})",
         R"({"matches": [{"text": "X", "start": 0, "end": 1, "groups": []}], )"
         R"("is_truncated": false})"},
        {"regex_extract", R"({"pattern": "a\u0000b", "text": "xa\u0000b"})",
         R"({"matches": [{"text": "a\u0000b", "start": 1, "end": 4, "groups": []}], )"
         R"("is_truncated": false})"},
        {"regex_extract", R"({"pattern": "^(.*)$", "text": "one\ntwo", "flags": "im"})",
         R"({"matches": [{"text": "one", "start": 0, "end": 3, "groups": [{"number": 1, )"
         R"("text": "one", "start": 0, "end": 3}]}, {"text": "two", "start": 4, "end": 7, )"
         R"("groups": [{"number": 1, "text": "two", "start": 4, "end": 7}]}], )"
         R"("is_truncated": false})"},
        {"regex_extract", R"({"pattern": "$", "text": ""})",
         R"({"matches": [{"text": "", "start": 0, "end": 0, "groups": []}], )"
         R"("is_truncated": false})"},
        {"regex_extract", R"x({"pattern": "()", "text": ""})x",
         R"({"matches": [{"text": "", "start": 0, "end": 0, "groups": [{"number": 1, "text": "", )"
         R"("start": 0, "end": 0}]}], "is_truncated": false})"},
        {"regex_extract", R"({"pattern": "\\C", "text": "ä"})",
         R"({"matches": [{"text": "�"}, {"text": "�"}]})"},
        {"regex_extract", R"({"pattern": "a", "text": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})",
         R"({"is_truncated": false})"},
        {"regex_extract", R"({"pattern": "a", "text": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})",
         R"({"is_truncated": true})"},
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
        {"regex_extract", R"({"pattern": "[[:foo:]]", "text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "\\p{Nonsense}", "text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "((((((((((a{10}){10}){10}){10}){10}){10}){10}){10}){10}){10}", )"
         R"("text": "a", "flags": "i"})",
         "!invalid_pattern"},
        {"regex_extract", R"({"pattern": "a", "text": "a", "flags": "g"})",
         "!invalid_arguments"},
        {"regex_extract", R"({"pattern": "a", "text": "a", "flags": "iiii"})",
         "!invalid_arguments"},
        {"regex_extract", R"({"pattern": "a"})",
         "!invalid_arguments"},
        {"regex_extract", R"({"pattern": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"
         R"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", )"
         R"("text": "a"})",
         "!too_large"},
        {"regex_extract", R"({"pattern": "(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a))"
         R"x((a)(a)(a)(a)(a)(a)(a)(a)(a)", "text": "a"})x",
         "!too_large"},
        {"text_analyze", R"({"text": "Hello world. This is a test."})",
         R"({"words": 6, "unique_words": 6, "characters": 28, "characters_without_spaces": 23, )"
         R"("code_points": 28, "sentences": 2, "paragraphs": 1, "reading_time_seconds": 2})",
         R"(6 words (6 different), 28 characters (23 without spaces), 2 sentences, 1 paragraph, )"
         R"(0 min 2 s to read)"},
        {"text_analyze", R"({"text": ""})",
         R"({"words": 0, "unique_words": 0, "characters": 0, "characters_without_spaces": 0, )"
         R"("code_points": 0, "sentences": 0, "paragraphs": 0, "reading_time_seconds": 0})"},
        {"text_analyze", R"({"text": "   \n\n  "})",
         R"({"words": 0, "unique_words": 0, "characters": 7, "characters_without_spaces": 0, )"
         R"("code_points": 7, "sentences": 0, "paragraphs": 0, "reading_time_seconds": 0})"},
        {"text_analyze", R"({"text": "The the THE"})",
         R"({"words": 3, "unique_words": 1, "characters": 11, "characters_without_spaces": 9, )"
         R"("code_points": 11, "sentences": 1, "paragraphs": 1, "reading_time_seconds": 1})"},
        {"text_analyze", R"({"text": "One.\n\nTwo!\n\n\nThree?"})",
         R"({"words": 3, "unique_words": 3, "characters": 19, "characters_without_spaces": 14, )"
         R"("code_points": 19, "sentences": 3, "paragraphs": 3, "reading_time_seconds": 1})"},
        {"text_analyze", R"({"text": "Straße STRASSE strasse"})",
         R"({"words": 3, "unique_words": 1, "characters": 22, "characters_without_spaces": 20, )"
         R"("code_points": 22, "sentences": 1, "paragraphs": 1, "reading_time_seconds": 1})"},
        {"text_analyze", R"({"text": "Über allen Gipfeln ist Ruh"})",
         R"({"words": 5, "unique_words": 5, "characters": 26, "characters_without_spaces": 22, )"
         R"("code_points": 26, "sentences": 1, "paragraphs": 1, "reading_time_seconds": 2})"},
        {"text_analyze", R"({"text": "3.14 is pi, isn't it?"})",
         R"({"words": 5, "unique_words": 5, "characters": 21, "characters_without_spaces": 17, )"
         R"("code_points": 21, "sentences": 1, "paragraphs": 1, "reading_time_seconds": 2})"},
        {"text_analyze", R"({"text": "áe"})",
         R"({"words": 1, "unique_words": 1, "characters": 2, "characters_without_spaces": 2, )"
         R"("code_points": 3, "sentences": 1, "paragraphs": 1, "reading_time_seconds": 1})"},
        {"text_analyze", R"({"text": "👍🏽 ok"})",
         R"({"words": 1, "unique_words": 1, "characters": 4, "characters_without_spaces": 3, )"
         R"("code_points": 5, "sentences": 1, "paragraphs": 1, "reading_time_seconds": 1})"},
        {"text_analyze", R"({"text": "Привет, мир! Как дела?"})",
         R"({"words": 4, "unique_words": 4, "characters": 22, "characters_without_spaces": 19, )"
         R"("code_points": 22, "sentences": 2, "paragraphs": 1, "reading_time_seconds": 2})"},
        {"text_analyze", R"({"text": "to to to to to to to to to to to to to to to to to to to to to to to to to )"
         R"(to to to to to to to to to to to to to to to to to to to to to to to to to to to to t)"
         R"(o to to to to to to to to to to to to to to to to to to to to to to to to to to to to)"
         R"( to to to to to to to to to to to to to to to to to to to to to to to to to to to to )"
         R"(to to to to to to to to to to to to to to to to to to to to to to to to to to to to t)"
         R"(o to to to to to to to to to to to to to to to to to to to to to to to to to to to to)"
         R"( to to to to to to to to to to to to to to to to to to to to to to to to to to to to )"
         R"(to to to to to to to to to to to to to to to to to to to to to to to to to "})",
         R"({"words": 220, "unique_words": 1, "characters": 660, )"
         R"("characters_without_spaces": 440, "code_points": 660, "sentences": 1, )"
         R"("paragraphs": 1, "reading_time_seconds": 66})",
         R"(220 words (1 different), 660 characters (440 without spaces), 1 sentence, )"
         R"(1 paragraph, 1 min 6 s to read)"},
        {"text_analyze", R"({"text": "line one\nline two"})",
         R"({"words": 4, "unique_words": 3, "characters": 17, "characters_without_spaces": 14, )"
         R"("code_points": 17, "sentences": 2, "paragraphs": 1, "reading_time_seconds": 2})"},
        {"text_analyze", R"({"text": "𝐀𝐁"})",
         R"({"words": 1, "unique_words": 1, "characters": 2, "characters_without_spaces": 2, )"
         R"("code_points": 2, "sentences": 1, "paragraphs": 1, "reading_time_seconds": 1})"},
        {"text_analyze", R"({})",
         "!invalid_arguments"},
        {"text_analyze", R"({"text": ["a"]})",
         "!invalid_arguments"},
    };
}
// clang-format on

}
