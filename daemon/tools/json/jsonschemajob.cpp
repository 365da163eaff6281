// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/json/jsonjobs.h"
#include "daemon/tools/json/jsonparsing.h"
#include "daemon/tools/tool.h"
#include "shared/wire/codec.h"

#include <jsoncons_ext/jsonschema/jsonschema.hpp>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using jsoncons::ojson;
using wire::Field;
using wire::Presence;

constexpr qsizetype mostFaults = 50;
constexpr qsizetype longestMessage = 300;

struct SchemaJob {
    QString data;
    QString schema;

    static constexpr auto fields()
    {
        return std::tuple{Field<&SchemaJob::data>{"data"_L1, Presence::Required},
                          Field<&SchemaJob::schema>{"schema"_L1, Presence::Required}};
    }
};

struct Fault {
    QString path;
    QString message;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Fault::path>{"path"_L1, Presence::Required},
                          Field<&Fault::message>{"message"_L1, Presence::Required}};
    }
};

struct Verdict {
    bool isValid = true;
    QList<Fault> faults; ///< the first fifty
    qint64 count = 0;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Verdict::isValid>{"valid"_L1, Presence::Required},
                          Field<&Verdict::faults>{"errors"_L1, Presence::Required},
                          Field<&Verdict::count>{"error_count"_L1, Presence::Required}};
    }
};

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
        verdict.isValid = false;
        ++verdict.count;
        if (verdict.faults.size() < mostFaults)
            verdict.faults.append({QString::fromStdString(message.instance_location().string()).left(longestMessage),
                                   QString::fromStdString(message.message()).left(longestMessage)});
        return jsoncons::jsonschema::walk_result::advance;
    });
    return verdict;
}

}

Result<QByteArray> validateJson(const QByteArray &job)
{
    TRY(const SchemaJob input, wire::read<SchemaJob>(job, wire::UnknownKeys::Refuse));
    TRY(const ojson data, parseJson(input.data, u"data"_s, Numbers::Computable));
    TRY(const ojson schema, parseJson(input.schema, u"schema"_s, Numbers::Computable));
    TRY_VOID(SchemaCheck::check(schema));
    try {
        return wire::write(verdictOf(schema, data));
    } catch (const RemoteReference &) {
        return failure(badCall(u"The schema refers to another document."_s, u"schema"_s, u"remote_reference"_s));
    } catch (const std::exception &error) {
        return failure(badCall(u"The schema is not understood: %1."_s.arg(QString::fromUtf8(error.what()).left(200)),
                               u"schema"_s, u"invalid_schema"_s));
    }
}

}
