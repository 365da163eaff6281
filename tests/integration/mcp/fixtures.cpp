// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/mcp/fixtures.h"

#include "shared/wire/codec.h"
#include "tests/integration/mcp/fixturedata.h"

using namespace Qt::StringLiterals;

namespace moe::test {

using tools::mcp::textBlock;

namespace {

using ConversationPtr = std::shared_ptr<tools::mcp::Conversation>;

struct PromptArguments {
    QString arg1;
    QString arg2;
    QByteArray resourceUri;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&PromptArguments::arg1>{"arg1"_L1},
                          wire::Field<&PromptArguments::arg2>{"arg2"_L1},
                          wire::Field<&PromptArguments::resourceUri>{"resourceUri"_L1}};
    }
};

struct PromptParams {
    QString name;
    PromptArguments arguments;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&PromptParams::name>{"name"_L1},
                          wire::Field<&PromptParams::arguments>{"arguments"_L1}};
    }
};

struct ResourceParams {
    QByteArray uri;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&ResourceParams::uri>{"uri"_L1, wire::Presence::Required}};
    }
};

QByteArray message(const QByteArray &content) { return R"({"role":"user","content":)" + content + '}'; }

QByteArray messages(const QByteArrayList &list) { return R"({"messages":[)" + list.join(',') + "]}"; }

Task<QByteArray> prompt(QByteArray params, ConversationPtr, RequestContext)
{
    CO_TRY(const PromptParams wanted, wire::read<PromptParams>(params));
    const PromptArguments &arguments = wanted.arguments;
    if (wanted.name == "test_simple_prompt"_L1)
        co_return messages({message(textBlock(u"This is a simple prompt for testing."_s))});
    if (wanted.name == "test_prompt_with_arguments"_L1)
        co_return messages(
            {message(textBlock(u"Prompt with arguments: arg1='%1', arg2='%2'"_s.arg(arguments.arg1, arguments.arg2)))});
    if (wanted.name == "test_prompt_with_embedded_resource"_L1)
        co_return messages(
            {message(resourceBlock(arguments.resourceUri, "text/plain", "Embedded resource content for testing.")),
             message(textBlock(u"Please process the embedded resource above."_s))});
    if (wanted.name == "test_prompt_with_image"_L1)
        co_return messages({message(imageBlock()), message(textBlock(u"Please analyze the image above."_s))});
    co_return failure(Error::of(ErrorCode::NotFound, u"There is no such prompt."_s));
}

QByteArray contents(const QByteArray &uri, const QByteArray &type, const QByteArray &member, const QByteArray &value)
{
    return R"({"contents":[{"uri":)" + json::quoted(uri) + R"(,"mimeType":)" + json::quoted(type) + ",\"" + member
        + "\":" + json::quoted(value) + "}]}";
}

Task<QByteArray> resource(QByteArray params, ConversationPtr, RequestContext)
{
    constexpr QByteArrayView templateBegin("test://template/");
    constexpr QByteArrayView templateEnd("/data");
    CO_TRY(const ResourceParams wanted, wire::read<ResourceParams>(params));
    const QByteArray &uri = wanted.uri;
    if (uri == "test://static-text")
        co_return contents(uri, "text/plain", "text", "This is the content of the static text resource.");
    if (uri == "test://static-binary")
        co_return contents(uri, "image/png", "blob", pictureData());
    if (uri == "test://watched-resource")
        co_return contents(uri, "text/plain", "text", "Watched resource content");
    if (!uri.startsWith(templateBegin) || !uri.endsWith(templateEnd))
        co_return failure(Error::of(ErrorCode::NotFound, u"There is no such resource."_s));
    const QByteArray id = uri.sliced(templateBegin.size()).chopped(templateEnd.size());
    const QByteArray text = R"({"id":)" + json::quoted(id) + R"(,"templateTest":true,"data":)"
        + json::quoted(QByteArray("Data for ID: " + id)) + '}';
    co_return contents(uri, "application/json", "text", text);
}

/// Always the same.
tools::mcp::MethodHandler constant(const QByteArray &result)
{
    return [result](QByteArray, ConversationPtr, RequestContext) -> Task<QByteArray> {
        const auto give = [](QByteArray value) -> Task<QByteArray> { co_return value; };
        return give(result);
    };
}

}

void addFixtures(tools::mcp::Server &server)
{
    server.addCapability("prompts");
    server.addMethod("prompts/list", constant(promptList()));
    server.addMethod("prompts/get", &prompt);
    server.addCapability("resources", R"({"subscribe":true})");
    server.addMethod("resources/list", constant(resourceList()));
    server.addMethod("resources/templates/list", constant(templateList()));
    server.addMethod("resources/read", &resource);
    server.addMethod("resources/subscribe", constant("{}"));
    server.addMethod("resources/unsubscribe", constant("{}"));
    server.addCapability("completions");
    server.addMethod("completion/complete", constant(R"({"completion":{"values":[],"total":0,"hasMore":false}})"));
}

}
