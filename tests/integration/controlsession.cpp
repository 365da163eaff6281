// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/controlsession.h"

#include <QFile>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace moe::test {

bool ControlSession::setUp(const DaemonFixture &daemon, const QByteArray &name, const QByteArray &password)
{
    QFile file(daemon.dataDirectory() + u"/setup-token"_s);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QByteArray token = file.readLine().trimmed();
    const HttpResponse made
        = post("/setup", R"({"token":")" + token + R"(","username":")" + name + R"(","password":")" + password + "\"}");
    m_token = jsonOf(made)[u"token"].toString().toUtf8();
    return made.status == 201 && !m_token.isEmpty();
}

bool ControlSession::signIn(const QByteArray &name, const QByteArray &password)
{
    m_token.clear();
    const HttpResponse made = post("/sessions", R"({"username":")" + name + R"(","password":")" + password + "\"}");
    m_token = jsonOf(made)[u"token"].toString().toUtf8();
    return made.status == 201 && !m_token.isEmpty();
}

QByteArray ControlSession::requestText(const QByteArray &method, const QByteArray &path, const QByteArray &body,
                                       RawHttpClient::Headers headers) const
{
    if (!m_token.isEmpty())
        headers.append({"Authorization", "Bearer " + m_token});
    return RawHttpClient::request(method, "/control/v1" + path, headers, body);
}

HttpResponse ControlSession::call(const QByteArray &method, const QByteArray &path, const QByteArray &body,
                                  RawHttpClient::Headers headers) const
{
    RawHttpClient client;
    if (!client.connectTo(m_port) || !client.exchange(requestText(method, path, body, std::move(headers))))
        return {};
    return client.response();
}

QByteArray user(const QByteArray &name, const QByteArray &more)
{
    return "{\"name\":\"" + name + '"' + (more.isEmpty() ? more : ',' + more) + '}';
}

QByteArray idOf(const HttpResponse &made) { return QByteArray::number(jsonOf(made)[u"id"].toInteger()); }

QStringList names(const HttpResponse &list)
{
    QStringList found;
    for (const QJsonValue &item : jsonOf(list)[u"items"].toArray())
        found.append(item[u"name"].toString());
    return found;
}

QByteArray problemOf(const HttpResponse &response, int status, const QByteArray &param)
{
    const QJsonObject problem = jsonOf(response);
    if (response.status != status)
        return "the status is " + QByteArray::number(response.status) + ": " + response.body.left(300);
    if (response.header("content-type") != "application/problem+json")
        return "it is no problem document: " + response.body.left(300);
    if (problem[u"status"].toInt() != status || problem[u"detail"].toString().isEmpty()
        || problem[u"code"].toString().isEmpty() || problem[u"request_id"].toString().isEmpty())
        return "something is missing: " + response.body.left(300);
    if (!param.isNull() && problem[u"param"].toString().toUtf8() != param)
        return "it names \"" + problem[u"param"].toString().toUtf8() + "\" and not \"" + param
            + "\": " + response.body.left(300);
    return {};
}

}
