// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/json/comparablenumbers.h"
#include "daemon/tools/json/jsonjobs.h"
#include "daemon/tools/json/jsonparsing.h"
#include "daemon/tools/json/schemapreparation.h"
#include "daemon/tools/tool.h"

#include <jsoncons_ext/jsonschema/jsonschema.hpp>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using jsoncons::ojson;

constexpr qsizetype mostFaults = 50;
constexpr qsizetype longestMessage = 300;
constexpr qsizetype longestReference = 100;

struct UnresolvedReference : std::exception {
    explicit UnresolvedReference(const jsoncons::uri &uri) : name(QString::fromStdString(uri.string())) { }

    QString name;
};

ojson refuseReference(const jsoncons::uri &uri) { throw UnresolvedReference(uri); }

Error referenceError(const UnresolvedReference &reference, const ojson &schema)
{
    using jsoncons::jsonschema::evaluation_options;
    const std::string own = schema.is_object() && schema.contains("$id") ? schema.at("$id").as<std::string>()
                                                                         : evaluation_options().default_base_uri();
    const QString base = QString::fromStdString(own);
    const bool isOwn = reference.name.startsWith(QString(base + u'#'));
    const QString name = isOwn ? reference.name.sliced(base.size()) : reference.name;
    return badCall(
        u"The schema refers to \"%1\", which is not among its definitions. Other documents are not fetched: put "
        "what is meant into \"$defs\"."_s.arg(name.left(longestReference)),
        u"schema"_s, isOwn ? u"unresolved_reference"_s : u"remote_reference"_s);
}

Verdict verdictOf(const ojson &schema, const ojson &data)
{
    const auto compiled = jsoncons::jsonschema::make_json_schema(schema, refuseReference);
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

Result<Verdict> judge(const ojson &schema, const ojson &data)
{
    try {
        return verdictOf(schema, data);
    } catch (const UnresolvedReference &reference) {
        return failure(referenceError(reference, schema));
    } catch (const std::exception &error) {
        return failure(badCall(u"The schema is not understood: %1."_s.arg(QString::fromUtf8(error.what()).left(200)),
                               u"schema"_s, u"invalid_schema"_s));
    }
}

}

Result<Verdict> validateJson(const QString &dataText, const QString &schemaText)
{
    const QByteArray data = dataText.toUtf8();
    const QByteArray schema = schemaText.toUtf8();
    TRY_VOID(parseJson(schema, u"schema"_s));
    if (const auto document = readJson(data); !document)
        return Verdict{{document.error()}, 1, {}};
    const ComparableNumbers ofData = comparableNumbers(data);
    const ComparableNumbers ofSchema = comparableNumbers(schema);
    TRY(const ojson prepared, preparedSchema(computableJson(ofSchema.text), ofData.hasHuge));
    TRY(Verdict verdict, judge(prepared, computableJson(ofData.text)));
    if (ofData.hasInexact || ofSchema.hasInexact)
        verdict.note = QString(inexactNote);
    return verdict;
}

}
