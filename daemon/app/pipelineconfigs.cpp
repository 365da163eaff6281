// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/pipelineconfigs.h"

#include "daemon/experts/defaults.h"
#include "daemon/inference/modelname.h"
#include "daemon/telemetry/log.h"

using namespace Qt::StringLiterals;

namespace moe::app {

PipelineConfigs::PipelineConfigs(const inference::Dispatcher &dispatcher, experts::CatalogueSettings settings,
                                 pipeline::PipelineLimits limits)
    : m_dispatcher(dispatcher)
    , m_prompts(experts::PromptBook::defaults())
    , m_settings(std::move(settings))
    , m_limits(limits)
{ }

Result<std::unique_ptr<PipelineConfigs>> PipelineConfigs::create(const inference::Dispatcher &dispatcher,
                                                                 experts::CatalogueSettings settings,
                                                                 pipeline::PipelineLimits limits)
{
    TRY_VOID(experts::buildCatalogue(settings, {}));
    return std::unique_ptr<PipelineConfigs>(new PipelineConfigs(dispatcher, std::move(settings), limits));
}

std::shared_ptr<const pipeline::PipelineConfig> PipelineConfigs::current()
{
    const inference::ServerSnapshot servers = m_dispatcher.servers();
    const std::lock_guard lock(m_mutex);
    if (m_config && servers == m_servers)
        return m_config;
    QList<inference::Server> known;
    for (const inference::ServerPtr &server : *servers)
        known.append(*server);
    auto catalogue = experts::buildCatalogue(m_settings, known);
    if (!catalogue) { // the settings have been checked
        MOE_LOG(Pipeline, Error, "", "The experts could not be assigned", {"error", catalogue.error().message});
        catalogue = experts::Catalogue();
    }
    if (const QStringList described = experts::describe(*catalogue); described != m_described) {
        m_described = described;
        for (const QString &line : described)
            MOE_LOG(Pipeline, Info, "", "Experts assigned", {"assignment", line});
    }
    m_servers = servers;
    m_config = std::make_shared<const pipeline::PipelineConfig>(
        pipeline::PipelineConfig{*std::move(catalogue), m_prompts, m_limits});
    return m_config;
}

void PipelineConfigs::change(experts::CatalogueSettings settings, pipeline::PipelineLimits limits)
{
    const std::lock_guard lock(m_mutex);
    m_settings = std::move(settings);
    m_limits = limits;
    m_config.reset();
}

Result<void> PipelineConfigs::modelReady(const experts::ModelRef &model) const
{
    for (const inference::ServerPtr &server : *m_dispatcher.servers()) {
        const bool isMeant = model.endpoint.value().isEmpty() || model.endpoint == server->config.name;
        if (!isMeant || !server->config.isEnabled || !server->status.isReachable)
            continue;
        for (const inference::ModelInfo &listed : server->status.models) {
            if (inference::modelMatches(listed.name, model.model))
                return {};
        }
    }
    Error error = Error::of(ErrorCode::Unavailable, u"No inference server that can be reached has the judge model."_s);
    error.retryAfter = std::chrono::seconds(10);
    return failure(std::move(error));
}

}
