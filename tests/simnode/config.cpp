// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/config.h"

#include <QSet>

using namespace Qt::StringLiterals;

namespace moe::sim {

namespace {

constexpr int dayInMs = 86'400'000;

Profile readProfile(Fields &fields)
{
    const QString name = fields.text("profile"_L1, u"ollama"_s);
    if (name == u"ollama")
        return Profile::Ollama;
    if (name == u"ollama-old")
        return Profile::OllamaOld;
    if (name != u"openai")
        fields.fail("profile"_L1, u"must be ollama, ollama-old or openai"_s);
    return Profile::OpenAi;
}

QStringList readCapabilities(Fields &fields)
{
    static const QStringList known{u"completion"_s, u"tools"_s,     u"vision"_s,
                                   u"thinking"_s,   u"embedding"_s, u"insert"_s};
    if (!fields.has("capabilities"_L1))
        return {u"completion"_s};
    const QStringList result = fields.texts("capabilities"_L1);
    for (const QString &name : result) {
        if (!known.contains(name))
            fields.fail("capabilities"_L1, u"unknown capability \"%1\""_s.arg(name));
    }
    return result;
}

ModelSpec readModel(Fields &fields)
{
    ModelSpec model;
    model.name = fields.requiredText("name"_L1);
    model.sizeBytes = fields.integer("size_bytes"_L1, model.sizeBytes);
    model.vramBytes = fields.integer("vram_bytes"_L1, model.sizeBytes);
    model.parameterSize = fields.text("parameter_size"_L1, u"1.0B"_s);
    model.family = fields.text("family"_L1, u"simulated"_s);
    model.quantization = fields.text("quantization"_L1, u"Q4_K_M"_s);
    model.contextLength = int(fields.integer("context_length"_L1, model.contextLength, 1, 100'000'000));
    model.embeddingLength = int(fields.integer("embedding_length"_L1, model.embeddingLength, 1, 65536));
    model.capabilities = readCapabilities(fields);
    model.load = std::chrono::milliseconds(fields.integer("load_ms"_L1, 0, 0, dayInMs));
    model.firstToken = std::chrono::milliseconds(fields.integer("first_token_ms"_L1, 0, 0, dayInMs));
    model.tokensPerSecond = fields.number("tokens_per_second"_L1, 0, 0, 1e9);
    fields.refuseUnknown();
    return model;
}

QList<ModelSpec> defaultModels()
{
    ModelSpec chat;
    chat.name = u"simulated-chat:1b"_s;
    chat.parameterSize = u"1.0B"_s;
    chat.family = u"simulated"_s;
    chat.quantization = u"Q4_K_M"_s;
    chat.capabilities = QStringList{u"completion"_s, u"tools"_s};
    ModelSpec embed = chat;
    embed.name = u"simulated-embed:latest"_s;
    embed.capabilities = QStringList{u"embedding"_s};
    return {chat, embed};
}

void checkNames(const QList<ModelSpec> &models, Fields &fields)
{
    QSet<QString> names;
    for (const ModelSpec &model : models) {
        if (names.contains(model.name))
            fields.fail("models"_L1, u"model \"%1\" is there twice"_s.arg(model.name));
        names.insert(model.name);
    }
}

}

Result<Config> Config::fromJson(const QJsonObject &document)
{
    Fields::Failure failure;
    Fields fields(document, {}, failure);
    Config config;
    config.profile = readProfile(fields);
    config.version = fields.text("version"_L1,
                                 config.profile == Profile::OllamaOld ? u"0.1.48-simulated"_s : u"0.17.4-simulated"_s);
    config.vramTotalBytes = fields.integer("vram_total_bytes"_L1, 0);
    config.parallel = int(fields.integer("parallel"_L1, 0, 0, 1'000'000));
    config.maxQueue = int(fields.integer("max_queue"_L1, config.maxQueue, 0, 1'000'000));
    config.seed = quint32(fields.integer("seed"_L1, config.seed, 0, 0xFFFF'FFFF));
    config.recordLimit = int(fields.integer("record_limit"_L1, config.recordLimit, 0, 100'000));
    fields.objects("models"_L1, [&config](Fields &entry) { config.models << readModel(entry); });
    if (!fields.has("models"_L1))
        config.models = defaultModels();
    checkNames(config.models, fields);
    fields.objects("rules"_L1, [&config](Fields &entry) { config.rules << readRule(entry); });
    fields.object("fault"_L1, [&config](Fields &entry) { config.fault = readFault(entry); });
    fields.refuseUnknown();
    if (failure)
        return moe::failure(Error::invalid(failure->description(), failure->path));
    return config;
}

const ModelSpec *Config::model(const QString &name) const
{
    const auto withTag = [](const QString &given) { return given.contains(u':') ? given : given + u":latest"_s; };
    const auto found = std::ranges::find_if(
        models, [&](const ModelSpec &model) { return model.name == name || withTag(model.name) == withTag(name); });
    return found == models.end() ? nullptr : &*found;
}

}
