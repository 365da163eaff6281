// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/toolcalls.h"
#include "daemon/api/toolerrors.h"
#include "daemon/api/toolhandlers.h"
#include "daemon/tools/catalogue.h"
#include "shared/wire/codec.h"

using namespace Qt::StringLiterals;

namespace moe::api {

namespace {

struct InvokeRequest {
    QString tool;
    wire::RawJson args{QByteArrayLiteral("{}")};

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&InvokeRequest::tool>{"tool"_L1, wire::Presence::Required},
                          wire::Field<&InvokeRequest::args>{"args"_L1}};
    }
};

QByteArray toolText(const tools::ToolInfo &tool)
{
    QByteArray text = R"({"name":)" + json::quoted(tool.name.toUtf8()) + R"(,"title":)"
        + json::quoted(tool.title.toUtf8()) + R"(,"description":)" + json::quoted(tool.description.toUtf8())
        + R"(,"input_schema":)" + tool.inputSchema;
    if (!tool.outputSchema.isEmpty())
        text += R"(,"output_schema":)" + tool.outputSchema;
    return text + '}';
}

http::HttpReply resultReply(const QString &tool, const tools::ToolResult &result)
{
    const QByteArray structured = result.structured.isEmpty() ? "null"_ba : result.structured;
    return http::HttpReply::json(R"({"tool":)" + json::quoted(tool.toUtf8()) + R"(,"result":)"
                                 + json::quoted(result.text.toUtf8()) + R"(,"structured_result":)" + structured + '}');
}

}

Task<http::HttpReply> toolHealth(const Services *services, ExchangePtr, RequestContext)
{
    QByteArrayList names;
    for (const auto &tool : services->tools.builtIn()) // what others offer is for those to know who may use it
        names.append(json::quoted(tool->info().name.toUtf8()));
    co_return http::HttpReply::json(R"({"status":"ok","version":")" MOE_VERSION R"(","tools":[)" + names.join(',')
                                    + "]}");
}

Task<http::HttpReply> listTools(const Services *services, ExchangePtr exchange, AdmissionPtr admission, RequestContext)
{
    const GrantedTools granted(*services, std::move(exchange), std::move(admission));
    QByteArrayList texts;
    for (const tools::ToolInfo &tool : granted.list())
        texts.append(toolText(tool));
    co_return http::HttpReply::json(R"({"tools":[)" + texts.join(',') + "]}");
}

Task<http::HttpReply> invokeTool(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                 RequestContext context)
{
    const QByteArray body = exchange->request().body;
    if (body.size() > largestToolBody)
        co_return toolFailure(Error::of(ErrorCode::TooLarge, u"The body is larger than it may be here."_s), {});
    const auto request = wire::read<InvokeRequest>(body, wire::UnknownKeys::Refuse);
    if (!request)
        co_return toolFailure(request.error(), {});
    GrantedTools granted(*services, std::move(exchange), std::move(admission));
    const auto result = co_await granted.invoke(request->tool, request->args.text, std::move(context));
    if (result)
        co_return resultReply(request->tool, *result);
    if (result.error().code == ErrorCode::Cancelled) // by the client, or as the daemon stops
        co_return failure(result.error());
    co_return toolFailure(result.error(), request->tool);
}

}
