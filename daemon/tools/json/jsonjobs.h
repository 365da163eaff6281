// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"
#include "shared/wire/schema.h"

#include <optional>

/// What is done with JSON documents, in worker processes: paths and schemas can take any time. Pure functions;
/// InvalidRequest with the code callers are told.
namespace moe::tools {

using namespace Qt::StringLiterals;

using wire::Field;
using wire::Presence;

/// JSON given as a text that holds it, or as the value itself.
struct JsonDocument {
    QString text;

    static std::expected<JsonDocument, QString> fromJson(QByteArrayView json)
    {
        return JsonDocument{json.startsWith('"') ? wire::read<QString>(json).value_or(QString())
                                                 : QString::fromUtf8(json)};
    }
    [[nodiscard]] QByteArray toJson() const { return wire::write(text); }
    static constexpr wire::Schema schema{wire::Schema::Type::Any};
};

struct QueryInput {
    JsonDocument document;
    QString path;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&QueryInput::document>{"json_str"_L1, Presence::Required, "The JSON document, as a text"_L1},
            Field<&QueryInput::path>{"path"_L1, Presence::Required,
                                     "JSONPath such as $.store.book[?(@.price < 10)].title, or plainly a.b[0]"_L1}};
    }
};

struct Match {
    QString path;
    wire::RawJson value;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Match::path>{"path"_L1, Presence::Required, "Where it is, as JSONPath"_L1},
                          Field<&Match::value>{"value"_L1, Presence::Required}};
    }
};

/// What answers say where numbers were compared that doubles cannot tell from others near them.
inline constexpr auto inexactNote
    = "Some numbers have more than about 17 digits, or are very large or small: they were compared as the nearest "
      "64-bit floating-point numbers."_L1;
inline constexpr auto noteMeaning = "Where numbers could not be compared exactly."_L1;

struct QueryOutput {
    QList<Match> matches;
    qint64 count = 0;
    std::optional<QString> note = {};

    static constexpr auto fields()
    {
        return std::tuple{Field<&QueryOutput::matches>{"matches"_L1, Presence::Required},
                          Field<&QueryOutput::count>{"count"_L1, Presence::Required},
                          Field<&QueryOutput::note>{"note"_L1, Presence::Optional, noteMeaning}};
    }
};

/// What is wrong with a document, and where.
struct Fault {
    QString path;
    QString message;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&Fault::path>{"path"_L1, Presence::Required,
                                "JSON Pointer to what is wrong, empty for all of it; or \"line 3\" of a CSV text"_L1},
            Field<&Fault::message>{"message"_L1, Presence::Required}};
    }
};

struct Verdict {
    QList<Fault> faults; ///< the first fifty
    qint64 count = 0;
    std::optional<QString> note = {};
};

/// Numbers as they are written. "invalid_json", "invalid_path", "regex_not_supported"; TooLarge.
[[nodiscard]] Result<QueryOutput> evaluateJsonPath(const QueryInput &input);

/// Of JSON texts; one that is none, or has an object with a member twice, is not valid. Of the schema: "invalid_json",
/// "invalid_schema"; "regex_not_supported" if it has "pattern", "patternProperties" or the format "regex";
/// "remote_reference" if it refers to another document, "unresolved_reference" if to what it does not have.
[[nodiscard]] Result<Verdict> validateJson(const QString &data, const QString &schema);

}
