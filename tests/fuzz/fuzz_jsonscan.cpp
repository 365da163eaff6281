// SPDX-License-Identifier: Apache-2.0
// JSON scanning against another parser: both accept the same texts, members and strings read the same, and patching a
// member leaves every other one alone.
#include "daemon/dialect/openaipatch.h"
#include "shared/wire/jsonscan.h"

#include <jsoncons/json.hpp>

#include <algorithm>
#include <cstdlib>

using namespace moe;
using json::Kind;
using json::Span;

namespace {

void require(bool isTrue)
{
    if (!isTrue)
        std::abort();
}

// Parses inside an array: at the top level the other parser takes "20," for 20.
std::optional<jsoncons::ojson> modelParse(QByteArrayView value)
{
    const QByteArray text = "[" + value.toByteArray() + "]";
    jsoncons::json_options options;
    options.max_nesting_depth(json::DefaultMaxDepth + 1);
    options.err_handler(jsoncons::strict_json_parsing());
    std::error_code error;
    jsoncons::json_decoder<jsoncons::ojson> decoder;
    jsoncons::json_string_reader reader(std::string_view(text.constData(), size_t(text.size())), decoder, options);
    reader.read(error);
    if (!error)
        reader.check_done(error);
    if (error || !decoder.is_valid())
        return {};
    const auto array = decoder.get_result();
    return array.size() == 1 ? std::optional(array[0]) : std::nullopt;
}

// The other parser refuses what we take on purpose (half a surrogate pair), takes what we refuse (a byte order mark).
bool isComparable(QByteArrayView text)
{
    return !text.startsWith("\xEF\xBB\xBF") && !text.contains("\\ud") && !text.contains("\\uD");
}

void compareMembers(QByteArrayView text, Span object, const jsoncons::ojson &model)
{
    json::forEachMember(text, object, [&](Span key, Span) {
        const QByteArray name = json::unescaped(text, key);
        const auto found = json::member(text, object, name);
        require(found && model.contains(name.toStdString()));
        // Of repeated members the other parser keeps the first.
        int repetitions = 0;
        json::forEachMember(text, object, [&](Span other, Span) {
            repetitions += json::unescaped(text, other) == name;
            return repetitions < 2;
        });
        const jsoncons::ojson &value = model[name.toStdString()];
        if (repetitions > 1)
            return true;
        require(value.is_string() == (found->kind == Kind::String) || value.is_bignum());
        require(value.is_object() == (found->kind == Kind::Object));
        require(value.is_array() == (found->kind == Kind::Array));
        if (found->kind == Kind::String)
            require(json::unescaped(text, *found).toStdString() == value.as<std::string>());
        if (found->kind == Kind::Object)
            compareMembers(text, *found, value);
        return true;
    });
}

void checkPatch(QByteArrayView text, Span object)
{
    const dialect::RequestPatch patch{QByteArray("new \"model\""), true, true};
    const QByteArray patched = dialect::patchedRequest(text, patch);
    const auto root = json::validate(patched, json::DefaultMaxDepth + 1);
    require(root.has_value());
    require(json::unescaped(patched, *json::member(patched, *root, "model")) == *patch.model);
    require(json::boolean(patched, *json::member(patched, *root, "stream")) == true);
    json::forEachMember(text, object, [&](Span key, Span) {
        const QByteArray name = json::unescaped(text, key);
        if (name != "model" && name != "stream" && name != "stream_options")
            require(json::member(text, object, name)->in(text) == json::member(patched, *root, name)->in(patched));
        return true;
    });
    require(dialect::patchedRequest(patched, patch) == patched);
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    const QByteArrayView text(data, qsizetype(size));
    const auto root = json::validate(text);
    if (isComparable(text)) {
        const auto model = modelParse(text);
        require(root.has_value() == model.has_value());
        if (root && root->kind == Kind::Object)
            compareMembers(text, *root, *model);
    }
    if (!root)
        return 0;
    require(json::validate(root->in(text)).has_value());
    if (root->kind == Kind::String) {
        const QByteArray meaning = json::unescaped(text, *root);
        const QByteArray again = json::quoted(meaning);
        require(json::unescaped(again, json::validate(again).value()) == meaning);
        const auto isLead = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
        require(json::characterCount(again, json::validate(again).value()) == std::ranges::count_if(meaning, isLead));
    }
    if (root->kind == Kind::Object)
        checkPatch(text, *root);
    return 0;
}
