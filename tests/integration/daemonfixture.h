// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/integration/answers.h"
#include "tests/simnode/simnode.h"
#include "tests/support/processundertest.h"
#include "tests/support/rawhttpclient.h"
#include "tests/support/testdirectory.h"

#include <memory>
#include <vector>

namespace moe::test {

/// How a run of moectl ended.
struct CommandResult {
    int status = -1;
    QByteArray output;
    QByteArray errors;
};

/// The real daemon as a process on free ports and a data directory of its own, with simulated nodes in this process.
/// Everything the daemon writes is kept and searched for secrets at its end.
class DaemonFixture
{
public:
    using ClientPtr = std::unique_ptr<RawHttpClient>;
    using Headers = RawHttpClient::Headers;

    DaemonFixture();
    ~DaemonFixture();

    /// A program of this build.
    [[nodiscard]] static QString program(const QString &name);
    /// A port where nobody listens.
    [[nodiscard]] static quint16 deadPort();

    // Before start():
    /// A simulated node that the daemon knows under that name; `server` are further members of its entry in
    /// INFERENCE_SERVERS. A wrong configuration ends the test program.
    sim::Node &addNode(const QString &name, const QByteArray &config, const QByteArray &server = {});
    /// A server at that port, whatever may be there.
    void addServer(const QString &name, quint16 port, bool isOpenAi, const QByteArray &server = {});
    void setVariable(const QString &name, const QString &value) { m_variables.append({name, value}); }
    void addArguments(const QStringList &arguments) { m_arguments += arguments; }

    /// Starts the daemon and waits until it serves and has answered; with a user and a key the first time.
    [[nodiscard]] bool start();
    /// Starts a process that need not come up, without waiting.
    [[nodiscard]] std::unique_ptr<ProcessUnderTest> launch(const QStringList &arguments);
    /// SIGTERM. What is wrong with the daemon's end or in what it wrote; empty: nothing.
    [[nodiscard]] QByteArray stop();
    /// What is in the daemon's output that should not be; empty: nothing.
    [[nodiscard]] QByteArray outputProblem();
    [[nodiscard]] bool isRunning() const { return m_process && m_process->isRunning(); }
    [[nodiscard]] ProcessUnderTest &process() { return *m_process; }

    [[nodiscard]] CommandResult moectl(const QStringList &arguments) const;
    /// A new key of a new or known user; empty on failure.
    [[nodiscard]] QByteArray newKey(const QString &user = QStringLiteral("tester"));

    [[nodiscard]] const TestDirectory &directory() const { return m_directory; }
    [[nodiscard]] QString dataDirectory() const { return m_directory.file(QStringLiteral("data")); }
    /// What the daemon says about itself; empty while it says nothing.
    [[nodiscard]] QJsonObject readyFile() const;
    [[nodiscard]] quint16 apiPort() const { return m_apiPort; }
    [[nodiscard]] quint16 controlPort() const { return m_controlPort; }
    [[nodiscard]] const QByteArray &key() const { return m_key; }
    [[nodiscard]] Headers authorization() const { return {{"Authorization", "Bearer " + m_key}}; }

    /// A connection to the API.
    [[nodiscard]] ClientPtr connect() const;
    /// One request on a connection of its own; status 0: no answer.
    [[nodiscard]] HttpResponse get(const QByteArray &path) const;
    [[nodiscard]] HttpResponse post(const QByteArray &path, const QByteArray &body) const;
    [[nodiscard]] HttpResponse chat(const QByteArray &body) const { return post("/v1/chat/completions", body); }
    /// Sends a chat request and does not wait.
    [[nodiscard]] ClientPtr startChat(const QByteArray &body) const;
    [[nodiscard]] QByteArray chatRequest(const QByteArray &body) const;

    /// The present value of a series, named with its labels; negative if there is none.
    [[nodiscard]] double metric(const QByteArray &series) const;
    /// Resident memory in bytes.
    [[nodiscard]] qint64 residentBytes() const;

    /// Generations that some node works on.
    [[nodiscard]] int liveGenerations() const;
    [[nodiscard]] sim::Node &node(std::size_t index) { return m_nodes[index]->node(); }
    [[nodiscard]] quint16 nodePort(std::size_t index) const { return m_nodes[index]->serverPort(); }

private:
    [[nodiscard]] HttpResponse exchange(quint16 port, const QByteArray &request) const;

    TestDirectory m_directory;
    std::vector<std::unique_ptr<sim::SimNode>> m_nodes;
    QByteArrayList m_servers;   // entries of INFERENCE_SERVERS
    QByteArrayList m_secrets;   // never to be written
    QList<std::pair<QString, QString>> m_variables;
    QStringList m_arguments;
    std::unique_ptr<ProcessUnderTest> m_process;
    QByteArray m_key;
    quint16 m_apiPort = 0;
    quint16 m_controlPort = 0;
};

}
