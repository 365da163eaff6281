// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"
#include "tests/simnode/fields.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace moe::sim {

/// Which server is imitated.
enum class Profile {
    Ollama, ///< a current Ollama: /api/* and /v1/*
    OllamaOld, ///< one from before /api/embed, capabilities, tools, schema formats and (as far as we are told) /v1
    OpenAi, ///< /v1/* only, in the manner of llama.cpp and vLLM
};

/// A model the node pretends to have.
struct ModelSpec {
    QString name;
    qint64 sizeBytes = 1'000'000'000;
    qint64 vramBytes = 1'000'000'000; ///< default: sizeBytes
    QString parameterSize; ///< as Ollama writes it: "4.3B", "268.10M"
    QString family;
    QString quantization;
    int contextLength = 8192;
    int embeddingLength = 384;
    QStringList capabilities; ///< "completion", "tools", "vision", "thinking", "embedding"
    std::chrono::milliseconds load{0};
    std::chrono::milliseconds firstToken{0};
    double tokensPerSecond = 0; ///< 0: as fast as the client reads

    [[nodiscard]] bool can(QLatin1StringView capability) const { return capabilities.contains(capability); }
};

/// How an answer goes wrong. Positions count bytes of the body before chunk framing; -1 stands for "before the head".
/// Several members together are possible, such as slow headers and then a cut.
struct Fault {
    std::optional<qint64> cutAt; ///< orderly close (FIN) there, without the end of the body
    std::optional<qint64> resetAt; ///< RST there
    std::optional<qint64> stallAt; ///< nothing more, connection stays open
    std::optional<qint64> garbageAt; ///< 32 bytes there are overwritten by bytes that are neither JSON nor UTF-8
    std::optional<int> errorInStreamAfter; ///< error object in the 200 stream after so many frames
    int status = 0; ///< answer this status with an error body
    QString message; ///< of the error; a default says that it is simulated
    int retryAfterSeconds = -1; ///< `retry-after` beside `status`; negative: none
    std::chrono::milliseconds slowHeaders{0};
    bool isEndless = false; ///< repeats the answer until the client goes
    bool closesAfterAnswer = false; ///< promises keep-alive, then closes
    bool hitsEveryPath = false; ///< of the global fault: probes as well, not only generations
    double probability = 1;
    int times = -1; ///< so many requests are hit; negative: all
};

/// A function call of the model. The arguments are a JSON object as text.
struct ToolCall {
    QString name;
    QByteArray arguments;
};

/// Token counts to report instead of the counted ones.
struct ScriptedUsage {
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;
};

/// Whose words a rule looks at.
enum class RuleRole { Any, System, User };

/// A scripted answer and when it is given.
struct Rule {
    RuleRole role = RuleRole::Any;
    QString contains;
    std::optional<QRegularExpression> matches;
    QString model; ///< empty: any
    std::optional<QString> answer;
    QString thinking;
    QList<ToolCall> toolCalls;
    QStringList chunks; ///< pieces as streamed, instead of `answer`
    int repeat = 1; ///< the pieces are sent so many times over
    std::optional<ScriptedUsage> usage;
    QString finishReason;
    std::optional<std::chrono::milliseconds> firstToken; ///< instead of the model's
    std::optional<double> tokensPerSecond; ///< instead of the model's
    std::optional<Fault> fault;
    int times = -1; ///< used so many times, then skipped; negative: always
};

/// Everything about a node that can be set, as one immutable value.
struct Config {
    Profile profile = Profile::Ollama;
    QString version; ///< what an Ollama says it is
    QList<ModelSpec> models;
    qint64 vramTotalBytes = 0; ///< 0: everything fits
    int parallel = 0; ///< requests at once per model; 0: no limit
    int maxQueue = 512; ///< waiting requests beyond this are a 503
    quint32 seed = 1; ///< of the faults' probabilities
    int recordLimit = 1000; ///< requests kept for /sim/state
    QList<Rule> rules;
    std::optional<Fault> fault;

    /// Checks every field; the error's message and `param` name the one at fault.
    [[nodiscard]] static Result<Config> fromJson(const QJsonObject &document);

    /// The model of that name; ":latest" may be left out. Null if there is none.
    [[nodiscard]] const ModelSpec *model(const QString &name) const;
};

[[nodiscard]] Fault readFault(Fields &fields);
[[nodiscard]] Rule readRule(Fields &fields);

}
