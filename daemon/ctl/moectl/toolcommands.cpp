// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/command.h"
#include "daemon/ctl/moectl/mcpbridge.h"
#include "daemon/ctl/moectl/standardinput.h"
#include "shared/wire/endpoints.h"

#include <QFile>
#include <QFileInfo>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

using wire::Field;
using wire::Presence;

constexpr qint64 largestReadyFile = 4096;
constexpr auto timeToAnswer = std::chrono::seconds(60);

struct ReadyFile {
    int mcp = 8003;

    static constexpr auto fields() { return std::tuple{Field<&ReadyFile::mcp>{"mcp"_L1}}; }
};

struct ToolView {
    QString name;
    QString title;
    QString description;
    wire::RawJson inputSchema;
    std::optional<wire::RawJson> outputSchema;

    static constexpr auto fields()
    {
        return std::tuple{Field<&ToolView::name>{"name"_L1}, Field<&ToolView::title>{"title"_L1},
                          Field<&ToolView::description>{"description"_L1},
                          Field<&ToolView::inputSchema>{"input_schema"_L1},
                          Field<&ToolView::outputSchema>{"output_schema"_L1}};
    }
};

struct ToolViews {
    QList<ToolView> tools;

    static constexpr auto fields() { return std::tuple{Field<&ToolViews::tools>{"tools"_L1, Presence::Required}}; }
};

struct Invocation {
    QString tool;
    wire::RawJson args;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Invocation::tool>{"tool"_L1}, Field<&Invocation::args>{"args"_L1}};
    }
};

struct Invoked {
    QString result;
    std::optional<wire::RawJson> structured;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Invoked::result>{"result"_L1, Presence::Required},
                          Field<&Invoked::structured>{"structured_result"_L1}};
    }
};

struct Refused {
    QString error;
    QString errorCode;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Refused::error>{"error"_L1, Presence::Required},
                          Field<&Refused::errorCode>{"error_code"_L1}};
    }
};

/// The tool server of this machine's daemon, on whatever port that has.
QString localServer(const Place &place)
{
    QFile file(place.dataDirectory + "/ready.json"_L1);
    ReadyFile ready;
    if (file.open(QIODevice::ReadOnly))
        ready = wire::read<ReadyFile>(file.read(largestReadyFile)).value_or(ready);
    return u"http://127.0.0.1:%1"_s.arg(ready.mcp);
}

Result<std::shared_ptr<client::HttpTransport>> toolServer(const Call &call)
{
    client::HttpServer server;
    server.url = QUrl(call.inputs.optional("url"_L1).value_or(localServer(call.place)), QUrl::StrictMode);
    server.token = call.inputs.has("key"_L1) ? call.inputs.text("key"_L1).toLatin1() : qgetenv("MOE_API_KEY");
    if (server.token.isEmpty())
        return wrongUsage(u"Tools want an API key: set the variable MOE_API_KEY, or give --key."_s);
    if (call.inputs.has("ca"_L1))
        server.authorityFile = QFileInfo(call.inputs.text("ca"_L1)).absoluteFilePath();
    server.fingerprint = call.inputs.text("fingerprint"_L1).toLatin1();
    server.isPlainHttpAllowed = call.inputs.has("insecure-http"_L1);
    return client::HttpTransport::create(server);
}

/// The body of an answer, or what it says is wrong.
Task<QByteArray> answerTo(std::shared_ptr<client::HttpTransport> server, control::Request request)
{
    CO_TRY(const control::Reply reply, co_await server->send(std::move(request), {}));
    if (reply.isSuccess())
        co_return reply.body;
    const auto refused = wire::read<Refused>(reply.body);
    if (!refused)
        co_return failure(Error::of(ErrorCode::BadGateway,
                                    u"The tool server answered with status %1. Is --url right?"_s.arg(reply.status)));
    co_return failure(Error::of(ErrorCode::InvalidRequest, refused->error, refused->errorCode));
}

Task<Output> listTools(Call call)
{
    CO_TRY(const auto server, toolServer(call));
    CO_TRY(const QByteArray body, co_await answerTo(server, {"GET", QByteArray(endpoints::Tools.data()), {}, {}, {}}));
    CO_TRY(const ToolViews views, wire::read<ToolViews>(body));
    co_return listed(views.tools, {{"name"_L1, "Name"_L1}, {"description"_L1, "What it gives"_L1}});
}

/// The line, and the result as JSON if that has lists or objects in it: a line tells of them in part at best.
QString textOf(const Invoked &invoked)
{
    const QByteArray structured = invoked.structured.value_or(wire::RawJson()).text;
    const QString line = invoked.result + u'\n';
    if (!structured.startsWith('{'))
        return line;
    bool isNested = false;
    json::forEachMember(structured, {0, structured.size(), json::Kind::Object},
                        [&isNested](json::Span, json::Span value) {
                            isNested = value.kind == json::Kind::Array || value.kind == json::Kind::Object;
                            return !isNested;
                        });
    return isNested ? QString(line + QString::fromUtf8(structured) + u'\n') : line;
}

Task<Output> callTool(Call call)
{
    CO_TRY(const auto server, toolServer(call));
    const QByteArray args = call.inputs.text("arguments"_L1).toUtf8();
    if (!json::validate(args))
        co_return wrongUsage(u"The arguments are no JSON. Quote them: '{\"expression\":\"1+1\"}'."_s);
    const QByteArray asked = wire::write(Invocation{call.inputs.text("name"_L1), {args}});
    CO_TRY(const QByteArray body,
           co_await answerTo(server, {"POST", QByteArray(endpoints::Invoke.data()), {}, asked, {}}));
    CO_TRY(const Invoked invoked, wire::read<Invoked>(body));
    co_return Output{body, textOf(invoked)};
}

void printLine(std::FILE *stream, const QByteArray &line)
{
    std::fwrite(line.constData(), 1, std::size_t(line.size()), stream);
    std::fputc('\n', stream);
    std::fflush(stream);
}

/// Until standard input ends. Standard output belongs to the protocol.
Task<Output> bridge(Call call)
{
    CO_TRY(const auto server, toolServer(call));
    McpBridge bridge(
        server, [](const QByteArray &line) { printLine(stdout, line); },
        [](const QByteArray &line) { printLine(stderr, "moectl: " + line); });
    StandardInput input;
    Result<std::optional<QByteArray>> line = co_await input.next();
    while (line && *line) {
        co_await bridge.take(**line);
        line = co_await input.next();
    }
    co_await bridge.end(timeToAnswer);
    CO_TRY_VOID(line);
    co_return Output();
}

std::vector<Parameter> withServer(std::vector<Parameter> parameters)
{
    parameters.insert(parameters.end(),
                      {{Parameter::OptionalOption, "url"_L1, "URL"_L1},
                       {Parameter::OptionalOption, "key"_L1, "KEY"_L1},
                       {Parameter::OptionalOption, "ca"_L1, "FILE"_L1},
                       {Parameter::OptionalOption, "fingerprint"_L1, "SHA256"_L1},
                       {Parameter::Flag, "insecure-http"_L1}});
    return parameters;
}

}

CommandGroup toolCommands()
{
    return {"Precision tools, with the API key in MOE_API_KEY (--key shows it to whoever lists processes)"_L1,
            {{"tool list"_L1, "Lists the tools that the key may use."_L1, withServer({}), &listTools,
              Command::Needs::Machine},
             {"tool call"_L1, "Calls one with arguments in JSON: moectl tool call gcd_lcm '{\"a\":12,\"b\":18}'."_L1,
              withServer({{Parameter::Word, "name"_L1, "NAME"_L1}, {Parameter::Word, "arguments"_L1, "JSON"_L1}}),
              &callTool, Command::Needs::Machine},
             {"mcp"_L1,
              "Speaks the Model Context Protocol on standard input and output, for programs that start their tools."_L1,
              withServer({}), &bridge, Command::Needs::Machine}}};
}

}
