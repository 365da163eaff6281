// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/json/jsonparsing.h"

#include "daemon/tools/tool.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr int deepest = 200;

}

Result<jsoncons::ojson> parseJson(const QString &text, const QString &argument, Numbers numbers)
{
    jsoncons::json_options options;
    options.max_nesting_depth(deepest).lossless_number(numbers == Numbers::AsWritten);
    const std::string utf8 = text.toStdString();
    try {
        return jsoncons::ojson::parse(utf8, options);
    } catch (const jsoncons::ser_error &error) {
        return failure(badCall(u"\"%1\" is no JSON: %2 at line %3, column %4."_s
                                   .arg(argument, QString::fromStdString(error.code().message()))
                                   .arg(error.line())
                                   .arg(error.column()),
                               argument, u"invalid_json"_s));
    } catch (const std::exception &) {
        return failure(badCall(u"\"%1\" cannot be read as JSON."_s.arg(argument), argument, u"invalid_json"_s));
    }
}

}
