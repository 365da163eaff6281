// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/mcp/fixtures.h"

#include "daemon/tools/mcp/conversation.h"
#include "shared/async/wait.h"
#include "shared/wire/codec.h"
#include "tests/integration/mcp/fixturedata.h"

#include <array>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::test {

using tools::mcp::CallResult;
using tools::mcp::textBlock;

namespace {

using ConversationPtr = std::shared_ptr<tools::mcp::Conversation>;
using ToolFunction = Task<CallResult> (*)(QByteArray arguments, ConversationPtr conversation, RequestContext context);

constexpr auto pause = 50ms;

Task<CallResult> content(QByteArray blocks) { co_return CallResult{'[' + blocks + ']', {}, false}; }

Task<CallResult> simpleText(QByteArray, ConversationPtr, RequestContext)
{
    return content(textBlock(u"This is a simple text response for testing."_s));
}

Task<CallResult> image(QByteArray, ConversationPtr, RequestContext) { return content(imageBlock()); }

Task<CallResult> audio(QByteArray, ConversationPtr, RequestContext) { return content(audioBlock()); }

Task<CallResult> embeddedResource(QByteArray, ConversationPtr, RequestContext)
{
    return content(resourceBlock("test://embedded-resource", "text/plain", "This is an embedded resource content."));
}

Task<CallResult> mixed(QByteArray, ConversationPtr, RequestContext)
{
    return content(
        textBlock(u"Multiple content types test:"_s) + ',' + imageBlock() + ','
        + resourceBlock("test://mixed-content-resource", "application/json", R"({"test":"data","value":123})"));
}

Task<CallResult> withLogging(QByteArray, ConversationPtr conversation, RequestContext context)
{
    conversation->log(tools::mcp::LogLevel::Info, u"Tool execution started"_s);
    CO_TRY_VOID(co_await sleepFor(pause, context));
    conversation->log(tools::mcp::LogLevel::Info, u"Tool processing data"_s);
    CO_TRY_VOID(co_await sleepFor(pause, context));
    conversation->log(tools::mcp::LogLevel::Info, u"Tool execution completed"_s);
    co_return co_await content(textBlock(u"Logged."_s));
}

Task<CallResult> withProgress(QByteArray, ConversationPtr conversation, RequestContext context)
{
    for (const int done : {0, 50, 100}) {
        conversation->tellProgress(done, 100);
        CO_TRY_VOID(co_await sleepFor(pause, context));
    }
    co_return co_await content(textBlock(u"Progressed."_s));
}

Task<CallResult> failing(QByteArray, ConversationPtr, RequestContext)
{
    co_return tools::mcp::callResult(
        failure(Error::invalid(u"This tool intentionally returns an error for testing"_s)));
}

/// Ends its stream before the answer, for which the client has to come back.
Task<CallResult> reconnecting(QByteArray, ConversationPtr conversation, RequestContext context)
{
    CO_TRY_VOID(co_await sleepFor(pause, context));
    conversation->letClientGo();
    CO_TRY_VOID(co_await sleepFor(4 * pause, context));
    co_return co_await content(textBlock(u"Reconnection test completed."_s));
}

struct SamplingArguments {
    QString prompt;
    static constexpr auto fields() { return std::tuple{wire::Field<&SamplingArguments::prompt>{"prompt"_L1}}; }
};

Task<CallResult> sampling(QByteArray arguments, ConversationPtr conversation, RequestContext context)
{
    CO_TRY(const SamplingArguments wanted, wire::read<SamplingArguments>(arguments));
    CO_TRY(const QByteArray answer,
           co_await conversation->ask("sampling", "sampling/createMessage",
                                      R"({"messages":[{"role":"user","content":)" + textBlock(wanted.prompt)
                                          + R"(}],"maxTokens":100})",
                                      context));
    co_return co_await content(textBlock(u"LLM response: "_s + QString::fromUtf8(answer)));
}

Task<CallResult> elicit(QString message, QByteArray schema, ConversationPtr conversation, RequestContext context)
{
    CO_TRY(const QByteArray answer,
           co_await conversation->ask(
               "elicitation", "elicitation/create",
               R"({"message":)" + json::quoted(message.toUtf8()) + R"(,"requestedSchema":)" + schema + '}', context));
    co_return co_await content(textBlock(u"Elicitation completed: "_s + QString::fromUtf8(answer)));
}

struct ElicitationArguments {
    QString message;
    static constexpr auto fields() { return std::tuple{wire::Field<&ElicitationArguments::message>{"message"_L1}}; }
};

Task<CallResult> elicitation(QByteArray arguments, ConversationPtr conversation, RequestContext context)
{
    CO_TRY(const ElicitationArguments wanted, wire::read<ElicitationArguments>(arguments));
    co_return co_await elicit(wanted.message, elicitationSchema(), std::move(conversation), std::move(context));
}

Task<CallResult> elicitationDefaults(QByteArray, ConversationPtr conversation, RequestContext context)
{
    return elicit(u"Please confirm."_s, defaultsSchema(), std::move(conversation), std::move(context));
}

Task<CallResult> elicitationEnums(QByteArray, ConversationPtr conversation, RequestContext context)
{
    return elicit(u"Please choose."_s, enumsSchema(), std::move(conversation), std::move(context));
}

struct FixtureTool {
    QLatin1StringView name;
    ToolFunction function;
    QByteArray (*inputSchema)() = &noArguments;
};

constexpr std::array fixtureTools{
    FixtureTool{"json_schema_2020_12_tool"_L1, &simpleText, &richSchema},
    FixtureTool{"test_audio_content"_L1, &audio},
    FixtureTool{"test_elicitation"_L1, &elicitation, &messageArgument},
    FixtureTool{"test_elicitation_sep1034_defaults"_L1, &elicitationDefaults},
    FixtureTool{"test_elicitation_sep1330_enums"_L1, &elicitationEnums},
    FixtureTool{"test_embedded_resource"_L1, &embeddedResource},
    FixtureTool{"test_error_handling"_L1, &failing},
    FixtureTool{"test_image_content"_L1, &image},
    FixtureTool{"test_multiple_content_types"_L1, &mixed},
    FixtureTool{"test_reconnection"_L1, &reconnecting},
    FixtureTool{"test_sampling"_L1, &sampling, &promptArgument},
    FixtureTool{"test_simple_text"_L1, &simpleText},
    FixtureTool{"test_tool_with_logging"_L1, &withLogging},
    FixtureTool{"test_tool_with_progress"_L1, &withProgress},
};

}

QList<tools::ToolInfo> FixtureBox::list() const
{
    QList<tools::ToolInfo> infos;
    for (const FixtureTool &tool : fixtureTools)
        infos.append({tool.name, {}, u"A tool of the conformance suite."_s, tool.inputSchema(), {}});
    return infos;
}

Task<CallResult> FixtureBox::call(QString name, QByteArray arguments, ConversationPtr conversation,
                                  RequestContext context)
{
    const auto tool = std::ranges::find(fixtureTools, name, [](const FixtureTool &each) { return QString(each.name); });
    if (tool == fixtureTools.end())
        co_return failure(Error::of(ErrorCode::NotFound, u"There is no such tool."_s, u"unknown_tool"_s));
    co_return co_await tool->function(std::move(arguments), std::move(conversation), std::move(context));
}

}
