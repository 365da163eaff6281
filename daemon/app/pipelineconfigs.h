// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/dispatcher.h"
#include "daemon/pipeline/run.h"

#include <mutex>

namespace moe::app {

/// The pipeline's configuration in force: what the administrator set, completed from the models that the servers have
/// now. Rebuilt when the servers changed; thread-safe.
class PipelineConfigs
{
public:
    /// Fails if the settings themselves are wrong. The dispatcher outlives this.
    [[nodiscard]] static Result<std::unique_ptr<PipelineConfigs>> create(const inference::Dispatcher &dispatcher,
                                                                         experts::CatalogueSettings settings,
                                                                         pipeline::PipelineLimits limits);

    [[nodiscard]] std::shared_ptr<const pipeline::PipelineConfig> current();
    /// For new requests; those under way keep what they have. The settings have been checked.
    void change(experts::CatalogueSettings settings, pipeline::PipelineLimits limits);
    /// Whether some server can run the model now.
    [[nodiscard]] Result<void> modelReady(const experts::ModelRef &model) const;

private:
    PipelineConfigs(const inference::Dispatcher &dispatcher, experts::CatalogueSettings settings,
                    pipeline::PipelineLimits limits);

    const inference::Dispatcher &m_dispatcher;
    const experts::PromptBook m_prompts;
    std::mutex m_mutex;
    experts::CatalogueSettings m_settings;                       // guarded by m_mutex
    pipeline::PipelineLimits m_limits;                           // guarded by m_mutex
    inference::ServerSnapshot m_servers;                         // guarded by m_mutex
    std::shared_ptr<const pipeline::PipelineConfig> m_config;    // guarded by m_mutex
    QStringList m_described;                                     // guarded by m_mutex; what the log was told last
};

}
