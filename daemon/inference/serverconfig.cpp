// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/serverconfig.h"
#include "daemon/inference/jsonread.h"
#include "daemon/inference/modelname.h"

#include <QHash>
#include <QUrl>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

using namespace Qt::StringLiterals;

namespace moe::inference {

namespace {

using jsoncons::json;

constexpr qsizetype largestDocument = 1 << 20;
constexpr std::size_t mostServers = 1000;
constexpr std::size_t mostModels = 1000;
constexpr qsizetype longestToken = 4096;

struct Range {
    double least;
    double most;
};
constexpr Range gpuRange{0, 100'000};
constexpr Range parallelRange{1, 100'000};
// A server that speaks OpenAI's protocol batches by itself and says so when it is full.
constexpr int batchingParallel = 10'000;
constexpr Range vramRange{0, 100'000};
constexpr Range costRange{0, 1'000'000};
constexpr Range timeoutRange{1, 86'400};
constexpr Range priorityRange{-1000, 1000};

/// One JSON object together with the place where it stands, for messages.
class Section
{
public:
    Section(const json &value, QString path) : m_value(value), m_path(std::move(path)) { }

    [[nodiscard]] Error wrong(QLatin1StringView member, const QString &what) const
    {
        const QString place = member.isEmpty() ? m_path : QString(m_path % u'.' % member);
        return Error::invalid(place % u": "_s % what, place);
    }
    [[nodiscard]] Result<void> expectObject() const
    {
        return m_value.is_object() ? Result<void>() : failure(wrong({}, u"expected an object"_s));
    }
    [[nodiscard]] const json *find(QLatin1StringView member) const
    {
        const json *const found = memberOf(m_value, member.data());
        return found && !found->is_null() ? found : nullptr;
    }
    [[nodiscard]] Result<std::optional<QString>> text(QLatin1StringView member) const
    {
        const json *const found = find(member);
        if (!found)
            return std::nullopt;
        if (!found->is_string())
            return failure(wrong(member, u"expected a string"_s));
        const auto view = found->as_string_view();
        return QString::fromUtf8(view.data(), qsizetype(view.size()));
    }
    [[nodiscard]] Result<QString> requiredText(QLatin1StringView member) const
    {
        TRY(const auto found, text(member));
        if (!found || found->isEmpty())
            return failure(wrong(member, u"expected a string that is not empty"_s));
        return *found;
    }
    [[nodiscard]] Result<std::optional<double>> number(QLatin1StringView member, Range range) const
    {
        const json *const found = find(member);
        if (!found)
            return std::nullopt;
        const double value = found->is_number() && !found->is_string() ? found->as_double() : std::nan("");
        if (!(value >= range.least && value <= range.most))
            return failure(wrong(member, u"expected a number from %1 to %2"_s.arg(range.least).arg(range.most)));
        return value;
    }
    [[nodiscard]] Result<std::optional<int>> integer(QLatin1StringView member, Range range) const
    {
        TRY(const auto value, number(member, range));
        if (!value)
            return std::nullopt;
        if (*value != std::floor(*value))
            return failure(wrong(member, u"expected an integer"_s));
        return int(*value);
    }
    [[nodiscard]] Result<std::optional<bool>> boolean(QLatin1StringView member) const
    {
        const json *const found = find(member);
        if (found && !found->is_bool())
            return failure(wrong(member, u"expected true or false"_s));
        return found ? std::optional(found->as_bool()) : std::nullopt;
    }
    void noteUnknown(std::initializer_list<std::string_view> known, QStringList &notes) const
    {
        for (const auto &member : m_value.object_range()) {
            if (std::ranges::find(known, std::string_view(member.key())) == known.end())
                notes.push_back(m_path % u": an unknown member is ignored"_s);
        }
    }
    [[nodiscard]] const QString &path() const { return m_path; }

private:
    const json &m_value;
    QString m_path;
};

// What a server's own entry left open, so that its hardware may say it.
struct Entry {
    ServerConfig config;
    std::optional<int> gpuCount;
    std::optional<int> parallel;
    std::optional<double> vramGb;
};

Result<QByteArray> parseUrl(const Section &section)
{
    TRY(const QString text, section.requiredText("url"_L1));
    const QUrl url(text, QUrl::StrictMode);
    const bool isHttp = url.scheme() == "http"_L1 || url.scheme() == "https"_L1;
    if (!url.isValid() || !isHttp || url.host().isEmpty() || url.hasQuery() || url.hasFragment())
        return failure(section.wrong("url"_L1, u"expected http://host:port or https://host:port"_s));
    if (!url.userInfo().isEmpty())
        return failure(section.wrong("url"_L1, u"must not hold a user or password; use \"token\""_s));
    QByteArray plain = url.toEncoded();
    const auto chopSlashes = [&plain] {
        while (plain.endsWith('/'))
            plain.chop(1);
    };
    chopSlashes();
    if (plain.endsWith("/v1"))
        plain.chop(3);
    chopSlashes();
    return plain;
}

Result<ApiType> parseApiType(const Section &section)
{
    TRY(const auto text, section.text("api_type"_L1));
    if (!text || *text == "ollama"_L1)
        return ApiType::Ollama;
    if (*text == "openai"_L1)
        return ApiType::OpenAi;
    if (*text == "anthropic"_L1)
        return failure(section.wrong(
            "api_type"_L1, u"servers of type \"anthropic\" are not supported yet; use \"ollama\" or \"openai\""_s));
    return failure(section.wrong("api_type"_L1, u"expected \"ollama\" or \"openai\""_s));
}

Result<QByteArray> parseToken(const Section &section)
{
    TRY(const auto text, section.text("token"_L1));
    if (!text)
        return QByteArray();
    // It becomes part of a header line.
    const bool isSafe = text->size() <= longestToken
        && std::ranges::all_of(*text, [](QChar c) { return c > u' ' && c < QChar(0x7f); });
    if (!isSafe)
        return failure(section.wrong("token"_L1, u"expected printable ASCII characters without spaces"_s));
    return text->toLatin1();
}

Result<Entry> parseServer(const Section &section)
{
    TRY_VOID(section.expectObject());
    Entry entry;
    ServerConfig &config = entry.config;
    TRY(const QString name, section.requiredText("name"_L1));
    if (!isServerName(name))
        return failure(section.wrong("name"_L1, u"expected at most 64 letters, digits, \".\", \"-\" or \"_\""_s));
    config.name = ServerId(name);
    TRY(config.url, parseUrl(section));
    TRY(config.apiType, parseApiType(section));
    TRY(config.token, parseToken(section));
    TRY(entry.gpuCount, section.integer("gpu_count"_L1, gpuRange));
    TRY(entry.parallel, section.integer("parallel"_L1, parallelRange));
    TRY(entry.vramGb, section.number("vram_gb"_L1, vramRange));
    TRY(const auto costFactor, section.number("cost_factor"_L1, costRange));
    TRY(const auto isEnabled, section.boolean("enabled"_L1));
    TRY(const auto timeout, section.number("timeout"_L1, timeoutRange));
    config.costFactor = costFactor.value_or(config.costFactor);
    config.isEnabled = isEnabled.value_or(config.isEnabled);
    if (timeout)
        config.timeout = std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>(*timeout));
    return entry;
}

Result<QList<Entry>> parseServers(QByteArrayView text, QStringList &notes)
{
    const QString variable = u"INFERENCE_SERVERS"_s;
    QList<Entry> entries;
    if (text.trimmed().isEmpty())
        return entries;
    const Result<json> document = parseJson(text, largestDocument);
    if (!document)
        return failure(Error::invalid(variable % u": "_s % document.error().message, variable));
    if (!document->is_array() || document->size() > mostServers)
        return failure(Error::invalid(u"%1: expected an array of at most %2 servers"_s.arg(variable).arg(mostServers)));
    for (std::size_t i = 0; i < document->size(); ++i) {
        const Section section((*document)[i], u"%1[%2]"_s.arg(variable).arg(i));
        TRY(const Entry entry, parseServer(section));
        const bool isDouble = std::ranges::any_of(entries, [&](const Entry &other) {
            return other.config.name.value().compare(entry.config.name.value(), Qt::CaseInsensitive) == 0;
        });
        if (isDouble)
            return failure(section.wrong("name"_L1, u"another server has this name"_s));
        section.noteUnknown({"name", "url", "api_type", "token", "gpu_count", "parallel", "vram_gb", "cost_factor",
                             "enabled", "timeout"},
                            notes);
        entries.push_back(entry);
    }
    return entries;
}

struct HardwareClass {
    int priority = 0;
    std::optional<double> vramGb; // of one GPU
};

Result<QHash<QString, HardwareClass>> parseClasses(const Section &hardware, QStringList &notes)
{
    QHash<QString, HardwareClass> classes;
    const json *const found = hardware.find("classes"_L1);
    if (!found)
        return classes;
    if (!found->is_object())
        return failure(hardware.wrong("classes"_L1, u"expected an object"_s));
    for (const auto &member : found->object_range()) {
        const QString name = QString::fromStdString(std::string(member.key()));
        const Section section(member.value(), hardware.path() % u".classes."_s % name.left(64));
        TRY_VOID(section.expectObject());
        TRY(const auto priority, section.integer("priority"_L1, priorityRange));
        TRY(const auto vramGb, section.number("vram_gb"_L1, vramRange));
        section.noteUnknown({"priority", "vram_gb", "compute"}, notes);
        classes.insert(name, {priority.value_or(0), vramGb});
    }
    return classes;
}

Result<QStringList> parseModels(const Section &section)
{
    QStringList models;
    const json *const found = section.find("models"_L1);
    if (!found)
        return models;
    const Error wrong = section.wrong("models"_L1, u"expected an array of model names"_s);
    if (!found->is_array() || found->size() > mostModels)
        return failure(wrong);
    for (const json &each : found->array_range()) {
        const auto model = each.is_string() ? resolveModelId(QString::fromStdString(each.as_string()))
                                            : Result<ModelId>(failure(wrong));
        if (!model || model->server)
            return failure(wrong);
        models.push_back(model->model);
    }
    return models;
}

Result<void> applyNode(const Section &section, const QHash<QString, HardwareClass> &classes, QList<Entry> &entries)
{
    TRY_VOID(section.expectObject());
    TRY(const QString server, section.requiredText("server"_L1));
    const auto entry = std::ranges::find(entries, server, [](const Entry &each) { return each.config.name.value(); });
    if (entry == entries.end())
        return failure(section.wrong("server"_L1, u"INFERENCE_SERVERS has no server of this name"_s));
    TRY(const auto className, section.text("class"_L1));
    if (className && !classes.contains(*className))
        return failure(section.wrong("class"_L1, u"there is no such class"_s));
    TRY(const auto gpus, section.integer("gpus"_L1, gpuRange));
    TRY(entry->config.assignedModels, parseModels(section));
    entry->gpuCount = entry->gpuCount ? entry->gpuCount : gpus;
    if (className) {
        const HardwareClass &hardware = classes[*className];
        entry->config.priority = hardware.priority;
        if (!entry->vramGb && hardware.vramGb)
            entry->vramGb = *hardware.vramGb * std::max(entry->gpuCount.value_or(1), 1);
    }
    return {};
}

Result<void> applyHardware(QByteArrayView text, QList<Entry> &entries, QStringList &notes)
{
    const QString variable = u"CLUSTER_HARDWARE"_s;
    if (text.trimmed().isEmpty())
        return {};
    const Result<json> document = parseJson(text, largestDocument);
    if (!document)
        return failure(Error::invalid(variable % u": "_s % document.error().message, variable));
    const Section hardware(*document, variable);
    TRY_VOID(hardware.expectObject());
    hardware.noteUnknown({"classes", "nodes"}, notes);
    TRY(const auto classes, parseClasses(hardware, notes));
    const json *const nodes = hardware.find("nodes"_L1);
    if (!nodes)
        return {};
    if (!nodes->is_array() || nodes->size() > mostServers)
        return failure(hardware.wrong("nodes"_L1, u"expected an array of at most %1 nodes"_s.arg(mostServers)));
    for (std::size_t i = 0; i < nodes->size(); ++i) {
        const Section section((*nodes)[i], u"%1.nodes[%2]"_s.arg(variable).arg(i));
        TRY_VOID(applyNode(section, classes, entries));
        section.noteUnknown({"server", "class", "gpus", "models"}, notes);
    }
    return {};
}

}

Result<ClusterConfig> parseClusterConfig(QByteArrayView inferenceServers, QByteArrayView clusterHardware)
{
    ClusterConfig cluster;
    TRY(QList<Entry> entries, parseServers(inferenceServers, cluster.notes));
    TRY_VOID(applyHardware(clusterHardware, entries, cluster.notes));
    for (Entry &entry : entries) {
        ServerConfig &config = entry.config;
        config.gpuCount = entry.gpuCount.value_or(config.gpuCount);
        const bool isBatching = config.apiType == ApiType::OpenAi && !entry.gpuCount;
        config.parallel = entry.parallel.value_or(isBatching ? batchingParallel : std::max(config.gpuCount, 1));
        config.vramGb = entry.vramGb.value_or(config.vramGb);
        cluster.servers.push_back(std::move(config));
    }
    return cluster;
}

}
