// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/doctor.h"

#include "shared/wire/control/operation.h"
#include "shared/wire/endpoints.h"

#include <QStorageInfo>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::moectl {

namespace {

using Level = Finding::Level;

constexpr auto portLimit = 5s;

const std::vector<Column> columns{
    {"level"_L1, "Result"_L1}, {"subject"_L1, "Of"_L1}, {"message"_L1, "Finding"_L1}, {"advice"_L1, "What to do"_L1}};

struct PortAnswer {
    bool isAnswered = false;
    bool isEncrypted = false;
    std::chrono::seconds clockAhead{0};
};

/// With TLS, a certificate that is not trusted is an answer too: who it belongs to does not matter here.
Task<PortAnswer> askPort(QString scheme, int port)
{
    client::HttpServer server;
    server.url.setScheme(scheme);
    server.url.setHost(u"127.0.0.1"_s);
    server.url.setPort(port);
    CO_TRY(const auto transport, client::HttpTransport::create(server));
    control::Request request;
    request.method = "GET";
    request.path = QByteArray(endpoints::Health);
    const auto context = RequestContext().withDeadline(std::chrono::steady_clock::now() + portLimit);
    const auto reply = co_await transport->send(request, context);
    PortAnswer answer;
    answer.isEncrypted = scheme == "https"_L1;
    answer.isAnswered = reply ? reply->isSuccess() : reply.error().reason == "untrusted_certificate"_L1;
    answer.clockAhead = transport->clockAhead().value_or(0s);
    co_return answer;
}

Task<PortAnswer> examinePort(QString name, int port, Findings *findings)
{
    const QString subject = u"port %1"_s.arg(port);
    for (const QString &scheme : {u"http"_s, u"https"_s}) {
        CO_TRY(const PortAnswer answer, co_await askPort(scheme, port));
        if (!answer.isAnswered)
            continue;
        findings->append({Level::Ok,
                          subject,
                          answer.isEncrypted ? u"The %1 answers, with TLS."_s.arg(name)
                                             : u"The %1 answers, without TLS."_s.arg(name),
                          {}});
        co_return answer;
    }
    findings->append({Level::Warning, subject, u"The %1 does not answer at 127.0.0.1."_s.arg(name),
                      u"If it listens at another address (--listen), try /health there."_s});
    co_return PortAnswer();
}

void examineStatus(const control::Status &status, Findings &findings)
{
    for (const control::HealthItem &item : status.components)
        findings.append({item.isOk ? Level::Ok : Level::Error, item.name,
                         item.detail.isEmpty() ? (item.isOk ? u"Works."_s : u"Does not work."_s) : item.detail,
                         item.isOk ? QString() : u"The daemon's log says more."_s});
    if (status.servers.isEmpty())
        findings.append({Level::Warning, u"servers"_s, u"There are no inference servers."_s,
                         u"Add one: moectl server set NAME --url URL"_s});
    for (const control::ServerCount &server : status.servers) {
        const QString subject = u"server %1"_s.arg(server.name);
        if (!server.isEnabled)
            findings.append({Level::Ok, subject, u"Is switched off."_s, {}});
        else if (server.isReachable)
            findings.append({Level::Ok, subject, u"Can be reached."_s, {}});
        else
            findings.append({Level::Error, subject, u"Cannot be reached."_s,
                             u"See whether it runs, and its address: moectl server show %1"_s.arg(server.name)});
    }
}

Output report(const Findings &findings)
{
    Output output = listed(findings, columns);
    const auto isError = [](const Finding &finding) { return finding.level == Level::Error; };
    output.exitCode = std::any_of(findings.begin(), findings.end(), isError) ? 1 : 0;
    return output;
}

}

Task<Output> examine(Call call)
{
    Findings findings = examineFiles(call.place.dataDirectory);
    if (const QStorageInfo disk(call.place.dataDirectory); disk.isValid())
        findings.append(examineSpace(disk.bytesAvailable()));
    const auto status = co_await call.client.call(control::readStatus, {}, {});
    std::chrono::seconds ahead{0};
    if (status) {
        findings.append({Level::Ok, u"daemon"_s, u"Version %1 runs."_s.arg(status->value.version), {}});
        CO_TRY_VOID(co_await examinePort(u"client API"_s, status->value.api, &findings));
        CO_TRY_VOID(co_await examinePort(u"tool server"_s, status->value.mcp, &findings));
        CO_TRY(const PortAnswer control, co_await examinePort(u"control API"_s, status->value.control, &findings));
        ahead = control.clockAhead;
        examineStatus(status->value, findings);
    } else {
        findings.append({Level::Error, u"daemon"_s, status.error().message, u"Start moed; its log says more."_s});
    }
    findings.append(examineClock(SystemClock().system(), ahead));
    co_return report(findings);
}

}
