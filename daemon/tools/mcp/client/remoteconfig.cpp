// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/remoteconfig.h"

#include "shared/wire/codec.h"

#include <QHostAddress>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::tools::mcp {

namespace {

constexpr qsizetype longestName = 32;
constexpr qsizetype longestToken = 4096;
constexpr qsizetype longestUrl = 2048;
constexpr qsizetype mostArguments = 64;
constexpr qsizetype mostVariables = 64;
constexpr qsizetype longestVariable = 64; // its name
constexpr qsizetype longestValue = 16 * 1024;

struct Entry {
    QString name;
    std::optional<QString> url;
    std::optional<QByteArray> token;
    std::optional<QString> command;
    bool isEnabled = true;

    static constexpr auto fields()
    {
        using wire::Field;
        return std::tuple{Field<&Entry::name>{"name"_L1, wire::Presence::Required}, Field<&Entry::url>{"url"_L1},
                          Field<&Entry::token>{"token"_L1}, Field<&Entry::command>{"command"_L1},
                          Field<&Entry::isEnabled>{"enabled"_L1}};
    }
};

struct CommandEntry {
    QByteArrayList command;
    std::optional<wire::RawJson> env;

    static constexpr auto fields()
    {
        using wire::Field;
        return std::tuple{Field<&CommandEntry::command>{"command"_L1, wire::Presence::Required},
                          Field<&CommandEntry::env>{"env"_L1}};
    }
};

/// One that the names of tools can begin with, so that "__" ends it.
bool isName(const QString &name)
{
    const auto isAllowed = [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'-'
            || c == u'_';
    };
    return !name.isEmpty() && name.size() <= longestName && std::ranges::all_of(name, isAllowed)
        && !name.contains("__"_L1) && !name.startsWith(u'_') && !name.endsWith(u'_');
}

bool isToken(const QByteArray &token)
{
    return token.size() <= longestToken && std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; });
}

Result<QUrl> urlOf(const QString &text)
{
    QUrl url(text, QUrl::StrictMode);
    const bool isHttp = url.scheme() == "http"_L1 || url.scheme() == "https"_L1;
    if (text.size() > longestUrl || !url.isValid() || !isHttp || url.host().isEmpty() || url.hasFragment()
        || !url.userInfo().isEmpty())
        return failure(Error::invalid(u"expected an address such as https://tools.example.org/mcp"_s));
    if (url.path().isEmpty() || url.path() == "/"_L1)
        url.setPath(u"/mcp"_s);
    return url;
}

Result<RemoteConfig> configOf(const Entry &entry, const AllowedCommands &commands)
{
    if (!isName(entry.name))
        return failure(Error::invalid(u"\"name\" is up to 32 letters, digits, \"-\" and single \"_\" within"_s));
    const QByteArray token = entry.token.value_or(QByteArray());
    if (!isToken(token))
        return failure(Error::invalid(u"\"token\" is printable ASCII characters without spaces"_s));
    const bool hasUrl = !entry.url.value_or(QString()).isEmpty();
    const bool hasCommand = !entry.command.value_or(QString()).isEmpty();
    if (hasUrl == hasCommand)
        return failure(Error::invalid(u"expected either \"url\" or \"command\""_s));
    if (hasUrl) {
        TRY(const QUrl url, urlOf(*entry.url));
        if (!token.isEmpty() && url.scheme() != "https"_L1 && !isOnThisMachine(url))
            return failure(Error::invalid(
                u"a \"token\" is not sent to another machine over http, where anybody may read it: use https"_s));
        return RemoteConfig{entry.name, url, token, {}, entry.isEnabled};
    }
    const auto command = commands.find(*entry.command);
    if (command == commands.end())
        return failure(Error::invalid(u"\"command\" is none of those that MOE_MCP_COMMANDS allows on this machine"_s));
    return RemoteConfig{entry.name, {}, {}, command->second.words, entry.isEnabled, command->second.environment};
}

Result<QByteArrayList> environmentOf(const QByteArray &json)
{
    const Error wrong = Error::invalid(
        u"\"env\" is an object of texts, whose names have up to 64 capital letters, digits and \"_\""_s);
    const auto span = json::validate(json);
    if (!span || span->kind != json::Kind::Object)
        return failure(wrong);
    const auto isAllowed = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
    QByteArrayList environment;
    bool isRight = true;
    json::forEachMember(json, *span, [&](json::Span key, json::Span text) {
        const QByteArray name = json::unescaped(json, key);
        const QByteArray value = json::unescaped(json, text);
        isRight = text.kind == json::Kind::String && !name.isEmpty() && name.size() <= longestVariable
            && std::ranges::all_of(name, isAllowed) && value.size() <= longestValue && !value.contains('\0')
            && environment.size() < mostVariables;
        environment.append(name + '=' + value);
        return isRight;
    });
    return isRight ? Result<QByteArrayList>(environment) : failure(wrong);
}

Result<AllowedCommand> allowedCommand(const QByteArray &json)
{
    CommandEntry entry;
    if (json.startsWith('{')) {
        TRY(entry, wire::read<CommandEntry>(json, wire::UnknownKeys::Refuse));
    } else if (const auto words = wire::read<QByteArrayList>(json)) {
        entry.command = *words;
    }
    const QByteArrayList &words = entry.command;
    const bool isRight = !words.isEmpty() && words.size() <= mostArguments && words.first().startsWith('/')
        && std::ranges::none_of(words, [](const QByteArray &word) { return word.contains('\0'); });
    if (!isRight)
        return failure(Error::invalid(u"each command is a list of texts, first the full path of a program"_s));
    if (!entry.env)
        return AllowedCommand{words};
    TRY(const QByteArrayList environment, environmentOf(entry.env->text));
    return AllowedCommand{words, environment};
}

Result<RemoteConfig> withNewName(RemoteConfig config, const QList<RemoteConfig> &others)
{
    if (std::ranges::contains(others, config.name, &RemoteConfig::name))
        return failure(Error::invalid(u"another server has this name"_s));
    return config;
}

}

bool isOnThisMachine(const QUrl &url) { return url.host() == "localhost"_L1 || QHostAddress(url.host()).isLoopback(); }

Result<RemoteConfigs> readRemoteServers(const QByteArray &document, const AllowedCommands &commands)
{
    RemoteConfigs configs;
    if (document.isEmpty())
        return configs;
    TRY(const auto entries, wire::read<QList<Entry>>(document, wire::UnknownKeys::Refuse));
    if (entries.size() > mostRemoteServers)
        return failure(Error::invalid(u"$: at most %1 servers"_s.arg(mostRemoteServers)));
    for (qsizetype i = 0; i < entries.size(); ++i) {
        const auto config = configOf(entries[i], commands).and_then([&configs](RemoteConfig read) {
            return withNewName(std::move(read), configs.servers);
        });
        const QString place = u"$[%1]"_s.arg(i);
        if (config)
            configs.servers.append(*config);
        else
            configs.faults.append(Error::invalid(QString(place % u": "_s % config.error().message), place));
    }
    return configs;
}

Result<QList<RemoteConfig>> parseRemoteServers(const QByteArray &document, const AllowedCommands &commands)
{
    TRY(const RemoteConfigs configs, readRemoteServers(document, commands));
    if (!configs.faults.isEmpty())
        return failure(configs.faults.first());
    return configs.servers;
}

Result<AllowedCommands> parseAllowedCommands(const QByteArray &document)
{
    AllowedCommands commands;
    if (document.isEmpty())
        return commands;
    TRY(const json::Span object, json::validate(document));
    if (object.kind != json::Kind::Object)
        return failure(Error::invalid(u"expected an object of names and command lines"_s));
    Result<void> read;
    json::forEachMember(document, object, [&commands, &document, &read](json::Span key, json::Span value) {
        const auto command = allowedCommand(value.in(document).toByteArray());
        if (command)
            commands[QString::fromUtf8(json::unescaped(document, key))] = *command;
        else
            read = failure(command.error());
        return read.has_value();
    });
    return read.transform([&commands] { return commands; });
}

}
