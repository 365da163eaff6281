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

struct QueryOutput {
    QList<Match> matches;
    qint64 count = 0;

    static constexpr auto fields()
    {
        return std::tuple{Field<&QueryOutput::matches>{"matches"_L1, Presence::Required},
                          Field<&QueryOutput::count>{"count"_L1, Presence::Required}};
    }
};

/// What is wrong with a document, and where.
struct Fault {
    QString path;
    QString message;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Fault::path>{"path"_L1, Presence::Required,
                                              "JSON Pointer to what is wrong, or \"line 3\" of a CSV text"_L1},
                          Field<&Fault::message>{"message"_L1, Presence::Required}};
    }
};

struct Verdict {
    QList<Fault> faults; ///< the first fifty
    qint64 count = 0;
};

/// Numbers as they are written. "invalid_json", "invalid_path", "regex_not_supported"; TooLarge.
[[nodiscard]] Result<QueryOutput> evaluateJsonPath(const QueryInput &input);

/// Both are JSON texts. "invalid_json", "invalid_schema"; "regex_not_supported" for a schema with "pattern",
/// "patternProperties" or the format "regex"; "remote_reference" for one that refers to another document.
[[nodiscard]] Result<Verdict> validateJson(const QString &data, const QString &schema);

}
