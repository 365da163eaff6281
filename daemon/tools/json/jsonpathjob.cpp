// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/json/comparablenumbers.h"
#include "daemon/tools/json/jsonjobs.h"
#include "daemon/tools/json/jsonparsing.h"
#include "daemon/tools/json/jsonpathtext.h"
#include "daemon/tools/tool.h"

#include <jsoncons_ext/jsonpath/jsonpath.hpp>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using jsoncons::ojson;

/// Ends the walk through the document as soon as there is too much.
struct TooMuch { };

bool isSameKind(const ojson &left, const ojson &right)
{
    return left.is_object() == right.is_object() && left.is_array() == right.is_array()
        && left.is_number() == right.is_number() && left.is_bool() == right.is_bool()
        && left.is_null() == right.is_null();
}

/// The value at this place of the document with numbers as they are written; else what was computed.
std::string textAt(ojson &exact, const std::string &path, const ojson &computed)
{
    const auto location = jsoncons::jsonpath::json_location::parse(path);
    const auto [found, isThere] = jsoncons::jsonpath::get(exact, location);
    // What a function of the path has worked out is nowhere in the document.
    const bool isOfDocument = isThere && found && isSameKind(*found, computed);
    std::string text;
    (isOfDocument ? *found : computed).dump(text);
    return text;
}

QueryOutput matchesOf(const ojson &document, ojson &exact, const QByteArray &path)
{
    QueryOutput result;
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

Result<QueryOutput> evaluateJsonPath(const QueryInput &input)
{
    TRY(const QString path, jsonPathOf(input.path));
    const QByteArray text = input.document.text.toUtf8();
    TRY(ojson exact, parseJson(text, u"json_str"_s));
    const ComparableNumbers ofDocument = comparableNumbers(text);
    const ComparableNumbers ofPath = comparableNumbers(path.toUtf8());
    try {
        QueryOutput output = matchesOf(computableJson(ofDocument.text), exact, ofPath.text);
        if (isComputing(path) && (ofDocument.hasInexact || ofPath.hasInexact))
            output.note = QString(inexactNote);
        return output;
    } catch (const TooMuch &) {
        return failure(Error::of(ErrorCode::TooLarge, u"The path finds too much."_s, u"result_too_large"_s));
    } catch (const std::exception &error) {
        return failure(badCall(u"The path is not understood: %1."_s.arg(QString::fromUtf8(error.what()).left(200)),
                               u"path"_s, u"invalid_path"_s));
    }
}

}
