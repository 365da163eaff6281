// SPDX-License-Identifier: Apache-2.0
// Ollama's own protocol, as seen from 0.17.4.
#include "tests/simnode/embedding.h"
#include "tests/simnode/jsonwriter.h"
#include "tests/simnode/modellisting.h"
#include "tests/simnode/node.h"
#include "tests/simnode/requestreader.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace moe::sim {

namespace {

constexpr QByteArrayView jsonType = "application/json; charset=utf-8";

void refuse(Exchange &exchange, int status, const QString &message, const Exchange::Headers &headers = {})
{
    exchange.respond(status, jsonType, JsonWriter().beginObject().field("error", message).endObject().take(), headers);
}

/// A type error in the words of Go's decoder, which names fields without list positions.
QString goMessage(const FieldError &error, QLatin1StringView structName)
{
    if (!error.problem.isEmpty())
        return error.description();
    static const QRegularExpression positions(u"\\[\\d+\\]"_s);
    QString path = error.path;
    path.remove(positions);
    return u"json: cannot unmarshal %1 into Go struct field %2.%3 of type %4"_s.arg(error.found, structName, path,
                                                                                    error.expected);
}

/// The model asked for, or null after having said no.
const ModelSpec *findModel(Node &node, Exchange &exchange, const QString &name, bool suggestsPull = false)
{
    if (name.isEmpty()) {
        refuse(exchange, 400, u"model is required"_s);
        return nullptr;
    }
    const ModelSpec *model = node.config().model(name);
    if (!model && suggestsPull)
        refuse(exchange, 404, u"model \"%1\" not found, try pulling it first"_s.arg(name));
    else if (!model)
        refuse(exchange, 404, u"model '%1' not found"_s.arg(name));
    return model;
}

/// False after having said no.
bool checkCapabilities(Exchange &exchange, const GenerationRequest &request, const ModelSpec &model,
                       QLatin1StringView task)
{
    if (!model.can("completion"_L1))
        refuse(exchange, 400, u"\"%1\" does not support %2"_s.arg(request.model, task));
    else if (request.hasTools && !model.can("tools"_L1))
        refuse(exchange, 400, u"registry.ollama.ai/library/%1 does not support tools"_s.arg(request.model));
    else if (request.thinks.value_or(false) && !model.can("thinking"_L1))
        refuse(exchange, 400, u"\"%1\" does not support thinking"_s.arg(request.model));
    else if (request.hasImages() && !model.can("vision"_L1))
        refuse(exchange, 500,
               u"Failed to create new sequence: failed to process inputs: "
               "this model is missing data required for image input"_s);
    else
        return true;
    return false;
}

/// A request without a prompt loads the model, or unloads it.
void loadOrUnload(Node &node, Exchange &exchange, const GenerationRequest &request, const ModelSpec &model, bool isChat)
{
    const bool unloads = request.keepAlive.count() == 0;
    auto whole = [name = request.model, unloads, isChat](const Finish &) { return loadAnswer(name, unloads, isChat); };
    if (unloads) {
        node.host.unload(model.name);
        return exchange.respond(200, jsonType, whole({}));
    }
    GenerationPlan plan(model, request.contextTokens, request.keepAlive);
    plan.encoder = wholeEncoder(jsonType.toByteArray(), whole);
    plan.refuse = refuse;
    generate(node, exchange, std::move(plan));
}

void serveGeneration(Node &node, Exchange &exchange, OllamaEndpoint endpoint)
{
    const bool isChat = endpoint == OllamaEndpoint::Chat;
    const bool isOld = node.config().profile == Profile::OllamaOld;
    const auto body = parseBody(exchange.request().body);
    if (!body)
        return refuse(exchange, 400, body.error().problem);
    const auto request = isChat ? readOllamaChat(*body, isOld) : readOllamaGenerate(*body, isOld);
    if (!request)
        return refuse(exchange, 400, goMessage(request.error(), isChat ? "ChatRequest"_L1 : "GenerateRequest"_L1));
    const ModelSpec *model = findModel(node, exchange, request->model);
    if (!model)
        return;
    if (!checkCapabilities(exchange, *request, *model, isChat ? "chat"_L1 : "generate"_L1))
        return;
    if (request->messages.isEmpty())
        return loadOrUnload(node, exchange, *request, *model, isChat);

    const Rule *rule = node.scenario.takeRule(*request);
    GenerationPlan plan(*model, request->contextTokens, request->keepAlive);
    plan.answer = makeAnswer(rule, *request, *model);
    // Too long a prompt is cut silently, like the real one does.
    const int context = request->contextTokens > 0 ? request->contextTokens : 4096;
    if (!rule || !rule->usage)
        plan.answer.promptTokens = std::min<qint64>(plan.answer.promptTokens, std::min(context, model->contextLength));
    plan.encoder = ollamaEncoder(endpoint, request->model);
    plan.isStreamed = request->isStreamed;
    plan.fault = node.scenario.takeFault(rule);
    plan.refuse = refuse;
    generate(node, exchange, std::move(plan));
}

/// What both embedding endpoints share; `isList` tells /api/embed from /api/embeddings.
void serveEmbedding(Node &node, Exchange &exchange, bool isList)
{
    const auto body = parseBody(exchange.request().body);
    if (!body)
        return refuse(exchange, 400, body.error().problem);
    Fields::Failure failure;
    Fields fields(*body, {}, failure);
    GenerationRequest request;
    request.model = fields.text("model"_L1);
    request.keepAlive = readKeepAlive(fields);
    const auto dimensions = int(fields.integer("dimensions"_L1, 0, 0, 65536));
    fields.object("options"_L1, [](Fields &) { });
    const auto key = isList ? "input"_L1 : "prompt"_L1;
    const QJsonValue input = fields.value(key);
    const QStringList texts = isList && input.isArray() ? fields.texts(key) : QStringList{fields.text(key)};
    if (failure && failure->path.startsWith(u"input"))
        return refuse(exchange, 400, u"invalid input type: input must be a string or a list of strings"_s);
    if (failure)
        return refuse(exchange, 400, goMessage(*failure, isList ? "EmbedRequest"_L1 : "EmbeddingRequest"_L1));
    const ModelSpec *model = findModel(node, exchange, request.model, true);
    if (!model)
        return;
    if (!model->can("embedding"_L1))
        return refuse(exchange, isList ? 501 : 500, u"this model does not support embeddings"_s);
    for (const QString &text : texts)
        request.messages << Message{u"user"_s, text};

    GenerationPlan plan(*model, 0, request.keepAlive);
    plan.answer.promptTokens = request.promptTokens();
    plan.answer.firstToken = model->firstToken;
    plan.fault = node.scenario.takeFault(node.scenario.takeRule(request));
    plan.refuse = refuse;
    const int size = dimensions > 0 ? dimensions : model->embeddingLength;
    plan.encoder = wholeEncoder(jsonType.toByteArray(), [name = request.model, texts, size, isList](const Finish &end) {
        return isList ? embedAnswer(name, texts, size, end) : embeddingAnswer(texts.first(), size);
    });
    generate(node, exchange, std::move(plan));
}

void serveShow(Node &node, Exchange &exchange)
{
    const auto body = parseBody(exchange.request().body);
    if (!body)
        return refuse(exchange, 400, body.error().problem);
    Fields::Failure failure;
    Fields fields(*body, {}, failure);
    QString name = fields.text("model"_L1);
    if (name.isEmpty())
        name = fields.text("name"_L1);
    if (failure)
        return refuse(exchange, 400, goMessage(*failure, "ShowRequest"_L1));
    if (const ModelSpec *model = findModel(node, exchange, name))
        exchange.respond(200, jsonType, showAnswer(*model, node.config().profile == Profile::OllamaOld));
}

void servePost(Node &node, Exchange &exchange, QByteArrayView path)
{
    if (path == "/api/chat")
        serveGeneration(node, exchange, OllamaEndpoint::Chat);
    else if (path == "/api/generate")
        serveGeneration(node, exchange, OllamaEndpoint::Generate);
    else if (path == "/api/show")
        serveShow(node, exchange);
    else
        serveEmbedding(node, exchange, path == "/api/embed");
}

void serveGet(Node &node, Exchange &exchange, QByteArrayView path)
{
    if (path == "/")
        exchange.respond(200, "text/plain; charset=utf-8", "Ollama is running (simulated)");
    else if (path == "/api/version")
        exchange.respond(200, jsonType,
                         JsonWriter().beginObject().field("version", node.config().version).endObject().take());
    else if (path == "/api/tags")
        exchange.respond(200, jsonType, tagsAnswer(node.config()));
    else
        exchange.respond(200, jsonType, psAnswer(node.host.loaded()));
}

void route(Node &node, Exchange &exchange)
{
    static constexpr std::array<QByteArrayView, 4> readable{"/", "/api/version", "/api/tags", "/api/ps"};
    static constexpr std::array<QByteArrayView, 5> callable{"/api/chat", "/api/generate", "/api/show",
                                                            "/api/embeddings", "/api/embed"};
    const QByteArray &path = exchange.request().path;
    const QByteArray &method = exchange.request().method;
    const bool isOld = node.config().profile == Profile::OllamaOld;
    if (std::ranges::contains(readable, path)) {
        if (method != "GET" && method != "HEAD")
            return answerMethodNotAllowed(exchange, "HEAD, GET");
        serveGet(node, exchange, path);
    } else if (std::ranges::contains(callable, path) && !(isOld && path == "/api/embed")) {
        if (method != "POST")
            return answerMethodNotAllowed(exchange, "POST");
        servePost(node, exchange, path);
    } else {
        answerNotFound(exchange);
    }
}

}

void serveOllama(Node &node, Exchange &exchange)
{
    const QByteArray &path = exchange.request().path;
    if (path.startsWith("/v1/") && node.config().profile == Profile::Ollama)
        return serveOpenAi(node, exchange);
    const bool isProbe
        = path == "/" || path == "/api/version" || path == "/api/tags" || path == "/api/ps" || path == "/api/show";
    const auto proceed = [&node, &exchange] { route(node, exchange); };
    if (!isProbe || !strikeProbe(exchange, node.scenario.takeProbeFault(), refuse, proceed))
        proceed();
}

}
