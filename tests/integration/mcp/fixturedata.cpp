// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/mcp/fixturedata.h"

#include "shared/wire/jsonscan.h"

namespace moe::test {

QByteArray pictureData()
{
    return "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
}

QByteArray imageBlock() { return R"({"type":"image","mimeType":"image/png","data":")" + pictureData() + R"("})"; }

QByteArray audioBlock()
{
    // A sound of no length.
    return R"({"type":"audio","mimeType":"audio/wav",)"
           R"("data":"UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA="})";
}

QByteArray resourceBlock(const QByteArray &uri, const QByteArray &type, const QByteArray &text)
{
    return R"({"type":"resource","resource":{"uri":)" + json::quoted(uri) + R"(,"mimeType":)" + json::quoted(type)
        + R"(,"text":)" + json::quoted(text) + "}}";
}

QByteArray noArguments() { return R"({"type":"object","properties":{}})"; }

QByteArray messageArgument()
{
    return R"({"type":"object","properties":{"message":{"type":"string"}},"required":["message"]})";
}

QByteArray promptArgument()
{
    return R"({"type":"object","properties":{"prompt":{"type":"string"}},"required":["prompt"]})";
}

QByteArray richSchema()
{
    return R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
        "$defs":{"address":{"type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
        "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"}},
        "additionalProperties":false})";
}

QByteArray elicitationSchema()
{
    return R"({"type":"object","properties":{"username":{"type":"string","description":"User's response"},
        "email":{"type":"string","description":"User's email address"}},"required":["username","email"]})";
}

QByteArray defaultsSchema()
{
    return R"({"type":"object","properties":{
        "name":{"type":"string","default":"John Doe"},
        "age":{"type":"integer","default":30},
        "score":{"type":"number","default":95.5},
        "status":{"type":"string","enum":["active","inactive","pending"],"default":"active"},
        "verified":{"type":"boolean","default":true}}})";
}

QByteArray enumsSchema()
{
    return R"({"type":"object","properties":{
        "untitledSingle":{"type":"string","enum":["option1","option2","option3"]},
        "titledSingle":{"type":"string","oneOf":[{"const":"value1","title":"First Option"},
            {"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},
        "legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],
            "enumNames":["Option One","Option Two","Option Three"]},
        "untitledMulti":{"type":"array","items":{"type":"string","enum":["option1","option2","option3"]}},
        "titledMulti":{"type":"array","items":{"anyOf":[{"const":"value1","title":"First Choice"},
            {"const":"value2","title":"Second Choice"},{"const":"value3","title":"Third Choice"}]}}}})";
}

QByteArray promptList()
{
    return R"({"prompts":[
        {"name":"test_simple_prompt","description":"A simple prompt"},
        {"name":"test_prompt_with_arguments","description":"A prompt with required arguments","arguments":[
            {"name":"arg1","description":"First test argument","required":true},
            {"name":"arg2","description":"Second test argument","required":true}]},
        {"name":"test_prompt_with_embedded_resource","description":"A prompt with a resource","arguments":[
            {"name":"resourceUri","description":"URI of the resource to embed","required":true}]},
        {"name":"test_prompt_with_image","description":"A prompt with an image"}]})";
}

QByteArray resourceList()
{
    return R"({"resources":[
        {"uri":"test://static-text","name":"Static Text Resource","description":"A static text resource for testing",
         "mimeType":"text/plain"},
        {"uri":"test://static-binary","name":"Static Binary Resource","description":"An image for testing",
         "mimeType":"image/png"},
        {"uri":"test://watched-resource","name":"Watched Resource","description":"One that can be subscribed to",
         "mimeType":"text/plain"}]})";
}

QByteArray templateList()
{
    return R"({"resourceTemplates":[{"uriTemplate":"test://template/{id}/data","name":"Resource Template",
        "description":"A resource template with parameter substitution","mimeType":"application/json"}]})";
}

}
