// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/probing.h"
#include "daemon/inference/jsonread.h"
#include "daemon/inference/modelname.h"

#include <QVersionNumber>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace moe::inference {

namespace {

constexpr qsizetype largestAnswer = 16 << 20;
constexpr std::size_t mostModels = 2000;
constexpr double largestSize = 1e15; // bytes

Error unusable(const QString &what)
{
    return Error::of(ErrorCode::BadGateway, u"The server's answer to a probe is unusable: %1."_s.arg(what));
}

Result<jsoncons::json> parseAnswer(QByteArrayView body)
{
    auto document = parseJson(body, largestAnswer);
    if (!document)
        return failure(unusable(document.error().message));
    if (!document->is_object())
        return failure(unusable(u"expected an object"_s));
    return document;
}

Result<const jsoncons::json *> listIn(const jsoncons::json &document, const char *name)
{
    const jsoncons::json *const list = arrayIn(document, name);
    if (!list || list->size() > mostModels)
        return failure(unusable(u"expected a list of at most %1 models"_s.arg(mostModels)));
    return list;
}

qint64 bytesIn(const jsoncons::json &object, const char *name)
{
    return qint64(std::clamp(numberIn(object, name).value_or(0), 0.0, largestSize));
}

int countIn(const jsoncons::json &object, const char *name)
{
    return int(std::clamp(numberIn(object, name).value_or(0), 0.0, double(std::numeric_limits<int>::max())));
}

// Old versions have only "name".
QString nameIn(const jsoncons::json &object)
{
    const QString name = stringIn(object, "name").value_or(stringIn(object, "model").value_or(QString()));
    return isModelName(name) ? name : QString();
}

ModelCapabilities capabilitiesIn(const jsoncons::json &document)
{
    ModelCapabilities capabilities;
    const jsoncons::json *const list = arrayIn(document, "capabilities");
    if (!list)
        return capabilities;
    const auto has = [list](std::string_view name) {
        return std::ranges::any_of(list->array_range(), [name](const jsoncons::json &each) {
            return each.is_string() && each.as_string_view() == name;
        });
    };
    capabilities.isKnown = true;
    capabilities.completion = has("completion");
    capabilities.tools = has("tools");
    capabilities.vision = has("vision");
    capabilities.embedding = has("embedding");
    capabilities.thinking = has("thinking");
    return capabilities;
}

}

Result<QString> parseOllamaVersion(QByteArrayView body)
{
    TRY(const auto document, parseAnswer(body));
    const auto version = stringIn(document, "version");
    if (!version)
        return failure(unusable(u"expected a version"_s));
    return version->left(64);
}

Result<QList<ListedModel>> parseOllamaTags(QByteArrayView body)
{
    TRY(const auto document, parseAnswer(body));
    TRY(const auto list, listIn(document, "models"));
    QList<ListedModel> models;
    for (const jsoncons::json &each : list->array_range()) {
        ListedModel model;
        model.info.name = nameIn(each);
        if (model.info.name.isEmpty())
            continue;
        model.info.sizeBytes = bytesIn(each, "size");
        model.digest = stringIn(each, "digest").value_or(QString()).toLatin1();
        if (const auto *details = objectIn(each, "details")) {
            model.info.family = stringIn(*details, "family").value_or(QString());
            model.info.quantisation = stringIn(*details, "quantization_level").value_or(QString());
            model.info.parametersBillion = billionsFromSize(stringIn(*details, "parameter_size").value_or(QString()));
        }
        if (model.info.parametersBillion <= 0)
            model.info.parametersBillion = billionsFromName(model.info.name);
        models.push_back(std::move(model));
    }
    return models;
}

Result<QList<LoadedModel>> parseOllamaLoaded(QByteArrayView body)
{
    TRY(const auto document, parseAnswer(body));
    TRY(const auto list, listIn(document, "models"));
    QList<LoadedModel> models;
    for (const jsoncons::json &each : list->array_range()) {
        if (const QString name = nameIn(each); !name.isEmpty())
            models.push_back({name, bytesIn(each, "size_vram")});
    }
    return models;
}

Result<ModelDetails> parseOllamaDetails(QByteArrayView body)
{
    TRY(const auto document, parseAnswer(body));
    ModelDetails found;
    found.capabilities = capabilitiesIn(document);
    if (const auto *details = objectIn(document, "details")) {
        found.family = stringIn(*details, "family").value_or(QString());
        found.quantisation = stringIn(*details, "quantization_level").value_or(QString());
        found.parametersBillion = billionsFromSize(stringIn(*details, "parameter_size").value_or(QString()));
    }
    if (const auto *info = objectIn(document, "model_info")) {
        const QString family = stringIn(*info, "general.architecture").value_or(found.family);
        const QByteArray context = family.toUtf8() + ".context_length";
        found.contextLength = countIn(*info, context.constData());
        if (found.parametersBillion <= 0)
            found.parametersBillion = std::max(0.0, numberIn(*info, "general.parameter_count").value_or(0)) / 1e9;
    }
    return found;
}

Result<QList<ModelInfo>> parseModelList(QByteArrayView body)
{
    TRY(const auto document, parseAnswer(body));
    TRY(const auto list, listIn(document, "data"));
    QList<ModelInfo> models;
    for (const jsoncons::json &each : list->array_range()) {
        ModelInfo info;
        info.name = stringIn(each, "id").value_or(QString());
        if (!isModelName(info.name))
            continue;
        info.parametersBillion = billionsFromName(info.name);
        info.contextLength = countIn(each, "max_model_len"); // as vLLM tells it
        models.push_back(std::move(info));
    }
    return models;
}

QByteArray ollamaDetailsQuery(const QString &model)
{
    jsoncons::json query(jsoncons::json_object_arg);
    query["model"] = model.toStdString();
    return QByteArray::fromStdString(query.to_string());
}

void applyOllamaVersion(ServerStatus &status, const QString &version)
{
    status.version = version;
    const QVersionNumber number = QVersionNumber::fromString(version);
    if (number.isNull() || number == QVersionNumber(0, 0, 0))
        return;
    status.hasEmbedEndpoint = number >= QVersionNumber(0, 3, 0);
    status.hasStructuredOutput = number >= QVersionNumber(0, 5, 0);
}

ModelInfo withDetails(ModelInfo info, const ModelDetails &details)
{
    info.capabilities = details.capabilities;
    info.contextLength = details.contextLength;
    if (details.parametersBillion > 0)
        info.parametersBillion = details.parametersBillion;
    if (!details.family.isEmpty())
        info.family = details.family;
    if (!details.quantisation.isEmpty())
        info.quantisation = details.quantisation;
    return info;
}

double billionsFromSize(QStringView size)
{
    if (size.size() < 2 || size.size() > 16)
        return 0;
    double unit = 0; // in billions
    switch (size.back().toLower().unicode()) {
    case u'k': unit = 1e-6; break;
    case u'm': unit = 1e-3; break;
    case u'b': unit = 1; break;
    case u't': unit = 1e3; break;
    default: return 0;
    }
    double billions = unit;
    // "8x7b": the experts of a mixture.
    for (const QStringView factor : size.chopped(1).split(u'x')) {
        const bool isPlain = std::ranges::all_of(factor, [](QChar c) { return (c >= u'0' && c <= u'9') || c == u'.'; });
        bool isNumber = false;
        const double number = factor.toDouble(&isNumber);
        if (!isPlain || !isNumber)
            return 0;
        billions *= number;
    }
    return billions < 1e6 ? billions : 0;
}

double billionsFromName(QStringView name)
{
    qsizetype begin = 0;
    for (qsizetype at = 0; at <= name.size(); ++at) {
        if (at < name.size() && !QStringView(u":-_/@ ").contains(name[at]))
            continue;
        if (const double billions = billionsFromSize(name.sliced(begin, at - begin)); billions > 0)
            return billions;
        begin = at + 1;
    }
    return 0;
}

}
