// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/plan.h"

#include "daemon/pipeline/textcut.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace moe::pipeline {

namespace {

constexpr qsizetype longestTask = 4'000;  // characters
constexpr int mostCandidates = 64;        // brackets tried before giving up
constexpr qsizetype longestId = 40;

/// The value that begins at `begin` with a bracket, up to the bracket that closes it; empty if nothing does.
QByteArrayView balancedFrom(QByteArrayView text, qsizetype begin)
{
    int depth = 0;
    bool isInString = false;
    for (qsizetype i = begin; i < text.size(); ++i) {
        const char c = text[i];
        if (isInString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                isInString = false;
        } else if (c == '"') {
            isInString = true;
        } else if (c == '[' || c == '{') {
            ++depth;
        } else if ((c == ']' || c == '}') && --depth == 0) {
            return text.sliced(begin, i + 1 - begin);
        }
    }
    return {};
}

/// The reason why an entry is no task; empty if it was one and was appended.
QString appendTask(const QJsonValue &value, QList<PlanTask> &tasks)
{
    if (!value.isObject())
        return u"not an object"_s;
    const QJsonObject object = value.toObject();
    if (object.isEmpty())
        return u"empty"_s;
    const QByteArray text = object["task"_L1].toString().trimmed().toUtf8();
    if (text.isEmpty())
        return u"no task"_s;
    const QString name = object["category"_L1].toString().trimmed().toLower();
    if (name.isEmpty())
        return u"no category"_s;
    const auto category = experts::categoryFromName(name.toUtf8());
    if (!category)
        return u"unknown category"_s;
    if (tasks.size() == mostTasks)
        return u"more than %1 tasks"_s.arg(mostTasks);
    QString id = object["id"_L1].toVariant().toString().left(longestId);
    if (id.isEmpty() || std::ranges::contains(tasks, id, &PlanTask::id))
        id = u"t%1"_s.arg(tasks.size() + 1);
    tasks.append({id, firstCharacters(text, longestTask).toByteArray(), *category});
    return {};
}

ParsedPlan planFrom(const QJsonArray &entries)
{
    ParsedPlan plan;
    for (const QJsonValue &entry : entries) {
        if (const QString reason = appendTask(entry, plan.tasks); !reason.isEmpty())
            plan.dropped.append(reason);
    }
    return plan;
}

/// Tries every value that opens with `bracket`.
std::optional<ParsedPlan> firstPlan(QByteArrayView text, char bracket)
{
    qsizetype at = text.indexOf(bracket);
    for (int tried = 0; at >= 0 && tried < mostCandidates; at = text.indexOf(bracket, at + 1), ++tried) {
        const QByteArrayView candidate = balancedFrom(text, at);
        if (candidate.isEmpty())
            continue;
        const QJsonDocument document = QJsonDocument::fromJson(candidate.toByteArray());
        ParsedPlan plan = planFrom(document.isObject() ? QJsonArray{document.object()} : document.array());
        if (!plan.tasks.isEmpty())
            return plan;
    }
    return std::nullopt;
}

}

std::optional<ParsedPlan> parsePlan(QByteArrayView answer)
{
    // What a model thought aloud may hold drafts of the plan.
    if (const qsizetype thought = answer.lastIndexOf("</think>"); thought >= 0)
        answer = answer.sliced(thought);
    if (auto plan = firstPlan(answer, '['))
        return plan;
    return firstPlan(answer, '{');
}

QList<PlanTask> fallbackPlan(QByteArray input)
{
    return {PlanTask{u"t1"_s, std::move(input), experts::Category::General}};
}

}
