// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/liveconfig.h"

#include "daemon/app/ollamahost.h"
#include "daemon/inference/modelname.h"
#include "daemon/inference/serverconfig.h"
#include "daemon/pipeline/mode.h"
#include "daemon/telemetry/log.h"
#include "daemon/telemetry/loglevel.h"
#include "daemon/tools/mcp/client/remoteconfig.h"
#include "shared/wire/jsonscan.h"

using namespace Qt::StringLiterals;

namespace moe::app {

namespace {

namespace keys = settings::keys;

constexpr QLatin1StringView everyModel("*@");
constexpr std::array modeClasses{"moe_native"_L1, "moe_orchestrated"_L1, "moe_reasoning"_L1};

bool isModeKnown(const QString &resource)
{
    return std::ranges::contains(modeClasses, resource) || pipeline::modeFromModelId(resource).has_value();
}

/// A server that cannot be reached may have any model.
bool isModelKnown(const inference::Dispatcher &dispatcher, const QString &resource)
{
    const qsizetype at = resource.lastIndexOf(u'@');
    if (at < 0)
        return false;
    const QStringView model = QStringView(resource).first(at);
    const QStringView name = QStringView(resource).sliced(at + 1);
    for (const inference::ServerPtr &server : *dispatcher.servers()) {
        if (server->config.name.value() != name)
            continue;
        if (resource.startsWith(everyModel))
            return true;
        if (std::ranges::any_of(server->status.models, [model](const inference::ModelInfo &listed) {
                return inference::modelMatches(listed.name, model);
            }))
            return true;
        return !server->status.isReachable;
    }
    return false;
}

void useServers(const settings::Settings &settings, const Options &options, inference::Prober &prober)
{
    const auto servers = serversOf(settings, options);
    if (servers)
        prober.setServers(*servers);
    else // checked before it was stored
        MOE_LOG(App, Error, "", "The servers cannot be changed", {"error", servers.error().message});
}

void useLogLevels(const settings::Settings &settings)
{
    const auto levels = telemetry::parseLogLevels(settings.value(keys::logLevels));
    if (levels)
        telemetry::setLogLevels(*levels);
}

}

settings::SettingChecks settingChecks(const Options &options)
{
    settings::SettingChecks checks;
    checks.expertModels = [](const QByteArray &document) {
        return experts::parseExpertModels(document).transform([](const auto &) { });
    };
    checks.inferenceServers = [clusterHardware = options.clusterHardware](const QByteArray &document) {
        return inference::parseClusterConfig(document, clusterHardware).transform([](const auto &) { });
    };
    const auto commands = tools::mcp::parseAllowedCommands(options.mcpCommands); // checked at the start
    checks.mcpServers = [commands = commands.value_or(tools::mcp::AllowedCommands())](const QByteArray &document) {
        return tools::mcp::parseRemoteServers(document, commands).transform([](const auto &) { });
    };
    return checks;
}

Result<QByteArray> serverDocument(const settings::Settings &settings, const QString &ollamaHost)
{
    const QByteArray servers = settings.value(keys::inferenceServers);
    if (!servers.isEmpty())
        return servers;
    TRY(const OllamaAddress address, parseOllamaHost(ollamaHost));
    if (!address.warning.isEmpty())
        MOE_LOG(App, Warning, "", "Configuration", {"note", address.warning});
    return R"([{"name":"local","url":)" + json::quoted(address.url) + R"(,"api_type":"ollama"}])";
}

Result<QList<inference::ServerConfig>> serversOf(const settings::Settings &settings, const Options &options)
{
    TRY(const QByteArray document, serverDocument(settings, options.ollamaHost));
    TRY(const inference::ClusterConfig cluster, inference::parseClusterConfig(document, options.clusterHardware));
    for (const QString &note : cluster.notes)
        MOE_LOG(App, Warning, "", "Configuration", {"note", note});
    return cluster.servers;
}

experts::CatalogueSettings catalogueOf(const settings::Settings &settings)
{
    return {settings.value(keys::expertModels), settings.value(keys::judgeModel),
            ServerId(settings.value(keys::judgeEndpoint))};
}

pipeline::PipelineLimits limitsOf(const settings::Settings &settings)
{
    pipeline::PipelineLimits limits;
    limits.expertOutput = settings.value(keys::expertOutput);
    return limits;
}

void followSettings(settings::SettingsService &settings, const Options &options, inference::Prober &prober,
                    PipelineConfigs &pipelines)
{
    settings.onChange(QString(keys::inferenceServers.name),
                      [&options, &prober](const settings::Settings &now) { useServers(now, options, prober); });
    settings.onChange(u"orchestrator."_s, [&pipelines](const settings::Settings &now) {
        pipelines.change(catalogueOf(now), limitsOf(now));
    });
    useLogLevels(*settings.current());
    settings.onChange(QString(keys::logLevels.name), [](const settings::Settings &now) { useLogLevels(now); });
}

accounts::ResourceCheck resourceCheck(const inference::Dispatcher &dispatcher,
                                      std::function<bool(const QString &)> isTool)
{
    return [&dispatcher, isTool = std::move(isTool)](const Permission &permission) -> std::optional<bool> {
        if (permission.resource == "*"_L1)
            return true;
        switch (permission.type) {
        case PermissionType::MoeMode: return isModeKnown(permission.resource);
        case PermissionType::ModelEndpoint: return isModelKnown(dispatcher, permission.resource);
        case PermissionType::McpTool: return isTool(permission.resource);
        // There is no catalogue of these yet, so none is known.
        case PermissionType::ExpertTemplate:
        case PermissionType::CcProfile:
        case PermissionType::Skill: return std::nullopt;
        }
        Q_UNREACHABLE_RETURN(false);
    };
}

QList<control::ExpertView> expertViews(const experts::Catalogue &catalogue)
{
    QList<control::ExpertView> views;
    for (const experts::Category category : experts::allCategories()) {
        control::ExpertView view{QString(experts::categoryName(category)), {}};
        for (const experts::ExpertModel &expert : catalogue.experts[std::size_t(category)])
            view.models.append(expert.ref.callName());
        views.append(view);
    }
    control::ExpertView judges{u"planner and merger"_s, {}};
    for (const experts::ModelRef &judge : catalogue.judges)
        judges.models.append(judge.callName());
    views.append(judges);
    return views;
}

}
