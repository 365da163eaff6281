// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/modelname.h"

using namespace Qt::StringLiterals;

namespace moe::inference {

namespace {

constexpr qsizetype longestModelName = 256;
constexpr qsizetype longestServerName = 64;
constexpr auto latest = ":latest"_L1;

bool isAsciiAlphanumeric(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9');
}

QStringView withoutLatest(QStringView name) { return name.endsWith(latest) ? name.chopped(latest.size()) : name; }

}

bool isModelName(QStringView name)
{
    return !name.isEmpty() && name.size() <= longestModelName
        && std::all_of(name.begin(), name.end(), [](QChar c) { return c.isPrint() && !c.isSpace(); });
}

bool isServerName(QStringView name)
{
    return !name.isEmpty() && name.size() <= longestServerName && isAsciiAlphanumeric(name.front())
        && std::all_of(name.begin(), name.end(),
                       [](QChar c) { return isAsciiAlphanumeric(c) || c == u'.' || c == u'_' || c == u'-'; });
}

Result<ModelId> resolveModelId(QStringView id)
{
    const auto invalid
        = [](const QString &message) { return failure(Error::invalid(message, u"model"_s, u"invalid_model"_s)); };
    const qsizetype at = id.lastIndexOf(u'@');
    const QStringView model = at < 0 ? id : id.first(at);
    if (!isModelName(model))
        return invalid(u"The model must be named as name:tag or name:tag@server."_s);
    if (at < 0)
        return ModelId{model.toString(), {}};
    const QStringView server = id.sliced(at + 1);
    if (!isServerName(server))
        return invalid(u"What follows \"@\" in the model must be the name of a server."_s);
    return ModelId{model.toString(), ServerId(server.toString())};
}

QString canonicalModelName(const QString &name) { return name.endsWith(latest) ? name.chopped(latest.size()) : name; }

bool modelMatches(QStringView listed, QStringView asked) { return withoutLatest(listed) == withoutLatest(asked); }

}
