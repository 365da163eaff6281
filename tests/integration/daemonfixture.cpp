// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/daemonfixture.h"

#include <QCoreApplication>
#include <QFile>
#include <QTcpServer>
#include <QTest>

using namespace Qt::StringLiterals;

namespace moe::test {

namespace {

constexpr auto startPatience = std::chrono::seconds(30);
constexpr auto stopPatience = std::chrono::seconds(60); // leaks are looked for at the end

}

DaemonFixture::DaemonFixture() = default;

DaemonFixture::~DaemonFixture() = default;

QString DaemonFixture::program(const QString &name) { return QCoreApplication::applicationDirPath() + u'/' + name; }

quint16 DaemonFixture::deadPort()
{
    QTcpServer server;
    if (!server.listen(QHostAddress::LocalHost))
        qFatal("no free port");
    return server.serverPort();
}

sim::Node &DaemonFixture::addNode(const QString &name, const QByteArray &config, const QByteArray &server)
{
    const QJsonObject document = jsonOf(config);
    auto node = sim::SimNode::start(document);
    if (document.isEmpty() || !node)
        qFatal("configuration of a simulated node: %s", node ? "not JSON" : qUtf8Printable(node.error().message));
    m_nodes.push_back(*std::move(node));
    addServer(name, m_nodes.back()->serverPort(), document[u"profile"].toString() == "openai"_L1, server);
    return m_nodes.back()->node();
}

void DaemonFixture::addServer(const QString &name, quint16 port, bool isOpenAi, const QByteArray &server)
{
    const QByteArray token = "upstream-secret-" + name.toUtf8();
    const QByteArray address = "127.0.0.1:" + QByteArray::number(port);
    m_secrets += {token, address};
    m_servers.append(R"({"name":")" + name.toUtf8() + R"(","url":"http://)" + address + R"(","token":")" + token
                     + R"(","api_type":")" + (isOpenAi ? "openai" : "ollama") + '"'
                     + (server.isEmpty() ? server : ',' + server) + '}');
}

std::unique_ptr<ProcessUnderTest> DaemonFixture::launch(const QStringList &arguments)
{
    auto process = std::make_unique<ProcessUnderTest>(program(u"moed"_s), arguments);
    process->setVariable(u"INFERENCE_SERVERS"_s, u'[' + QString::fromUtf8(m_servers.join(',')) + u']');
    process->setVariable(u"LOG_LEVEL"_s, u"debug"_s);
    process->setVariable(u"MOE_LOG_FORMAT"_s, u"json"_s);
    for (const auto &[name, value] : m_variables)
        process->setVariable(name, value);
    if (!process->start())
        qFatal("moed cannot be started");
    return process;
}

bool DaemonFixture::start()
{
    m_process = launch(QStringList{u"--data-dir"_s, dataDirectory(), u"--api-port"_s, u"0"_s, u"--mcp-port"_s, u"0"_s,
                                   u"--control-port"_s, u"0"_s}
                       + m_arguments);
    // One that was killed has left its file behind.
    const auto isReady = [this] { return readyFile()[u"pid"].toInteger() == m_process->pid() || !isRunning(); };
    if (!QTest::qWaitFor(isReady, QDeadlineTimer(startPatience)) || !isRunning()) {
        qWarning("moed did not start: %s", m_process->errors().constData());
        return false;
    }
    const QJsonObject ready = readyFile();
    m_apiPort = quint16(ready[u"api"].toInt());
    m_controlPort = quint16(ready[u"control"].toInt());
    if (m_key.isEmpty())
        m_key = newKey();
    return !m_key.isEmpty() && m_apiPort != 0;
}

QByteArray DaemonFixture::stop()
{
    if (!m_process->isRunning())
        return "the daemon ended by itself: " + m_process->errors().right(4000);
    if (!m_process->stop(stopPatience))
        return "exit status " + QByteArray::number(m_process->exitStatus()) + ": " + m_process->errors().right(8000);
    return outputProblem();
}

QByteArray DaemonFixture::outputProblem()
{
    const QByteArray output = m_process->output() + m_process->errors();
    for (const QByteArray &secret : std::as_const(m_secrets)) {
        if (const qsizetype at = output.indexOf(secret); at >= 0)
            return "a secret or an address was written: " + output.mid(std::max<qsizetype>(at - 300, 0), 600);
    }
    for (const QByteArrayView report : {"Sanitizer", "runtime error:"}) {
        if (const qsizetype at = output.indexOf(report); at >= 0)
            return "a sanitizer reported: " + output.mid(std::max<qsizetype>(at - 300, 0), 4000);
    }
    return {};
}

CommandResult DaemonFixture::moectl(const QStringList &arguments) const
{
    ProcessUnderTest process(program(u"moectl"_s), QStringList{u"--data-dir"_s, dataDirectory()} + arguments);
    if (!process.start() || !process.waitForExit(startPatience))
        return {};
    return {process.exitStatus(), process.output(), process.errors()};
}

QByteArray DaemonFixture::newKey(const QString &user)
{
    if (moectl({u"--json"_s, u"user"_s, u"add"_s, user}).status == 0) { // else there is one already
        for (const QString &type : {u"model_endpoint"_s, u"moe_mode"_s})
            (void)moectl({u"permission"_s, u"grant"_s, u"--user"_s, user, u"--type"_s, type, u"--resource"_s, u"*"_s});
    }
    const CommandResult made = moectl({u"--json"_s, u"key"_s, u"create"_s, u"--user"_s, user, u"--label"_s, u"test"_s});
    const QByteArray key = jsonOf(made.output)[u"key"].toString().toUtf8();
    if (key.isEmpty())
        qWarning("no key: %s", made.errors.constData());
    else
        m_secrets.append(key);
    return key;
}

QJsonObject DaemonFixture::readyFile() const
{
    QFile file(dataDirectory() + u"/ready.json"_s);
    return file.open(QIODevice::ReadOnly) ? jsonOf(file.readAll()) : QJsonObject();
}

DaemonFixture::ClientPtr DaemonFixture::connect() const
{
    auto client = std::make_unique<RawHttpClient>();
    if (!client->connectTo(m_apiPort))
        qWarning("no connection");
    return client;
}

HttpResponse DaemonFixture::exchange(quint16 port, const QByteArray &request) const
{
    RawHttpClient client;
    if (!client.connectTo(port) || !client.exchange(request, startPatience))
        qWarning("no whole answer: %s", client.error().constData());
    return client.response();
}

HttpResponse DaemonFixture::get(const QByteArray &path) const
{
    return exchange(m_apiPort, RawHttpClient::request("GET", path, authorization()));
}

HttpResponse DaemonFixture::post(const QByteArray &path, const QByteArray &body) const
{
    return exchange(m_apiPort, RawHttpClient::request("POST", path, authorization(), body));
}

QByteArray DaemonFixture::chatRequest(const QByteArray &body) const
{
    return RawHttpClient::request("POST", "/v1/chat/completions", authorization(), body);
}

DaemonFixture::ClientPtr DaemonFixture::startChat(const QByteArray &body) const
{
    auto client = connect();
    client->send(chatRequest(body));
    return client;
}

double DaemonFixture::metric(const QByteArray &series) const
{
    const HttpResponse response = exchange(m_controlPort, RawHttpClient::request("GET", "/metrics"));
    for (const QByteArray &line : response.body.split('\n')) {
        if (line.startsWith(QByteArray(series + ' ')))
            return line.sliced(series.size() + 1).toDouble();
    }
    return -1;
}

qint64 DaemonFixture::residentBytes() const
{
    QFile status(u"/proc/%1/status"_s.arg(m_process->pid()));
    if (!status.open(QIODevice::ReadOnly))
        return -1;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmRSS:"))
            return line.sliced(6).simplified().split(' ').first().toLongLong() * 1024;
    }
    return -1;
}

int DaemonFixture::liveGenerations() const
{
    int live = 0;
    for (const auto &node : m_nodes)
        live += node->node().state.liveGenerations();
    return live;
}

}
