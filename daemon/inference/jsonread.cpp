// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/jsonread.h"
#include "shared/core/text.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace moe::inference {

namespace {
constexpr int deepestNesting = 32;
constexpr std::size_t longestString = 512;
}

Result<jsoncons::json> parseJson(QByteArrayView text, qsizetype maxBytes)
{
    if (text.size() > maxBytes)
        return failure(Error::of(ErrorCode::TooLarge, u"longer than %1 bytes"_s.arg(maxBytes)));
    if (!isValidUtf8(text))
        return failure(Error::invalid(u"not valid UTF-8"_s));
    try {
        const std::string_view view(text.data(), std::size_t(text.size()));
        return jsoncons::json::parse(view, jsoncons::json_options().max_nesting_depth(deepestNesting));
    } catch (const jsoncons::ser_error &error) {
        return failure(Error::invalid(u"not valid JSON at line %1, column %2"_s.arg(error.line()).arg(error.column())));
    }
}

const jsoncons::json *memberOf(const jsoncons::json &object, const char *name)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found == object.object_range().end() ? nullptr : &found->value();
}

const jsoncons::json *arrayIn(const jsoncons::json &object, const char *name)
{
    const jsoncons::json *const member = memberOf(object, name);
    return member && member->is_array() ? member : nullptr;
}

const jsoncons::json *objectIn(const jsoncons::json &object, const char *name)
{
    const jsoncons::json *const member = memberOf(object, name);
    return member && member->is_object() ? member : nullptr;
}

std::optional<QString> stringIn(const jsoncons::json &object, const char *name)
{
    const jsoncons::json *const member = memberOf(object, name);
    if (!member || !member->is_string())
        return {};
    const auto text = member->as_string_view();
    if (text.size() > longestString)
        return {};
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

std::optional<double> numberIn(const jsoncons::json &object, const char *name)
{
    const jsoncons::json *const member = memberOf(object, name);
    if (!member || !member->is_number() || member->is_string())
        return {};
    const double number = member->as_double();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

}
