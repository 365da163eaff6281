// SPDX-License-Identifier: Apache-2.0
// /sim/*: how tests look into a node and change it.
#include "tests/simnode/node.h"
#include "tests/simnode/requestreader.h"

#include <QJsonDocument>

namespace moe::sim {

namespace {

constexpr QByteArrayView jsonType = "application/json";

void refuse(Exchange &exchange, const QString &message, const QString &param)
{
    JsonWriter json;
    json.beginObject().key("error").beginObject().field("message", message).field("param", param);
    exchange.respond(400, jsonType, json.endObject().endObject().take());
}

void answerState(Node &node, Exchange &exchange)
{
    bool isLimited = false;
    const qint64 limit = exchange.request().parameter("requests").toLongLong(&isLimited);
    JsonWriter json;
    json.beginObject();
    node.state.write(json, isLimited ? std::max<qint64>(0, limit) : -1);
    json.key("loaded_models").beginArray();
    for (const auto &[model, contextTokens, running, expires] : node.host.loaded()) {
        json.beginObject().field("name", model.name).field("vram_bytes", model.vramBytes);
        json.field("context_length", contextTokens).field("running", running).endObject();
    }
    json.endArray().field("model_loads", node.host.loads()).field("model_evictions", node.host.evictions());
    exchange.respond(200, jsonType, json.endObject().take());
}

void answerConfig(Node &node, Exchange &exchange)
{
    exchange.respond(200, jsonType, QJsonDocument(node.document()).toJson(QJsonDocument::Compact));
}

void changeConfig(Node &node, Exchange &exchange)
{
    const auto body = parseBody(exchange.request().body);
    if (!body)
        return refuse(exchange, body.error().problem, {});
    if (const auto changed = node.configure(*body); !changed)
        return refuse(exchange, changed.error().message, changed.error().param);
    answerConfig(node, exchange);
}

}

void serveControl(Node &node, Exchange &exchange)
{
    const QByteArray call = exchange.request().method + ' ' + exchange.request().path;
    if (call == "GET /sim/state") {
        answerState(node, exchange);
    } else if (call == "GET /sim/config") {
        answerConfig(node, exchange);
    } else if (call == "POST /sim/config") {
        changeConfig(node, exchange);
    } else if (call == "POST /sim/reset") {
        node.reset();
        exchange.respond(200, jsonType, "{}");
    } else {
        answerNotFound(exchange);
    }
}

}
