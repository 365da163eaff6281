// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/policyservice.h"
#include "daemon/app/options.h"
#include "daemon/app/pipelineconfigs.h"
#include "daemon/inference/prober.h"
#include "daemon/settings/settingsservice.h"
#include "shared/wire/control/operation.h"

/// Where settings meet the parts that they change.
namespace moe::app {

/// Checks of settings that are documents of other parts.
[[nodiscard]] settings::SettingChecks settingChecks(const Options &options);

/// The servers in force, as INFERENCE_SERVERS has them: those that are set, else the Ollama that is usually there.
[[nodiscard]] Result<QByteArray> serverDocument(const settings::Settings &settings, const QString &ollamaHost);
[[nodiscard]] Result<QList<inference::ServerConfig>> serversOf(const settings::Settings &settings,
                                                               const Options &options);

[[nodiscard]] experts::CatalogueSettings catalogueOf(const settings::Settings &settings);
[[nodiscard]] pipeline::PipelineLimits limitsOf(const settings::Settings &settings);

/// Has changes of settings take effect at once. Everything outlives the settings' last change.
void followSettings(settings::SettingsService &settings, const Options &options, inference::Prober &prober,
                    PipelineConfigs &pipelines);

/// Whether there is what a permission names, as far as that is known: modes, servers, the models of servers that have
/// been heard of, and the tools that are there now. `isTool` tells of these.
[[nodiscard]] accounts::ResourceCheck resourceCheck(const inference::Dispatcher &dispatcher,
                                                    std::function<bool(const QString &)> isTool);

/// Who answers for what, for people.
[[nodiscard]] QList<control::ExpertView> expertViews(const experts::Catalogue &catalogue);

}
