// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/json/jsontools.h"

#include "daemon/tools/arguments.h"
#include "daemon/tools/calculation.h"
#include "daemon/tools/json/csvshape.h"
#include "daemon/tools/json/jsonjobs.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

QString textOf(const QueryInput &, const QueryOutput &output)
{
    constexpr qsizetype longest = 2000;
    if (output.matches.isEmpty())
        return u"The path finds nothing"_s;
    if (output.matches.size() > 1)
        return u"%1 values, the first: %2"_s.arg(output.count)
            .arg(QString::fromUtf8(output.matches.first().value.text).left(longest));
    return QString::fromUtf8(output.matches.first().value.text).left(longest);
}

enum class Format { Json, Csv };

constexpr auto enumNames(Format)
{
    return std::array{wire::EnumName{Format::Json, "json"_L1}, wire::EnumName{Format::Csv, "csv"_L1}};
}

enum class Separator { Comma, Semicolon, Tab };

constexpr auto enumNames(Separator)
{
    return std::array{wire::EnumName{Separator::Comma, ","_L1}, wire::EnumName{Separator::Semicolon, ";"_L1},
                      wire::EnumName{Separator::Tab, "\t"_L1}};
}

struct ValidateInput {
    JsonDocument data;
    Format format = Format::Json;
    std::optional<JsonDocument> schema;
    NameList columns;
    std::optional<Separator> separator;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&ValidateInput::data>{"data"_L1, Presence::Required, "What is to be checked, as a text"_L1},
            Field<&ValidateInput::format>{"format"_L1, Presence::Optional, "Default json."_L1},
            Field<&ValidateInput::schema>{
                "schema"_L1, Presence::Optional,
                "Of json: the JSON Schema; without one only the syntax is checked. \"format\" in it is "
                "not checked"_L1},
            Field<&ValidateInput::columns>{"columns"_L1, Presence::Optional,
                                           "Of csv: the columns it must have, and no others, as a list or with commas "
                                           "between them; default: any"_L1},
            Field<&ValidateInput::separator>{"separator"_L1, Presence::Optional,
                                             "Of csv; default: the one that the first line has most of"_L1}};
    }
};

struct ValidateOutput {
    bool isValid = false;
    QList<Fault> faults;
    qint64 count = 0;
    std::optional<qint64> rows = {};
    std::optional<QStringList> columns = {};
    std::optional<QString> note = {};

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&ValidateOutput::isValid>{"valid"_L1, Presence::Required},
            Field<&ValidateOutput::faults>{"errors"_L1, Presence::Required, "The first fifty"_L1},
            Field<&ValidateOutput::count>{"error_count"_L1, Presence::Required},
            Field<&ValidateOutput::rows>{"rows"_L1, Presence::Optional, "Of a CSV text, without the first line"_L1},
            Field<&ValidateOutput::columns>{"columns"_L1, Presence::Optional, "Of a CSV text"_L1},
            Field<&ValidateOutput::note>{"note"_L1, Presence::Optional, noteMeaning}};
    }
};

Result<void> checkOptions(const ValidateInput &input)
{
    if (input.format == Format::Json && (!input.columns.names.isEmpty() || input.separator))
        return failure(badCall(u"Columns and separator are of CSV texts."_s, u"format"_s));
    if (input.format == Format::Csv && input.schema)
        return failure(badCall(u"A schema is of JSON documents."_s, u"schema"_s));
    return {};
}

ValidateOutput csvOutput(const ValidateInput &input)
{
    constexpr std::array separators{',', ';', '\t'};
    const char separator = input.separator ? separators[size_t(*input.separator)] : '\0';
    const CsvShape shape = csvShapeOf(input.data.text.toUtf8(), separator, input.columns.names);
    ValidateOutput output{shape.faultCount == 0, {}, shape.faultCount, shape.rows, shape.columns, {}};
    for (const CsvFault &fault : shape.faults)
        output.faults.append({u"line %1"_s.arg(fault.line), fault.message});
    return output;
}

Result<ValidateOutput> validate(const ValidateInput &input)
{
    TRY_VOID(checkOptions(input));
    if (input.format == Format::Csv)
        return csvOutput(input);
    TRY(const Verdict verdict, validateJson(input.data.text, input.schema.value_or(JsonDocument{u"true"_s}).text));
    return ValidateOutput{
        .isValid = verdict.count == 0, .faults = verdict.faults, .count = verdict.count, .note = verdict.note};
}

QString textOf(const ValidateInput &, const ValidateOutput &output)
{
    if (output.isValid)
        return u"Valid"_s;
    const Fault first = output.faults.value(0);
    const QString count = output.count == 1 ? u"1 error"_s : u"%1 errors, the first"_s.arg(output.count);
    return first.path.isEmpty() ? u"Not valid, %1: %2"_s.arg(count, first.message)
                                : u"Not valid, %1 at %2: %3"_s.arg(count, first.path, first.message);
}

}

ToolList jsonTools()
{
    return {
        calculation({"json_query"_L1, "Query JSON"_L1,
                     "What a JSONPath finds in a JSON document, with the place of each value. Numbers stay as they "
                     "are written."_L1,
                     true},
                    &evaluateJsonPath, &textOf),
        calculation({"structured_validate"_L1, "Validate JSON or CSV"_L1,
                     "Checks a JSON document against a JSON Schema (all of it but \"format\"), or whether a CSV text "
                     "has a line with the names of its columns and as many fields in all others."_L1,
                     true},
                    &validate, &textOf)};
}

}
