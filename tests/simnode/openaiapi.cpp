// SPDX-License-Identifier: Apache-2.0
// OpenAI's protocol in two flavours: as Ollama serves it under /v1, and as llama.cpp and vLLM do.
#include "tests/simnode/embedding.h"
#include "tests/simnode/modellisting.h"
#include "tests/simnode/node.h"
#include "tests/simnode/requestreader.h"

using namespace Qt::StringLiterals;

namespace moe::sim {

namespace {

constexpr QByteArrayView jsonType = "application/json";
constexpr qint64 createdAt = 1'767'225'600;

void answerError(Exchange &exchange, int status, const QString &message, QLatin1StringView type,
                 const QString &param = {}, QLatin1StringView code = {}, const Exchange::Headers &headers = {})
{
    JsonWriter json;
    json.beginObject().key("error").beginObject().field("message", message).field("type", QString(type));
    json.key("param");
    param.isEmpty() ? json.null() : json.value(param);
    json.key("code");
    code.isEmpty() ? json.null() : json.value(QString(code));
    exchange.respond(status, jsonType, json.endObject().endObject().take(), headers);
}

void refuse(Exchange &exchange, int status, const QString &message, const Exchange::Headers &headers = {})
{
    answerError(exchange, status, message, status < 500 ? "api_error"_L1 : "server_error"_L1, {}, {}, headers);
}

void refuseField(Exchange &exchange, const FieldError &error)
{
    answerError(exchange, 400, error.description(), "invalid_request_error"_L1, error.path);
}

bool isOllama(const Node &node) { return node.config().profile == Profile::Ollama; }

/// The model asked for, or null after having said no.
const ModelSpec *findModel(Node &node, Exchange &exchange, const QString &name)
{
    const ModelSpec *model = node.config().model(name);
    if (!model && isOllama(node))
        answerError(exchange, 404, u"model '%1' not found"_s.arg(name), "api_error"_L1);
    else if (!model)
        answerError(exchange, 404, u"The model `%1` does not exist or you do not have access to it."_s.arg(name),
                    "invalid_request_error"_L1, {}, "model_not_found"_L1);
    return model;
}

void answerTooLong(Exchange &exchange, qint64 promptTokens, int contextTokens)
{
    JsonWriter json;
    json.beginObject().key("error").beginObject().field("code", 400);
    json.field("message", u"the request exceeds the available context size, try increasing it"_s);
    json.field("type", u"exceed_context_size_error"_s);
    json.field("n_prompt_tokens", promptTokens).field("n_ctx", contextTokens).endObject().endObject();
    exchange.respond(400, jsonType, json.take());
}

/// False after having said no.
bool checkAbilities(Node &node, Exchange &exchange, const GenerationRequest &request, const ModelSpec &model)
{
    const QString library = isOllama(node) ? u"registry.ollama.ai/library/"_s : QString();
    if (!model.can("completion"_L1))
        refuse(exchange, 400, u"\"%1\" does not support chat"_s.arg(request.model));
    else if (request.hasTools && !model.can("tools"_L1))
        refuse(exchange, 400, library + request.model + u" does not support tools"_s);
    else if (isOllama(node) && request.thinks.value_or(false) && !model.can("thinking"_L1))
        refuse(exchange, 400, u"\"%1\" does not support thinking"_s.arg(request.model));
    else if (request.hasImages() && !model.can("vision"_L1))
        refuse(exchange, isOllama(node) ? 500 : 400, u"\"%1\" does not support image input"_s.arg(request.model));
    else if (!isOllama(node) && request.promptTokens() > model.contextLength)
        answerTooLong(exchange, request.promptTokens(), model.contextLength);
    else
        return true;
    return false;
}

void serveGeneration(Node &node, Exchange &exchange, bool isChat)
{
    const auto body = parseBody(exchange.request().body);
    if (!body)
        return refuseField(exchange, body.error());
    auto request = isChat ? readOpenAiChat(*body) : readOpenAiText(*body);
    if (!request)
        return refuseField(exchange, request.error());
    const ModelSpec *model = findModel(node, exchange, request->model);
    if (!model || !checkAbilities(node, exchange, *request, *model))
        return;

    const Rule *rule = node.scenario.takeRule(*request);
    GenerationPlan plan(*model, isOllama(node) ? 0 : model->contextLength);
    plan.answer = makeAnswer(rule, *request, *model);
    // Ollama knows no `n`: it answers once.
    const OpenAiAnswerHead head{isOllama(node) ? OpenAiFlavour::Ollama : OpenAiFlavour::LlamaCpp, request->model,
                                node.nextSerial(), isOllama(node) ? 1 : request->choices, request->includesUsage};
    plan.encoder = isChat ? openAiChatEncoder(head) : openAiTextEncoder(head);
    plan.isStreamed = request->isStreamed;
    plan.fault = node.scenario.takeFault(rule);
    plan.refuse = refuse;
    generate(node, exchange, std::move(plan));
}

/// Texts, or lists of token numbers where the server takes them.
QStringList readInputs(Fields &fields, bool takesTokens)
{
    const QJsonValue input = fields.value("input"_L1);
    const auto tokensAsText = [](const QJsonArray &tokens) {
        QString text;
        for (const auto &token : tokens)
            text += QString::number(token.toInteger()) + u' ';
        return text;
    };
    const QJsonValue first = input.toArray().first();
    if (takesTokens && first.isDouble())
        return {tokensAsText(input.toArray())};
    if (takesTokens && first.isArray()) {
        QStringList texts;
        for (const auto &tokens : input.toArray())
            texts << tokensAsText(tokens.toArray());
        return texts;
    }
    if (!fields.has("input"_L1) || (input.isArray() && input.toArray().isEmpty()))
        fields.fail("input"_L1, u"is required"_s);
    return input.isArray() ? fields.texts("input"_L1) : QStringList{fields.text("input"_L1)};
}

QByteArray embeddingsAnswer(const QString &model, const QStringList &texts, int dimensions, bool asBase64,
                            qint64 promptTokens)
{
    JsonWriter json;
    json.beginObject().field("object", u"list"_s).key("data").beginArray();
    for (int index = 0; const QString &text : texts) {
        const auto vector = pseudoEmbedding(text, dimensions);
        json.beginObject().field("object", u"embedding"_s).key("embedding");
        asBase64 ? json.value(embeddingBase64(vector)) : json.raw(embeddingJson(vector));
        json.field("index", index++).endObject();
    }
    json.endArray().field("model", model).key("usage").beginObject();
    json.field("prompt_tokens", promptTokens).field("total_tokens", promptTokens);
    return json.endObject().endObject().take();
}

void serveEmbeddings(Node &node, Exchange &exchange)
{
    const auto body = parseBody(exchange.request().body);
    if (!body)
        return refuseField(exchange, body.error());
    Fields::Failure failure;
    Fields fields(*body, {}, failure);
    GenerationRequest request;
    request.model = fields.requiredText("model"_L1);
    const QStringList texts = readInputs(fields, !isOllama(node));
    const auto dimensions = int(fields.integer("dimensions"_L1, 0, 1, 65536));
    const QString format = fields.text("encoding_format"_L1, u"float"_s);
    if (format != u"float" && format != u"base64")
        fields.fail("encoding_format"_L1,
                    u"Invalid value for 'encoding_format' = %1. Supported values: ['float', 'base64']."_s.arg(format));
    if (failure)
        return refuseField(exchange, *failure);
    const ModelSpec *model = findModel(node, exchange, request.model);
    if (!model)
        return;
    if (!model->can("embedding"_L1))
        return refuse(exchange, 501, u"this model does not support embeddings"_s);
    for (const QString &text : texts)
        request.messages << Message{u"user"_s, text};

    GenerationPlan plan(*model);
    plan.answer.promptTokens = request.promptTokens();
    plan.answer.firstToken = model->firstToken;
    plan.fault = node.scenario.takeFault(node.scenario.takeRule(request));
    plan.refuse = refuse;
    const int size = dimensions > 0 ? dimensions : model->embeddingLength;
    plan.encoder = wholeEncoder(jsonType.toByteArray(),
                                [name = request.model, texts, size, isBase64 = format == u"base64"](const Finish &end) {
                                    return embeddingsAnswer(name, texts, size, isBase64, end.promptTokens);
                                });
    generate(node, exchange, std::move(plan));
}

void writeModel(JsonWriter &json, const QString &name, bool isForOllama)
{
    json.beginObject().field("id", isForOllama ? taggedName(name) : name).field("object", u"model"_s);
    json.field("created", createdAt).field("owned_by", u"simulated"_s).endObject();
}

void serveModels(Node &node, Exchange &exchange)
{
    JsonWriter json;
    const QByteArray &path = exchange.request().path;
    if (path != "/v1/models") {
        const QString name = QString::fromUtf8(QByteArray::fromPercentEncoding(path.sliced(qstrlen("/v1/models/"))));
        if (!findModel(node, exchange, name))
            return;
        writeModel(json, name, false);
        return exchange.respond(200, jsonType, json.take());
    }
    json.beginObject().field("object", u"list"_s).key("data").beginArray();
    for (const ModelSpec &model : node.config().models)
        writeModel(json, model.name, isOllama(node));
    exchange.respond(200, jsonType, json.endArray().endObject().take());
}

void route(Node &node, Exchange &exchange)
{
    const QByteArray &path = exchange.request().path;
    const bool isModels = path == "/v1/models" || path.startsWith("/v1/models/");
    const bool isHealth = path == "/health" && !isOllama(node);
    const bool isGeneration = path == "/v1/chat/completions" || path == "/v1/completions" || path == "/v1/embeddings";
    if (!isModels && !isHealth && !isGeneration)
        return answerNotFound(exchange);
    const QByteArrayView allowed = isGeneration ? "POST" : "GET";
    if (exchange.request().method != allowed)
        return answerMethodNotAllowed(exchange, allowed);
    if (isModels)
        serveModels(node, exchange);
    else if (isHealth)
        exchange.respond(200, jsonType, R"({"status":"ok"})");
    else if (path == "/v1/embeddings")
        serveEmbeddings(node, exchange);
    else
        serveGeneration(node, exchange, path == "/v1/chat/completions");
}

}

void serveOpenAi(Node &node, Exchange &exchange)
{
    const auto proceed = [&node, &exchange] { route(node, exchange); };
    const bool isProbe = exchange.request().method == "GET";
    if (!isProbe || !strikeProbe(exchange, node.scenario.takeProbeFault(), refuse, proceed))
        proceed();
}

}
