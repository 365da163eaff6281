// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/remotelist.h"

#include "daemon/tools/calculation.h"
#include "daemon/tools/mcp/client/link.h"
#include "shared/wire/codec.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::tools::mcp {

namespace {

constexpr qsizetype longestName = 64; // what models can call
constexpr qsizetype longestTitle = 200;
constexpr qsizetype longestDescription = 8 * 1024;
constexpr qsizetype largestSchema = 64 * 1024;
constexpr qsizetype longestCursor = 4 * 1024;
constexpr qsizetype longestFault = 500;
constexpr qsizetype mostLeftOut = 10; // that are told of

struct Page {
    QList<wire::RawJson> tools;
    std::optional<QByteArray> nextCursor;

    static constexpr auto fields()
    {
        using wire::Field;
        return std::tuple{Field<&Page::tools>{"tools"_L1, wire::Presence::Required},
                          Field<&Page::nextCursor>{"nextCursor"_L1}};
    }
};

struct Entry {
    QString name;
    std::optional<QString> title;
    std::optional<QString> description;
    wire::RawJson inputSchema;

    static constexpr auto fields()
    {
        using wire::Field;
        using wire::Presence;
        return std::tuple{Field<&Entry::name>{"name"_L1, Presence::Required}, Field<&Entry::title>{"title"_L1},
                          Field<&Entry::description>{"description"_L1},
                          Field<&Entry::inputSchema>{"inputSchema"_L1, Presence::Required}};
    }
};

/// As much of an entry as can be told of one that is no good.
struct EntryName {
    QString name;

    static constexpr auto fields() { return std::tuple{wire::Field<&EntryName::name>{"name"_L1}}; }
};

/// What the protocol wants of a schema of arguments.
struct ArgumentsSchema {
    QByteArray type;
    std::optional<wire::RawJson> properties;
    std::optional<QStringList> required;

    static constexpr auto fields()
    {
        using wire::Field;
        return std::tuple{Field<&ArgumentsSchema::type>{"type"_L1, wire::Presence::Required},
                          Field<&ArgumentsSchema::properties>{"properties"_L1},
                          Field<&ArgumentsSchema::required>{"required"_L1}};
    }
};

struct Resource {
    QString text;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&Resource::text>{"text"_L1, wire::Presence::Required}};
    }
};

struct Block {
    QByteArray type;
    std::optional<wire::RawJson> text;
    std::optional<wire::RawJson> resource;

    static constexpr auto fields()
    {
        using wire::Field;
        return std::tuple{Field<&Block::type>{"type"_L1, wire::Presence::Required}, Field<&Block::text>{"text"_L1},
                          Field<&Block::resource>{"resource"_L1}};
    }
};

struct Called {
    QList<Block> content;
    std::optional<wire::RawJson> structuredContent;
    bool isError = false;

    static constexpr auto fields()
    {
        using wire::Field;
        return std::tuple{Field<&Called::content>{"content"_L1},
                          Field<&Called::structuredContent>{"structuredContent"_L1},
                          Field<&Called::isError>{"isError"_L1}};
    }
};

bool isObject(const QByteArray &json) { return json.startsWith('{'); }

bool isObjectOfObjects(const QByteArray &json)
{
    const auto span = json::validate(json);
    bool isRight = span && span->kind == json::Kind::Object;
    if (isRight) {
        json::forEachMember(json, *span, [&isRight](json::Span, json::Span value) {
            isRight = value.kind == json::Kind::Object;
            return isRight;
        });
    }
    return isRight;
}

bool isArgumentsSchema(const QByteArray &json)
{
    const auto schema = wire::read<ArgumentsSchema>(json);
    return schema && schema->type == "object" && (!schema->properties || isObjectOfObjects(schema->properties->text));
}

std::optional<ToolInfo> infoOf(const QByteArray &json)
{
    const auto entry = wire::read<Entry>(json);
    if (!entry || !isArgumentsSchema(entry->inputSchema.text))
        return std::nullopt;
    ToolInfo info{entry->name,
                  entry->title.value_or(QString()),
                  entry->description.value_or(QString()),
                  entry->inputSchema.text,
                  {}};
    const bool isTooLarge = info.title.size() > longestTitle || info.description.size() > longestDescription
        || info.inputSchema.size() > largestSchema;
    return isTooLarge ? std::nullopt : std::optional(std::move(info));
}

std::optional<QString> textOf(const Block &block)
{
    if (block.type == "text" && block.text) {
        if (const auto text = wire::read<QString>(block.text->text))
            return *text;
    }
    if (block.type == "resource" && block.resource) {
        if (const auto resource = wire::read<Resource>(block.resource->text))
            return resource->text;
    }
    return std::nullopt;
}

/// Images, sounds and references have no place in a tool's result here, nor has what is structured a second time, as
/// text. Nothing if there is nothing else.
std::optional<QString> textOf(const QList<Block> &content, const QByteArray &structured)
{
    QStringList texts;
    for (const Block &block : content) {
        if (const auto text = textOf(block); text && text->toUtf8() != structured)
            texts.append(*text);
    }
    return texts.isEmpty() ? std::nullopt : std::optional(texts.join(u'\n'));
}

}

Result<RemotePage> remotePage(const QByteArray &result)
{
    const auto page = wire::read<Page>(result);
    if (!page || page->nextCursor.value_or(QByteArray()).size() > longestCursor)
        return failure(linkError(u"The tool server's list of tools cannot be read."_s));
    RemotePage parsed{{}, {}, page->nextCursor};
    for (const wire::RawJson &tool : page->tools) {
        if (auto info = infoOf(tool.text))
            parsed.tools.append(*std::move(info));
        else if (parsed.leftOut.size() < mostLeftOut)
            parsed.leftOut.append(wire::read<EntryName>(tool.text).value_or(EntryName()).name.left(longestName));
    }
    return parsed;
}

QString prefixedName(const QString &server, const QString &tool)
{
    const auto isAllowed = [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'-'
            || c == u'_';
    };
    QString name = server % u"__"_s % tool;
    const bool isUsable = !tool.isEmpty() && name.size() <= longestName && std::ranges::all_of(tool, isAllowed);
    return isUsable ? name : QString();
}

Result<ToolResult> remoteResult(const QByteArray &result)
{
    const auto called = wire::read<Called>(result);
    if (!called)
        return failure(linkError(u"The tool server's answer cannot be read."_s, u"remote_failed"_s));
    const QByteArray structured = called->structuredContent.value_or(wire::RawJson()).text;
    const auto text = textOf(called->content, structured);
    if (called->isError) {
        const QString fault = text.value_or(QString()).left(longestFault);
        return failure(linkError(fault.isEmpty() ? u"The tool failed."_s : fault, u"remote_failed"_s));
    }
    if (!text && structured == "null")
        return failure(linkError(u"The tool gave nothing that can be shown as text."_s, u"remote_failed"_s));
    return withinLimits(
        ToolResult{isObject(structured) ? structured : QByteArray(), text.value_or(QString::fromUtf8(structured))});
}

}
