// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/toolcases.h"

// Expected values are Python's: hashlib, base64.
namespace moe::tools {

// clang-format off
ToolCases textcodecCases()
{
    return {
        {"hash_text", R"({"text": "", "algorithm": "md5"})",
         R"({"hash": "d41d8cd98f00b204e9800998ecf8427e", "bytes": 0, "algorithm": "md5"})"},
        {"hash_text", R"({"text": "abc", "algorithm": "md5"})",
         R"({"hash": "900150983cd24fb0d6963f7d28e17f72", "bytes": 3, "algorithm": "md5"})"},
        {"hash_text", R"({"text": "Grüße aus Köln", "algorithm": "md5"})",
         R"({"hash": "2a21eb25aeed73779432adca96b0d031", "bytes": 17, "algorithm": "md5"})"},
        {"hash_text", R"({"text": "The quick brown fox jumps over the lazy dog", "algorithm": "md5"})",
         R"({"hash": "9e107d9d372bb6826bd81d3542a419d6", "bytes": 43, "algorithm": "md5"})"},
        {"hash_text", R"({"text": "", "algorithm": "sha1"})",
         R"({"hash": "da39a3ee5e6b4b0d3255bfef95601890afd80709", "bytes": 0, "algorithm": "sha1"})"},
        {"hash_text", R"({"text": "abc", "algorithm": "sha1"})",
         R"({"hash": "a9993e364706816aba3e25717850c26c9cd0d89d", "bytes": 3, "algorithm": "sha1"})"},
        {"hash_text", R"({"text": "Grüße aus Köln", "algorithm": "sha1"})",
         R"({"hash": "5ca85a0b51faf664d0c29eacfdea0764981e781f", "bytes": 17, )"
         R"("algorithm": "sha1"})"},
        {"hash_text", R"({"text": "The quick brown fox jumps over the lazy dog", "algorithm": "sha1"})",
         R"({"hash": "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "bytes": 43, )"
         R"("algorithm": "sha1"})"},
        {"hash_text", R"({"text": "", "algorithm": "sha224"})",
         R"({"hash": "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f", "bytes": 0, )"
         R"("algorithm": "sha224"})"},
        {"hash_text", R"({"text": "abc", "algorithm": "sha224"})",
         R"({"hash": "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7", "bytes": 3, )"
         R"("algorithm": "sha224"})"},
        {"hash_text", R"({"text": "Grüße aus Köln", "algorithm": "sha224"})",
         R"({"hash": "a4e0765614f873ad23ef77ddbc828e1de562e27ab1a98e1e9a81330c", "bytes": 17, )"
         R"("algorithm": "sha224"})"},
        {"hash_text", R"({"text": "The quick brown fox jumps over the lazy dog", "algorithm": "sha224"})",
         R"({"hash": "730e109bd7a8a32b1cb9d9a09aa2325d2430587ddbc0c38bad911525", "bytes": 43, )"
         R"("algorithm": "sha224"})"},
        {"hash_text", R"({"text": "", "algorithm": "sha256"})",
         R"({"hash": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", )"
         R"("bytes": 0, "algorithm": "sha256"})"},
        {"hash_text", R"({"text": "abc", "algorithm": "sha256"})",
         R"({"hash": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", )"
         R"("bytes": 3, "algorithm": "sha256"})"},
        {"hash_text", R"({"text": "Grüße aus Köln", "algorithm": "sha256"})",
         R"({"hash": "2777d72cb995ea5c9004acab23e5d09ffa4cad272349c891063d2a29a8fff866", )"
         R"("bytes": 17, "algorithm": "sha256"})"},
        {"hash_text", R"({"text": "The quick brown fox jumps over the lazy dog", "algorithm": "sha256"})",
         R"({"hash": "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592", )"
         R"("bytes": 43, "algorithm": "sha256"})"},
        {"hash_text", R"({"text": "", "algorithm": "sha384"})",
         R"({"hash": "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76)"
         R"(f65fbd51ad2f14898b95b", "bytes": 0, "algorithm": "sha384"})"},
        {"hash_text", R"({"text": "abc", "algorithm": "sha384"})",
         R"({"hash": "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e)"
         R"(7cc2358baeca134c825a7", "bytes": 3, "algorithm": "sha384"})"},
        {"hash_text", R"({"text": "Grüße aus Köln", "algorithm": "sha384"})",
         R"({"hash": "4a4629f75d8895ed74e5806b44e410e86357cd9bf4b2cc01b0ecbeee9347ee85e9b8e65a6ad)"
         R"(bb9fa12f634a53f135b6c", "bytes": 17, "algorithm": "sha384"})"},
        {"hash_text", R"({"text": "The quick brown fox jumps over the lazy dog", "algorithm": "sha384"})",
         R"({"hash": "ca737f1014a48f4c0b6dd43cb177b0afd9e5169367544c494011e3317dbf9a509cb1e5dc1e8)"
         R"(5a941bbee3d7f2afbc9b1", "bytes": 43, "algorithm": "sha384"})"},
        {"hash_text", R"({"text": "", "algorithm": "sha512"})",
         R"({"hash": "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d8)"
         R"(5f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e", "bytes": 0, )"
         R"("algorithm": "sha512"})"},
        {"hash_text", R"({"text": "abc", "algorithm": "sha512"})",
         R"({"hash": "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274)"
         R"(fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f", "bytes": 3, )"
         R"("algorithm": "sha512"})"},
        {"hash_text", R"({"text": "Grüße aus Köln", "algorithm": "sha512"})",
         R"({"hash": "ca1813f8cdef6cfaa63419f981a116a41a934105abbce801c3301807e6a0aa35d2608477f55)"
         R"(9b6340e571d52eb24b3b2910287555a02dbb3767ded6cbe5c20ee", "bytes": 17, )"
         R"("algorithm": "sha512"})"},
        {"hash_text", R"({"text": "The quick brown fox jumps over the lazy dog", "algorithm": "sha512"})",
         R"({"hash": "07e547d9586f6a73f73fbac0435ed76951218fb7d0c8d788a309d785436bbb642e93a252a95)"
         R"(4f23912547d1e8a3b5ed6e1bfd7097821233fa0538f3db854fee6", "bytes": 43, )"
         R"("algorithm": "sha512"})"},
        {"hash_text", R"({"text": "日本語 😀"})",
         R"({"hash": "fde211ca1a740f4758ae554eb97eca48c2aa74cdf8b656adfa31266d72b6106c", )"
         R"("algorithm": "sha256"})"},
        {"hash_text", R"({"text": "a\nb\tc"})",
         R"({"hash": "9f9a9ade26e8aa1f1be3e3cbc4ed9b71eeb51024524e6609a148056c78c12cd4", )"
         R"("algorithm": "sha256"})"},
        {"hash_text", R"({"text": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx)"
         R"(xxxxx"})",
         R"({"hash": "d929cdeea7e6a0f46b59448d36a6fd491df8647cf292040508162ee5f6435ab8", )"
         R"("algorithm": "sha256"})"},
        {"hash_text", R"({"text": "nul\u0000inside"})",
         R"({"hash": "908119b432fd47129456913e905386956de4b6e2ade16763eb336040cec3d8d5", )"
         R"("algorithm": "sha256"})"},
        {"hash_text", R"({"text": "abc", "algorithm": "md5"})",
         R"({"bytes": 3})",
         R"(md5 of 3 bytes: 900150983cd24fb0d6963f7d28e17f72)"},
        {"hash_text", R"({"text":"a","algorithm":"md4"})",
         "!invalid_arguments"},
        {"hash_text", R"({"text":"a","algorithm":"SHA256"})",
         "!invalid_arguments"},
        {"hash_text", R"({"algorithm":"md5"})",
         "!invalid_arguments"},
        {"hash_text", R"({"text":1})",
         "!invalid_arguments"},
        {"hash_text", R"({"text":"\ud800","algorithm":"crc"})",
         "!invalid_arguments"},
        {"hash_text", R"({"text":"a","x":1})",
         "!invalid_arguments"},
        {"base64_codec", R"({"text": "", "mode": "encode"})",
         R"({"result": "", "bytes": 0})"},
        {"base64_codec", R"({"text": "abc", "mode": "encode"})",
         R"({"result": "YWJj", "bytes": 3})"},
        {"base64_codec", R"({"text": "Grüße aus Köln", "mode": "encode"})",
         R"({"result": "R3LDvMOfZSBhdXMgS8O2bG4=", "bytes": 17})"},
        {"base64_codec", R"({"text": "The quick brown fox jumps over the lazy dog", "mode": "encode"})",
         R"({"result": "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZw==", )"
         R"("bytes": 43})"},
        {"base64_codec", R"({"text": "日本語 😀", "mode": "encode"})",
         R"({"result": "5pel5pys6KqeIPCfmIA=", "bytes": 14})"},
        {"base64_codec", R"({"text": "a\nb\tc", "mode": "encode"})",
         R"({"result": "YQpiCWM=", "bytes": 5})"},
        {"base64_codec", R"({"text": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx)"
         R"(xxxxx", "mode": "encode"})",
         R"({"result": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4e)"
         R"(Hh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=", "bytes": 80})"},
        {"base64_codec", R"({"text": "nul\u0000inside", "mode": "encode"})",
         R"({"result": "bnVsAGluc2lkZQ==", "bytes": 10})"},
        {"base64_codec", R"({"text": "", "mode": "decode"})",
         R"({"result": "", "bytes": 0})"},
        {"base64_codec", R"({"text": "YWJj", "mode": "decode"})",
         R"({"result": "abc", "bytes": 3})"},
        {"base64_codec", R"({"text": "R3LDvMOfZSBhdXMgS8O2bG4=", "mode": "decode"})",
         R"({"result": "Grüße aus Köln", "bytes": 17})"},
        {"base64_codec", R"({"text": "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZw==", )"
         R"("mode": "decode"})",
         R"({"result": "The quick brown fox jumps over the lazy dog", "bytes": 43})"},
        {"base64_codec", R"({"text": "5pel5pys6KqeIPCfmIA=", "mode": "decode"})",
         R"({"result": "日本語 😀", "bytes": 14})"},
        {"base64_codec", R"({"text": "YQpiCWM=", "mode": "decode"})",
         R"({"result": "a\nb\tc", "bytes": 5})"},
        {"base64_codec", R"({"text": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh)"
         R"(4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=", "mode": "decode"})",
         R"({"result": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx)"
         R"(xxxxxxx", "bytes": 80})"},
        {"base64_codec", R"({"text": "bnVsAGluc2lkZQ==", "mode": "decode"})",
         R"({"result": "nul\u0000inside", "bytes": 10})"},
        {"base64_codec", R"({"text": "Hello", "mode": "encode"})",
         R"({})",
         R"(5 bytes in base64: SGVsbG8=)"},
        {"base64_codec", R"({"text": "SGVsbG8=", "mode": "decode"})",
         R"({})",
         R"(Decoded 5 bytes: "Hello")"},
        {"base64_codec", R"({"text": "SGVsbG8", "mode": "decode"})",
         R"({"result": "Hello"})"},
        {"base64_codec", R"({"text": "SGVs\r\nbG8=\n", "mode": "decode"})",
         R"({"result": "Hello"})"},
        {"base64_codec", R"({"text": "8J-YgD8_", "mode": "decode"})",
         R"({"result": "😀??"})"},
        {"base64_codec", R"({"text": "8J+YgD8/", "mode": "decode"})",
         R"({"result": "😀??"})"},
        {"base64_codec", R"({"text": "_w", "mode": "decode"})",
         R"({"hex": "ff", "bytes": 1})",
         R"(Decoded 1 byte that are no UTF-8 text, in hex: ff)"},
        {"base64_codec", R"({"text": "wK8=", "mode": "decode"})",
         R"({"hex": "c0af"})"},
        {"base64_codec", R"({"text": "SGVsbG8*", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "SGVsb", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "QUJD=", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "QQ=", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "QQ===", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "QR==", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "QUF=", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "=", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "Q=Q=", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "Zm9v🎉", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "A", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "QUJD\u0000", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "ÄÖ==", "mode": "decode"})",
         "!invalid_base64"},
        {"base64_codec", R"({"text": "a", "mode": "encrypt"})",
         "!invalid_arguments"},
    };
}
// clang-format on

}
