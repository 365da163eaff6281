// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/textcodec.h"

#include "daemon/tools/arguments.h"
#include "daemon/tools/base64text.h"
#include "daemon/tools/calculation.h"
#include "shared/core/text.h"

#include <QCryptographicHash>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

enum class HashAlgorithm { Md5, Sha1, Sha224, Sha256, Sha384, Sha512 };
constexpr auto enumNames(HashAlgorithm)
{
    return std::array{
        wire::EnumName{HashAlgorithm::Md5, "md5"_L1},       wire::EnumName{HashAlgorithm::Sha1, "sha1"_L1},
        wire::EnumName{HashAlgorithm::Sha224, "sha224"_L1}, wire::EnumName{HashAlgorithm::Sha256, "sha256"_L1},
        wire::EnumName{HashAlgorithm::Sha384, "sha384"_L1}, wire::EnumName{HashAlgorithm::Sha512, "sha512"_L1}};
}

struct HashInput {
    QByteArray text;
    HashAlgorithm algorithm = HashAlgorithm::Sha256;

    static constexpr auto fields()
    {
        return std::tuple{Field<&HashInput::text>{"text"_L1, Presence::Required, "What is hashed, as UTF-8."_L1},
                          Field<&HashInput::algorithm>{"algorithm"_L1, Presence::Optional, "Default sha256."_L1}};
    }
};

struct HashOutput {
    HashAlgorithm algorithm = HashAlgorithm::Sha256;
    QString hash;
    qint64 bytes = 0;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&HashOutput::algorithm>{"algorithm"_L1, Presence::Required},
            Field<&HashOutput::hash>{"hash"_L1, Presence::Required, "In lower-case hexadecimal digits."_L1},
            Field<&HashOutput::bytes>{"bytes"_L1, Presence::Required, "How many bytes were hashed."_L1}};
    }
};

QCryptographicHash::Algorithm methodOf(HashAlgorithm algorithm)
{
    switch (algorithm) {
    case HashAlgorithm::Md5: return QCryptographicHash::Md5;
    case HashAlgorithm::Sha1: return QCryptographicHash::Sha1;
    case HashAlgorithm::Sha224: return QCryptographicHash::Sha224;
    case HashAlgorithm::Sha256: return QCryptographicHash::Sha256;
    case HashAlgorithm::Sha384: return QCryptographicHash::Sha384;
    case HashAlgorithm::Sha512: return QCryptographicHash::Sha512;
    }
    Q_UNREACHABLE_RETURN(QCryptographicHash::Sha256);
}

Result<HashOutput> hashed(const HashInput &input)
{
    const QByteArray digest = QCryptographicHash::hash(input.text, methodOf(input.algorithm));
    return HashOutput{input.algorithm, QString::fromLatin1(digest.toHex()), input.text.size()};
}

QString hashText(const HashInput &, const HashOutput &output)
{
    QString name;
    for (const auto &entry : enumNames(output.algorithm)) {
        if (entry.value == output.algorithm)
            name = entry.name;
    }
    return u"%1 of %2: %3"_s.arg(name, counted(output.bytes, "byte"_L1), output.hash);
}

enum class Base64Mode { Encode, Decode };
constexpr auto enumNames(Base64Mode)
{
    return std::array{wire::EnumName{Base64Mode::Encode, "encode"_L1}, wire::EnumName{Base64Mode::Decode, "decode"_L1}};
}

struct Base64Input {
    QString text;
    Base64Mode mode = Base64Mode::Encode;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&Base64Input::text>{"text"_L1, Presence::Required,
                                      "Text to encode (as UTF-8), or base64 to decode; the URL-safe alphabet and "
                                      "missing padding are fine."_L1},
            Field<&Base64Input::mode>{"mode"_L1, Presence::Optional, "encode (default) or decode."_L1}};
    }
};

struct Base64Output {
    std::optional<QString> result;
    std::optional<QString> hex;
    qint64 bytes = 0;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&Base64Output::result>{"result"_L1, Presence::Optional,
                                         "The base64, or the decoded text; missing if that is no UTF-8."_L1},
            Field<&Base64Output::hex>{"hex"_L1, Presence::Optional,
                                      "Decoded bytes that are no UTF-8 text, in hexadecimal digits."_L1},
            Field<&Base64Output::bytes>{"bytes"_L1, Presence::Required, "How many bytes were encoded or decoded."_L1}};
    }
};

Result<Base64Output> base64(const Base64Input &input)
{
    if (input.mode == Base64Mode::Encode) {
        const QByteArray bytes = input.text.toUtf8();
        return Base64Output{QString::fromLatin1(bytes.toBase64()), {}, bytes.size()};
    }
    const auto bytes = base64Bytes(input.text);
    if (!bytes)
        return failure(badCall(u"text: %1."_s.arg(bytes.error()), u"text"_s, u"invalid_base64"_s));
    if (isValidUtf8(*bytes))
        return Base64Output{QString::fromUtf8(*bytes), {}, bytes->size()};
    return Base64Output{{}, QString::fromLatin1(bytes->toHex()), bytes->size()};
}

QString base64Text(const Base64Input &input, const Base64Output &output)
{
    const QString size = counted(output.bytes, "byte"_L1);
    if (input.mode == Base64Mode::Encode)
        return u"%1 in base64: %2"_s.arg(size, *output.result);
    // Quoted as in JSON: one line whatever it holds.
    return output.result ? u"Decoded %1: %2"_s.arg(size, QString::fromUtf8(wire::write(*output.result)))
                         : u"Decoded %1 that are no UTF-8 text, in hex: %2"_s.arg(size, *output.hex);
}

}

ToolList textCodecTools()
{
    return {calculation({"hash_text"_L1, "Hash"_L1,
                         "The MD5, SHA-1 or SHA-2 hash of a text's UTF-8 bytes, in hexadecimal digits."_L1},
                        &hashed, &hashText),
            calculation({"base64_codec"_L1, "Base64"_L1, "Encodes text as base64, or decodes base64."_L1}, &base64,
                        &base64Text)};
}

}
