// SPDX-License-Identifier: Apache-2.0
#include "daemon/experts/catalogue.h"
#include "daemon/experts/defaults.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace moe::experts {

namespace {

std::unexpected<Error> wrongAt(const QString &path, const QString &problem)
{
    return failure(Error::invalid(u"EXPERT_MODELS: $."_s + path + u": "_s + problem));
}

Result<QString> textMember(const QJsonObject &object, QLatin1StringView key, const QString &path)
{
    const QJsonValue value = object[key];
    if (value.isUndefined() || value.isNull())
        return QString();
    if (!value.isString())
        return wrongAt(path + u'.' + key, u"expected a string"_s);
    return value.toString().trimmed();
}

Result<Role> roleFrom(const QString &name, const QString &path)
{
    if (name.isEmpty() || name == "normal"_L1)
        return Role::Normal;
    if (name == "always"_L1)
        return Role::Always;
    return wrongAt(path + u".role"_s, u"unknown role \"%1\", use \"normal\" or \"always\""_s.arg(name));
}

Result<ExpertModel> expertFrom(const QJsonValue &value, const QString &path)
{
    if (!value.isObject())
        return wrongAt(path, u"expected an object with \"model\" and \"endpoint\""_s);
    const QJsonObject object = value.toObject();
    ExpertModel expert;
    TRY(expert.ref.model, textMember(object, "model"_L1, path));
    if (expert.ref.model.isEmpty())
        return wrongAt(path + u".model"_s, u"a model name is needed"_s);
    TRY(const QString endpoint, textMember(object, "endpoint"_L1, path));
    expert.ref.endpoint = ServerId(endpoint);
    TRY(const QString role, textMember(object, "role"_L1, path));
    TRY(expert.role, roleFrom(role, path));
    expert.tier = tierOf(parametersInName(expert.ref.model));
    return expert;
}

Result<QList<ExpertModel>> expertsFrom(const QJsonValue &value, const QString &path)
{
    if (!value.isArray())
        return wrongAt(path, u"expected an array of models"_s);
    QList<ExpertModel> experts;
    const QJsonArray array = value.toArray();
    for (qsizetype i = 0; i < array.size(); ++i) {
        TRY(const ExpertModel expert, expertFrom(array[i], u"%1[%2]"_s.arg(path).arg(i)));
        experts.append(expert);
    }
    return experts;
}

QString knownCategories()
{
    QStringList names;
    for (const Category category : allCategories())
        names.append(categoryName(category));
    return names.join(u", "_s);
}

/// The model as the server lists it; names without a tag mean ":latest".
const inference::ModelInfo *findModel(const ModelRef &ref, const QList<inference::Server> &servers)
{
    const QString tagged = ref.model.contains(u':') ? ref.model : QString(ref.model + u":latest"_s);
    for (const inference::Server &server : servers) {
        if (!ref.endpoint.value().isEmpty() && server.config.name != ref.endpoint)
            continue;
        for (const inference::ModelInfo &model : server.status.models) {
            if (model.name == ref.model || model.name == tagged)
                return &model;
        }
    }
    return nullptr;
}

}

QString ModelRef::callName() const
{
    return endpoint.value().isEmpty() ? model : QString(model + u'@' + endpoint.value());
}

QList<ExpertModel> Catalogue::expertsFor(Category category) const
{
    if (hasOwnExperts(category))
        return experts[std::size_t(category)];
    if (hasOwnExperts(Category::General))
        return experts[std::size_t(Category::General)];
    QList<ExpertModel> standIns;
    if (!judges.isEmpty())
        standIns.append({.ref = judges.first(), .role = Role::Normal, .tier = Tier::T1});
    return standIns;
}

Result<ExpertTable> parseExpertModels(QByteArrayView json)
{
    ExpertTable table;
    if (json.trimmed().isEmpty())
        return table;
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(json.toByteArray(), &problem);
    if (problem.error != QJsonParseError::NoError) {
        return failure(Error::invalid(
            u"EXPERT_MODELS is not valid JSON at byte %1: %2"_s.arg(problem.offset).arg(problem.errorString())));
    }
    if (!document.isObject())
        return failure(Error::invalid(u"EXPERT_MODELS: $: expected an object of categories"_s));
    const QJsonObject object = document.object();
    for (auto entry = object.begin(); entry != object.end(); ++entry) {
        const auto category = categoryFromName(entry.key().toUtf8());
        if (!category)
            return wrongAt(entry.key(), u"unknown category, known are "_s + knownCategories());
        TRY(table[std::size_t(*category)], expertsFrom(entry.value(), entry.key()));
    }
    return table;
}

void resolveTiers(ExpertTable &experts, const QList<inference::Server> &servers)
{
    for (QList<ExpertModel> &list : experts) {
        for (ExpertModel &expert : list) {
            if (const inference::ModelInfo *model = findModel(expert.ref, servers))
                expert.tier = tierOf(parametersOf(*model));
        }
    }
}

Result<Catalogue> buildCatalogue(const CatalogueSettings &settings, const QList<inference::Server> &servers)
{
    Catalogue catalogue = assignDefaults(servers);
    TRY(ExpertTable configured, parseExpertModels(settings.expertModels));
    resolveTiers(configured, servers);
    const bool isConfigured = std::ranges::any_of(configured, [](const auto &list) { return !list.isEmpty(); });
    // Whoever names experts means exactly these; only the judges are still filled up, as stand-ins.
    if (isConfigured)
        catalogue.experts = std::move(configured);
    if (!settings.judgeModel.isEmpty()) {
        const ModelRef judge{settings.judgeModel, settings.judgeEndpoint};
        catalogue.judges.removeIf([&judge](const ModelRef &other) { return other.model == judge.model; });
        catalogue.judges.prepend(judge);
    }
    return catalogue;
}

}
