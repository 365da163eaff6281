// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools/toolcall.h"

#include <QJsonDocument>

namespace moe::tools::test {

QString CallOutcome::outcome(const QString &member) const
{
    return errorCode.isEmpty() ? object.value(member).toVariant().toString() : QString(u'!' + errorCode);
}

CallOutcome callTool(const ToolList &tools, const QString &name, const QJsonObject &arguments)
{
    const auto tool = std::ranges::find(tools, name, [](const auto &each) { return each->info().name; });
    if (tool == tools.end())
        return {{}, {}, QStringLiteral("no such tool")};
    const QByteArray json = QJsonDocument(arguments).toJson(QJsonDocument::Compact);
    const auto result = QCoro::waitFor((*tool)->call(json, {}));
    if (!result)
        return {{}, result.error().message, result.error().reason};
    return {QJsonDocument::fromJson(result->structured).object(), result->text, {}};
}

}
