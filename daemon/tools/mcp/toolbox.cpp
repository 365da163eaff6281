// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/toolbox.h"

#include "daemon/tools/mcp/conversation.h"
#include "shared/wire/codec.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::tools::mcp {

namespace {

struct ListParams {
    std::optional<QByteArray> cursor;

    static constexpr auto fields() { return std::tuple{wire::Field<&ListParams::cursor>{"cursor"_L1}}; }
};

struct CallParams {
    QString name;
    wire::RawJson arguments{QByteArrayLiteral("{}")};

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&CallParams::name>{"name"_L1, wire::Presence::Required},
                          wire::Field<&CallParams::arguments>{"arguments"_L1}};
    }
};

/// A cursor names the tool that came last, so that a list which changes between two pages misses none that stays.
QByteArray cursorBehind(const QString &name) { return name.toUtf8().toBase64(QByteArray::Base64UrlEncoding); }

Result<QString> nameInCursor(const QByteArray &cursor)
{
    const auto decoded = QByteArray::fromBase64Encoding(
        cursor, QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.isEmpty())
        return failure(Error::invalid(u"The cursor is none that a list has given."_s, u"cursor"_s));
    return QString::fromUtf8(decoded.decoded);
}

QByteArray toolText(const ToolInfo &tool, Revision revision)
{
    QByteArray text = R"({"name":)" + json::quoted(tool.name.toUtf8());
    if (hasStructuredContent(revision) && !tool.title.isEmpty())
        text += R"(,"title":)" + json::quoted(tool.title.toUtf8());
    text += R"(,"description":)" + json::quoted(tool.description.toUtf8()) + R"(,"inputSchema":)" + tool.inputSchema;
    if (hasStructuredContent(revision) && !tool.outputSchema.isEmpty())
        text += R"(,"outputSchema":)" + tool.outputSchema;
    return text + '}';
}

Task<QByteArray> listTools(int pageSize, QByteArray params, std::shared_ptr<Conversation> conversation)
{
    CO_TRY(const ListParams wanted, wire::read<ListParams>(params));
    const QList<ToolInfo> tools = conversation->tools().list();
    auto tool = tools.begin();
    if (wanted.cursor) {
        CO_TRY(const QString last, nameInCursor(*wanted.cursor));
        tool = std::ranges::upper_bound(tools, last, {}, &ToolInfo::name);
    }
    QByteArrayList texts;
    qsizetype bytes = 0;
    for (; tool != tools.end() && texts.size() < pageSize; ++tool) {
        QByteArray text = toolText(*tool, conversation->revision());
        bytes += text.size();
        if (bytes > largestPage && !texts.isEmpty())
            break;
        texts.append(std::move(text));
    }
    QByteArray result = R"({"tools":[)" + texts.join(',') + ']';
    if (tool != tools.end() && tool != tools.begin())
        result += R"(,"nextCursor":)" + json::quoted(cursorBehind(std::prev(tool)->name));
    co_return QByteArray(result + '}');
}

/// A result as JSON is one more text in all revisions: many clients give models nothing but texts.
QByteArray callText(const CallResult &result, Revision revision)
{
    QByteArray content = result.content;
    if (!result.structured.isEmpty()) {
        const QByteArray asText = textBlock(QString::fromUtf8(result.structured));
        if (!content.contains(asText)) // as those of other servers often do
            content = content.chopped(1) + ',' + asText + ']';
    }
    QByteArray text = R"({"content":)" + content;
    if (hasStructuredContent(revision) && !result.structured.isEmpty())
        text += R"(,"structuredContent":)" + result.structured;
    if (result.isError)
        text += R"(,"isError":true)";
    return text + '}';
}

Task<QByteArray> callTool(QByteArray params, std::shared_ptr<Conversation> conversation, RequestContext context)
{
    CO_TRY(CallParams wanted, wire::read<CallParams>(params));
    if (!wanted.arguments.text.startsWith('{'))
        co_return failure(Error::invalid(u"The arguments of a call are an object."_s, u"arguments"_s));
    CO_TRY(const CallResult result,
           co_await conversation->tools().call(std::move(wanted.name), std::move(wanted.arguments.text), conversation,
                                               std::move(context)));
    co_return callText(result, conversation->revision());
}

}

QByteArray textBlock(const QString &text) { return R"({"type":"text","text":)" + json::quoted(text.toUtf8()) + '}'; }

Result<CallResult> callResult(const Result<ToolResult> &result)
{
    if (result)
        return CallResult{'[' + textBlock(result->text) + ']', result->structured, false};
    if (result.error().code == ErrorCode::Cancelled)
        return failure(result.error());
    return CallResult{'[' + textBlock(result.error().message) + ']', {}, true};
}

void addTools(Server &server, int pageSize)
{
    server.addCapability("tools");
    server.addMethod("tools/list",
                     [pageSize](QByteArray params, std::shared_ptr<Conversation> conversation, RequestContext) {
                         return listTools(pageSize, std::move(params), std::move(conversation));
                     });
    server.addMethod("tools/call", &callTool);
}

}
