// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/mcp/transportclient.h"

#include "daemon/tools/mcp/jsonrpc.h"

#include <QJsonDocument>

namespace moe::test {

using namespace Qt::StringLiterals;
using tools::mcp::requestText;

HttpResponse postTo(quint16 port, const QByteArray &body, const RawHttpClient::Headers &more, const QByteArray &path)
{
    RawHttpClient client;
    RawHttpClient::Headers headers = more;
    if (!std::ranges::contains(more, "Authorization"_ba, &std::pair<QByteArray, QByteArray>::first))
        headers.append({"Authorization", FixtureServer::authorization()});
    if (!client.connectTo(port) || !client.exchange(RawHttpClient::request("POST", path, headers, body)))
        qWarning("no whole answer: %s", client.error().constData());
    return client.response();
}

QByteArray beginSession(quint16 port, QByteArrayView revision)
{
    const QByteArray params = "{\"protocolVersion\":\"" + revision.toByteArray()
        + "\",\"capabilities\":{\"sampling\":{}},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}";
    const HttpResponse answer = postTo(port, requestText("1", "initialize", params));
    if (answer.status != 200)
        qWarning("initialize: %d %s", answer.status, answer.body.constData());
    return answer.header("Mcp-Session-Id").value_or(QByteArray());
}

RawHttpClient::Headers within(const QByteArray &session, const QByteArray &accept)
{
    return {{"Mcp-Session-Id", session}, {"Accept", accept}, {"Authorization", FixtureServer::authorization()}};
}

bool openOlder(RawHttpClient &stream, quint16 port)
{
    if (!stream.connectTo(port))
        return false;
    stream.send(RawHttpClient::request("GET", "/mcp/sse", {{"Authorization", FixtureServer::authorization()}}));
    return stream.waitUntil([](const HttpResponse &response) { return !response.events().isEmpty(); });
}

QByteArray callOf(const char *id, const char *tool)
{
    const QByteArray params = "{\"name\":\"" + QByteArray(tool) + "\",\"arguments\":{}}";
    return requestText(id, "tools/call", params);
}

QJsonObject objectOf(const QByteArray &json) { return QJsonDocument::fromJson(json).object(); }

}
