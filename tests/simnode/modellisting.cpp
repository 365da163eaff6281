// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/modellisting.h"

#include "tests/simnode/embedding.h"
#include "tests/simnode/jsonwriter.h"
#include "tests/simnode/timestamps.h"

#include <QCryptographicHash>

using namespace Qt::StringLiterals;

namespace moe::sim {

namespace {

constexpr QByteArrayView modifiedAt = "2026-01-01T00:00:00.000000001Z";

QByteArray digest(const ModelSpec &model)
{
    return QCryptographicHash::hash(model.name.toUtf8(), QCryptographicHash::Sha256).toHex();
}

void writeDetails(JsonWriter &json, const ModelSpec &model)
{
    json.key("details").beginObject().field("parent_model", QByteArrayView("")).field("format", QByteArrayView("gguf"));
    json.field("family", model.family).key("families").beginArray().value(model.family).endArray();
    json.field("parameter_size", model.parameterSize).field("quantization_level", model.quantization).endObject();
}

/// "4.3B" as a number of parameters.
qint64 parameterCount(const QString &size)
{
    const double amount = size.isEmpty() ? 0 : size.chopped(1).toDouble();
    return qint64(amount * (size.endsWith(u'B') ? 1e9 : size.endsWith(u'M') ? 1e6 : 1e3));
}

}

QString taggedName(const QString &name) { return name.contains(u':') ? name : name + u":latest"_s; }

QByteArray tagsAnswer(const Config &config)
{
    JsonWriter json;
    json.beginObject().key("models").beginArray();
    for (const ModelSpec &model : config.models) {
        json.beginObject().field("name", taggedName(model.name)).field("model", taggedName(model.name));
        json.field("modified_at", modifiedAt).field("size", model.sizeBytes).field("digest", digest(model));
        writeDetails(json, model);
        json.endObject();
    }
    return json.endArray().endObject().take();
}

QByteArray psAnswer(const std::vector<ModelHost::Loaded> &loaded)
{
    JsonWriter json;
    json.beginObject().key("models").beginArray();
    for (const auto &[model, contextTokens, running, expires] : loaded) {
        json.beginObject().field("name", taggedName(model.name)).field("model", taggedName(model.name));
        json.field("size", model.vramBytes).field("digest", digest(model));
        writeDetails(json, model);
        json.field("expires_at", rfc3339(expires)).field("size_vram", model.vramBytes);
        json.field("context_length", contextTokens).endObject();
    }
    return json.endArray().endObject().take();
}

QByteArray showAnswer(const ModelSpec &model, bool isOld)
{
    JsonWriter json;
    json.beginObject().field("modelfile", QString(u"# A simulated model\nFROM "_s + model.name + u'\n'));
    json.field("parameters", QByteArrayView("")).field("template", QByteArrayView("{{ .Prompt }}"));
    writeDetails(json, model);
    json.key("model_info").beginObject();
    json.field(QString(model.family + u".context_length"_s), model.contextLength);
    json.field(QString(model.family + u".embedding_length"_s), model.embeddingLength);
    json.field("general.architecture", model.family);
    json.field("general.parameter_count", parameterCount(model.parameterSize)).endObject();
    if (!isOld) {
        json.key("capabilities").beginArray();
        for (const QString &capability : model.capabilities)
            json.value(capability);
        json.endArray();
    }
    return json.field("modified_at", modifiedAt).endObject().take();
}

QByteArray embedAnswer(const QString &model, const QStringList &texts, int dimensions, const Finish &end)
{
    JsonWriter json;
    json.beginObject().field("model", model).key("embeddings").beginArray();
    for (const QString &text : texts) {
        if (!text.isEmpty() || texts.size() > 1)
            json.raw(embeddingJson(pseudoEmbedding(text, dimensions)));
    }
    json.endArray().field("total_duration", end.total.count()).field("load_duration", end.load.count());
    return json.field("prompt_eval_count", end.promptTokens).endObject().take();
}

QByteArray embeddingAnswer(const QString &text, int dimensions)
{
    JsonWriter json;
    json.beginObject().rawField("embedding", embeddingJson(pseudoEmbedding(text, dimensions)));
    return json.endObject().take();
}

QByteArray loadAnswer(const QString &model, bool unloads, bool isChat)
{
    JsonWriter json;
    json.beginObject().field("model", model).field("created_at", rfc3339Now());
    if (isChat)
        json.rawField("message", R"({"role":"assistant","content":""})");
    else
        json.field("response", QByteArrayView(""));
    return json.field("done", true)
        .field("done_reason", QByteArrayView(unloads ? "unload" : "load"))
        .endObject()
        .take();
}

}
