// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/ids.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <memory>

namespace moe::inference {

/// Which protocol a server speaks.
enum class ApiType { Ollama, OpenAi };

/// One inference server as configured. The URL and the token never leave this process.
struct ServerConfig {
    ServerId name;
    QByteArray url;                        ///< "http://host:port", no trailing slash, no "/v1"
    ApiType apiType = ApiType::Ollama;
    QByteArray token;                      ///< bearer token, may be empty
    int gpuCount = 1;
    int parallel = 1; ///< requests at once; default: gpuCount, or no bound that matters for OpenAI-compatible servers
    double vramGb = 0; ///< 0: unknown, then it may hold any model
    double costFactor = 1; ///< weighs budgets
    int priority = 0; ///< of its hardware class; higher is preferred
    bool isEnabled = true;
    std::chrono::milliseconds timeout{300'000}; ///< whole call
    QStringList assignedModels; ///< from CLUSTER_HARDWARE; empty: whatever it has

    friend bool operator==(const ServerConfig &, const ServerConfig &) = default;
};

/// What a model can do, as far as its server tells. Unknown counts as able for completion only.
struct ModelCapabilities {
    bool completion = true;
    bool tools = false;
    bool vision = false;
    bool embedding = false;
    bool thinking = false;
    bool isKnown = false; ///< false: the server is too old to say; nothing is refused then

    friend bool operator==(const ModelCapabilities &, const ModelCapabilities &) = default;
};

/// A model that a server has.
struct ModelInfo {
    QString name; ///< as the server lists it, such as "gemma3:4b"
    qint64 sizeBytes = 0; ///< 0: unknown
    double parametersBillion = 0; ///< 0: unknown
    QString family;
    QString quantisation;
    int contextLength = 0; ///< of the model itself, in tokens; 0: unknown
    ModelCapabilities capabilities;

    friend bool operator==(const ModelInfo &, const ModelInfo &) = default;
};

/// A model that a server holds in memory now.
struct LoadedModel {
    QString name;
    qint64 vramBytes = 0;

    friend bool operator==(const LoadedModel &, const LoadedModel &) = default;
};

/// What probing found out about one server; replaced as a whole by each probe.
struct ServerStatus {
    bool isReachable = false;
    QString version;
    bool hasEmbedEndpoint = true; ///< false: an old Ollama that knows only /api/embeddings
    bool hasStructuredOutput = true; ///< false: an old Ollama that accepts only format "json"
    std::chrono::steady_clock::time_point probedAt; ///< when the probe that found this began
    QList<ModelInfo> models;
    QList<LoadedModel> loaded;

    friend bool operator==(const ServerStatus &, const ServerStatus &) = default;
};

/// A server's configuration and what is known about it: one entry of the snapshot that requests read.
struct Server {
    ServerConfig config;
    ServerStatus status;
};

using ServerPtr = std::shared_ptr<const Server>;

/// All servers as they were known at one moment, in the order of the configuration. Nothing in it changes once it is
/// published; the entry of a server about which nothing new is known is the same object as before.
using ServerSnapshot = std::shared_ptr<const QList<ServerPtr>>;

}
