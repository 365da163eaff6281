// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/json/jsonjobs.h"
#include "daemon/tools/json/jsonparsing.h"
#include "daemon/tools/tool.h"

#include <jsoncons_ext/jsonschema/jsonschema.hpp>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using jsoncons::ojson;

constexpr qsizetype mostFaults = 50;
constexpr qsizetype longestMessage = 300;

template <std::size_t Count>
bool isOneOf(std::string_view name, const std::array<std::string_view, Count> &names)
{
    return std::ranges::find(names, name) != names.end();
}

/// What a schema must not have, found before the library sees it: it uses regular expressions that take for ever on
/// some texts. Names of properties may be anything, and so may values to compare with.
class SchemaCheck
{
public:
    [[nodiscard]] static Result<void> check(const ojson &schema)
    {
        if (schema.is_array()) {
            for (const ojson &item : schema.array_range())
                TRY_VOID(check(item));
        }
        if (!schema.is_object())
            return {};
        for (const auto &member : schema.object_range())
            TRY_VOID(checkMember(member.key(), member.value()));
        return {};
    }

private:
    static Result<void> checkMember(std::string_view key, const ojson &value)
    {
        static constexpr std::array<std::string_view, 5> schemasByName{"properties", "$defs", "definitions",
                                                                       "dependentSchemas", "dependencies"};
        static constexpr std::array<std::string_view, 5> values{"enum", "const", "default", "examples", "required"};
        if (key == "pattern" || key == "patternProperties" || (key == "format" && isRegex(value)))
            return failure(badCall(u"Regular expressions in a schema (\"pattern\", \"patternProperties\", the format "
                                   "\"regex\") are not offered."_s,
                                   u"schema"_s, u"regex_not_supported"_s));
        if (isOneOf(key, values))
            return {};
        if (!isOneOf(key, schemasByName) || !value.is_object())
            return check(value);
        for (const auto &named : value.object_range())
            TRY_VOID(check(named.value()));
        return {};
    }
    static bool isRegex(const ojson &value) { return value.is_string() && value.as<std::string>() == "regex"; }
};

struct RemoteReference : std::exception { };

ojson refuseRemote(const jsoncons::uri &) { throw RemoteReference(); }

Verdict verdictOf(const ojson &schema, const ojson &data)
{
    const auto compiled = jsoncons::jsonschema::make_json_schema(schema, refuseRemote);
    Verdict verdict;
    compiled.validate(data, [&verdict](const jsoncons::jsonschema::validation_message &message) {
        ++verdict.count;
        if (verdict.faults.size() < mostFaults)
            verdict.faults.append({QString::fromStdString(message.instance_location().string()).left(longestMessage),
                                   QString::fromStdString(message.message()).left(longestMessage)});
        return jsoncons::jsonschema::walk_result::advance;
    });
    return verdict;
}

}

Result<Verdict> validateJson(const QString &dataText, const QString &schemaText)
{
    TRY(const ojson data, parseJson(dataText, u"data"_s, Numbers::Computable));
    TRY(const ojson schema, parseJson(schemaText, u"schema"_s, Numbers::Computable));
    TRY_VOID(SchemaCheck::check(schema));
    try {
        return verdictOf(schema, data);
    } catch (const RemoteReference &) {
        return failure(badCall(u"The schema refers to another document."_s, u"schema"_s, u"remote_reference"_s));
    } catch (const std::exception &error) {
        return failure(badCall(u"The schema is not understood: %1."_s.arg(QString::fromUtf8(error.what()).left(200)),
                               u"schema"_s, u"invalid_schema"_s));
    }
}

}
