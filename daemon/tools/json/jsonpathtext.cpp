// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/json/jsonpathtext.h"

#include "daemon/tools/tool.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr qsizetype longestPath = 1'000;

Error wrongPath(const QString &message, const QString &code = u"invalid_path"_s)
{
    return badCall(message, u"path"_s, code);
}

/// Without what stands in quotes, where nothing is an operator.
QString unquoted(const QString &path)
{
    QString rest;
    QChar quote;
    for (qsizetype i = 0; i < path.size(); ++i) {
        const QChar c = path[i];
        if (!quote.isNull()) {
            if (c == u'\\')
                ++i;
            else if (c == quote)
                quote = {};
        } else if (c == u'\'' || c == u'"') {
            quote = c;
        } else {
            rest += c;
        }
    }
    return rest;
}

Result<void> refuseExpressions(const QString &path)
{
    const QString operators = unquoted(path).remove(u' ').remove(u'\t').remove(u'\n').remove(u'\r');
    if (operators.contains(u"=~") || operators.contains(u"tokenize("))
        return failure(wrongPath(u"Regular expressions in a path are not offered; use regex_extract on what the path "
                                 "finds."_s,
                                 u"regex_not_supported"_s));
    return {};
}

/// "a.b[0]" → "$['a']['b'][0]"
QString translated(const QString &text)
{
    QString path = u"$"_s;
    QString name;
    const auto end = [&path, &name] {
        if (name == u"*")
            path += u"[*]"_s;
        else if (!name.isEmpty())
            path += u"['"_s + name.replace(u'\\', u"\\\\"_s).replace(u'\'', u"\\'"_s) + u"']"_s;
        name.clear();
    };
    bool isInBrackets = false;
    for (const QChar c : text) {
        if (c == u'[' && !isInBrackets)
            end();
        isInBrackets = c == u'[' || (isInBrackets && c != u']');
        if (isInBrackets || c == u']')
            path += c;
        else if (c == u'.')
            end();
        else
            name += c;
    }
    end();
    return path;
}

}

Result<QString> jsonPathOf(const QString &text)
{
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return failure(wrongPath(u"The path is empty. \"$\" is the whole document."_s));
    if (trimmed.size() > longestPath)
        return failure(wrongPath(u"The path has more than %1 characters."_s.arg(longestPath)));
    const bool isPlain = !trimmed.startsWith(u'$');
    if (isPlain && (trimmed.startsWith(u'@') || trimmed.contains(u".."_s) || unquoted(trimmed).contains(u'(')))
        return failure(wrongPath(u"Begin the path with \"$\" to use all of JSONPath."_s));
    const QString path = isPlain ? translated(trimmed) : trimmed;
    TRY_VOID(refuseExpressions(path));
    return path;
}

bool isComputing(const QString &path)
{
    const QString operators = unquoted(path);
    return operators.contains(u'?') || operators.contains(u'(');
}

}
