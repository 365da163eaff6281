// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/json/jsonjobs.h"
#include "daemon/tools/json/jsonparsing.h"
#include "daemon/tools/json/jsonpathtext.h"
#include "daemon/tools/tool.h"
#include "shared/wire/codec.h"

#include <jsoncons_ext/jsonpath/jsonpath.hpp>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using jsoncons::ojson;
using wire::Field;
using wire::Presence;

struct PathJob {
    QString document;
    QString path;

    static constexpr auto fields()
    {
        return std::tuple{Field<&PathJob::document>{"json_str"_L1, Presence::Required},
                          Field<&PathJob::path>{"path"_L1, Presence::Required}};
    }
};

struct PathMatch {
    QString path;
    wire::RawJson value;

    static constexpr auto fields()
    {
        return std::tuple{Field<&PathMatch::path>{"path"_L1, Presence::Required},
                          Field<&PathMatch::value>{"value"_L1, Presence::Required}};
    }
};

struct PathMatches {
    QList<PathMatch> matches;
    qint64 count = 0;

    static constexpr auto fields()
    {
        return std::tuple{Field<&PathMatches::matches>{"matches"_L1, Presence::Required},
                          Field<&PathMatches::count>{"count"_L1, Presence::Required}};
    }
};

/// Ends the walk through the document as soon as there is too much.
struct TooMuch { };

/// The value at this place of the document with numbers as they are written; else what was computed.
std::string textAt(ojson &exact, const std::string &path, const ojson &computed)
{
    const auto location = jsoncons::jsonpath::json_location::parse(path);
    ojson *const found = location.size() == 0 ? &exact : jsoncons::jsonpath::get(exact, location).first;
    // What a function of the path has worked out is nowhere in the document.
    const bool isComputed = found->is_object() != computed.is_object() || found->is_array() != computed.is_array();
    std::string text;
    (isComputed ? computed : *found).dump(text);
    return text;
}

PathMatches matchesOf(const ojson &document, ojson &exact, const QString &path)
{
    PathMatches result;
    qsizetype size = 0;
    const auto take = [&](const std::string &where, const ojson &value) {
        const std::string text = textAt(exact, where, value);
        size += qsizetype(text.size() + where.size());
        if (size > largestResult)
            throw TooMuch();
        result.matches.append({QString::fromStdString(where), {QByteArray::fromStdString(text)}});
    };
    jsoncons::jsonpath::json_query(document, path.toStdString(), take, jsoncons::jsonpath::result_options::path);
    result.count = result.matches.size();
    return result;
}

}

Result<QByteArray> evaluateJsonPath(const QByteArray &job)
{
    TRY(const PathJob input, wire::read<PathJob>(job, wire::UnknownKeys::Refuse));
    TRY(const QString path, jsonPathOf(input.path));
    TRY(const ojson document, parseJson(input.document, u"json_str"_s, Numbers::Computable));
    TRY(ojson exact, parseJson(input.document, u"json_str"_s, Numbers::AsWritten));
    try {
        return wire::write(matchesOf(document, exact, path));
    } catch (const TooMuch &) {
        return failure(Error::of(ErrorCode::TooLarge, u"The path finds too much."_s, u"result_too_large"_s));
    } catch (const std::exception &error) {
        return failure(badCall(u"The path is not understood: %1."_s.arg(QString::fromUtf8(error.what()).left(200)),
                               u"path"_s, u"invalid_path"_s));
    }
}

}
