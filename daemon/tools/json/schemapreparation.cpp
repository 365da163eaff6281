// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/json/schemapreparation.h"

#include "daemon/tools/tool.h"

#include <QByteArray>

#include <jsoncons_ext/jsonpointer/jsonpointer.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using jsoncons::ojson;

constexpr qsizetype longestName = 100; // in a message

bool isOneOf(std::string_view name, std::span<const std::string_view> names)
{
    return std::ranges::find(names, name) != names.end();
}

Error wrongSchema(const QString &message, const QString &code) { return badCall(message, u"schema"_s, code); }

/// Calls `visit` for a schema and those in it. Names of properties may be anything, and so may values to compare with;
/// what stands at keywords that are not known may be a schema.
template <typename Visit>
Result<void> forEachSchema(ojson &schema, const Visit &visit)
{
    static constexpr std::array<std::string_view, 5> schemasByName{"properties", "$defs", "definitions",
                                                                   "dependentSchemas", "dependencies"};
    static constexpr std::array<std::string_view, 5> values{"enum", "const", "default", "examples", "required"};
    if (schema.is_array()) {
        for (ojson &item : schema.array_range())
            TRY_VOID(forEachSchema(item, visit));
    }
    if (!schema.is_object())
        return {};
    TRY_VOID(visit(schema));
    for (auto &member : schema.object_range()) {
        if (isOneOf(member.key(), values))
            continue;
        if (!isOneOf(member.key(), schemasByName) || !member.value().is_object()) {
            TRY_VOID(forEachSchema(member.value(), visit));
            continue;
        }
        for (auto &named : member.value().object_range())
            TRY_VOID(forEachSchema(named.value(), visit));
    }
    return {};
}

std::string textOf(const ojson &schema, std::string_view key)
{
    return schema.contains(key) && schema.at(key).is_string() ? schema.at(key).as<std::string>() : std::string();
}

/// The library's regular expressions take for ever on some texts.
Result<void> refuseExpressions(const ojson &schema)
{
    if (schema.contains("pattern") || schema.contains("patternProperties") || textOf(schema, "format") == "regex")
        return failure(wrongSchema(u"Regular expressions in a schema (\"pattern\", \"patternProperties\", the format "
                                   "\"regex\") are not offered."_s,
                                   u"regex_not_supported"_s));
    return {};
}

/// "integer" says it by the value alone, so that doubles of any size are judged.
Result<void> judgeByValue(ojson &schema)
{
    if (!schema.contains("type"))
        return {};
    ojson &type = schema.at("type");
    const ojson integer("integer");
    const ojson number("number");
    if (type == integer) {
        type = number;
    } else if (type.is_array() && std::ranges::count(type.array_range(), integer) > 0
               && std::ranges::count(type.array_range(), number) == 0) {
        type.push_back(number);
    } else {
        return {};
    }
    ojson whole(jsoncons::json_object_arg);
    whole.insert_or_assign("multipleOf", 1);
    if (!schema.contains("allOf"))
        schema.insert_or_assign("allOf", ojson(jsoncons::json_array_arg));
    if (schema.at("allOf").is_array())
        schema.at("allOf").push_back(std::move(whole));
    return {};
}

/// The names of the versions that the library knows, by their part that matters.
Result<void> nameVersion(ojson &schema)
{
    static const std::map<std::string, std::string> versions{
        {"json-schema.org/draft-04/schema", "http://json-schema.org/draft-04/schema#"},
        {"json-schema.org/draft-06/schema", "http://json-schema.org/draft-06/schema#"},
        {"json-schema.org/draft-07/schema", "http://json-schema.org/draft-07/schema#"},
        {"json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2019-09/schema"},
        {"json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2020-12/schema"},
        {"json-schema.org/schema", "https://json-schema.org/draft/2020-12/schema"}};
    if (!schema.contains("$schema"))
        return {};
    const QString name = QString::fromStdString(textOf(schema, "$schema"));
    QString key = name.endsWith(u'#') ? name.chopped(1) : name;
    key.remove(0, key.startsWith("https://"_L1) ? 8 : key.startsWith("http://"_L1) ? 7 : 0);
    const auto found = versions.find(key.toStdString());
    if (found == versions.end())
        return failure(
            wrongSchema(u"The $schema \"%1\" is not known; expected draft-04, draft-06, draft-07, 2019-09 or "
                        "2020-12 of json-schema.org, or none for 2020-12."_s.arg(name.left(longestName)),
                        u"invalid_schema"_s));
    schema.insert_or_assign("$schema", found->second);
    return {};
}

/// Puts a copy of what is referred to by a place where the library does not look for schemas among the definitions.
class LocalReferences
{
public:
    explicit LocalReferences(ojson &root)
        : m_root(root)
        , m_original(root)
        , m_container(textOf(root, "$schema").starts_with("http://") ? "definitions" : "$defs")
        , m_id(QByteArray::fromStdString(textOf(root, "$id")))
    { }

    [[nodiscard]] Result<void> resolve()
    {
        const auto visit = [this](ojson &schema) { return redirect(schema); };
        TRY_VOID(forEachSchema(m_root, visit));
        while (!m_waiting.empty()) {
            auto [name, schema] = std::move(m_waiting.back());
            m_waiting.pop_back();
            TRY_VOID(forEachSchema(schema, visit));
            m_copies.insert_or_assign(name, std::move(schema));
        }
        if (m_copies.empty())
            return {};
        if (!m_root.contains(m_container) || !m_root.at(m_container).is_object())
            m_root.insert_or_assign(m_container, ojson(jsoncons::json_object_arg));
        for (auto &copy : m_copies.object_range())
            m_root.at(m_container).insert_or_assign(copy.key(), std::move(copy.value()));
        return {};
    }

private:
    Result<void> redirect(ojson &schema)
    {
        QByteArray reference = QByteArray::fromStdString(textOf(schema, "$ref"));
        if (!m_id.isEmpty() && reference.startsWith(QByteArray(m_id + "#/")))
            reference.remove(0, m_id.size());
        if (!reference.startsWith("#/") || isFoundByLibrary(reference))
            return {};
        const std::string pointer = QByteArray::fromPercentEncoding(reference.sliced(1)).toStdString();
        std::error_code error;
        const ojson meant = jsoncons::jsonpointer::get(std::as_const(m_original), pointer, error);
        if (error)
            return failure(wrongSchema(u"The schema refers to \"%1\", which it does not have."_s.arg(
                                           QString::fromUtf8(reference).left(longestName)),
                                       u"unresolved_reference"_s));
        auto [known, isNew] = m_names.try_emplace(pointer, "referred-to-" + std::to_string(m_names.size() + 1));
        if (isNew)
            m_waiting.emplace_back(known->second, meant);
        schema.insert_or_assign("$ref", "#/" + m_container + '/' + known->second);
        return {};
    }

    /// What is not is copied in vain, no more.
    [[nodiscard]] bool isFoundByLibrary(const QByteArray &reference) const
    {
        const auto isPlain = [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-'
                || c == '.' || c == '$';
        };
        const QByteArrayList steps = reference.sliced(2).split('/');
        return steps.size() == 2 && steps[0] == m_container && std::ranges::all_of(steps[1], isPlain);
    }

    ojson &m_root;
    const ojson m_original;
    const std::string m_container;
    const QByteArray m_id; ///< by which it may call itself
    ojson m_copies{jsoncons::json_object_arg};
    std::map<std::string, std::string> m_names; ///< of copies, by pointer
    std::vector<std::pair<std::string, ojson>> m_waiting;
};

/// Whether a part of it is a schema of its own, in which references mean its own places.
bool hasEmbedded(ojson &schema)
{
    int count = schema.is_object() && schema.contains("$id") ? -1 : 0;
    const auto visit = [&count](const ojson &each) -> Result<void> {
        count += each.contains("$id") && each.at("$id").is_string() ? 1 : 0;
        return {};
    };
    return forEachSchema(schema, visit) && count > 0;
}

}

Result<ojson> preparedSchema(ojson schema, bool hasHugeNumbers)
{
    TRY_VOID(forEachSchema(schema, &refuseExpressions));
    TRY_VOID(forEachSchema(schema, &nameVersion));
    if (hasHugeNumbers)
        TRY_VOID(forEachSchema(schema, &judgeByValue));
    if (schema.is_object() && !hasEmbedded(schema))
        TRY_VOID(LocalReferences(schema).resolve());
    return schema;
}

}
