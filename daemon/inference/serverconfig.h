// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/servertypes.h"
#include "shared/core/result.h"

#include <QByteArrayView>

namespace moe::inference {

/// The cluster as the environment describes it.
struct ClusterConfig {
    QList<ServerConfig> servers; ///< in the order of INFERENCE_SERVERS
    QStringList notes;           ///< what was ignored, such as unknown members; free of secrets, for the log
};

/// Reads INFERENCE_SERVERS, a JSON array of {name, url, api_type, token?, gpu_count?, parallel?, vram_gb?,
/// cost_factor?, enabled?, timeout? (seconds)}, and CLUSTER_HARDWARE, {"classes": {NAME: {priority?, vram_gb? (of one
/// GPU), compute?}}, "nodes": [{server, class?, gpus?, models?}]}. Either may be empty. What INFERENCE_SERVERS says
/// about a server wins over its hardware class.
/// InvalidRequest names the place ("INFERENCE_SERVERS[1].url: …") and never repeats a value.
[[nodiscard]] Result<ClusterConfig> parseClusterConfig(QByteArrayView inferenceServers,
                                                       QByteArrayView clusterHardware = {});

}
