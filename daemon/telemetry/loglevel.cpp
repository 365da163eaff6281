// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/loglevel.h"

#include <QStringList>

using namespace Qt::StringLiterals;

namespace moe::telemetry {

namespace {

constexpr std::array<QLatin1StringView, componentCount> componentNames{
    "app"_L1,       "http"_L1,     "api"_L1,     "auth"_L1,      "accounts"_L1, "inference"_L1,
    "scheduler"_L1, "pipeline"_L1, "storage"_L1, "telemetry"_L1, "ctl"_L1,      "qt"_L1};
constexpr std::array levelNames{"debug"_L1, "info"_L1, "warning"_L1, "error"_L1};

template <std::size_t N>
std::optional<std::size_t> indexOf(const std::array<QLatin1StringView, N> &names, QStringView name)
{
    for (std::size_t i = 0; i < N; ++i) {
        if (name.compare(names[i], Qt::CaseInsensitive) == 0)
            return i;
    }
    return std::nullopt;
}

Result<LogLevel> parseLevel(QStringView name)
{
    if (const auto index = indexOf(levelNames, name))
        return LogLevel(*index);
    return failure(Error::invalid(u"\"%1\" is not a log level; use DEBUG, INFO, WARNING or ERROR."_s.arg(name.left(40)),
                                  u"LOG_LEVEL"_s));
}

Result<Component> parseComponent(QStringView name)
{
    if (const auto component = findComponent(name))
        return *component;
    QStringList known;
    for (const QLatin1StringView component : componentNames)
        known.append(component);
    return failure(Error::invalid(
        u"\"%1\" is not a part of the daemon that logs; use one of %2."_s.arg(name.left(40), known.join(", "_L1)),
        u"LOG_LEVEL"_s));
}

}

QLatin1StringView componentName(Component component) { return componentNames[std::size_t(component)]; }

std::optional<Component> findComponent(QStringView name)
{
    const auto index = indexOf(componentNames, name);
    return index ? std::optional(Component(*index)) : std::nullopt;
}

QLatin1StringView logLevelName(LogLevel level) { return levelNames[std::size_t(level)]; }

Result<LogLevels> parseLogLevels(QStringView text, LogLevels base)
{
    const QList<QStringView> parts = text.split(u',', Qt::SkipEmptyParts);
    for (const QStringView part : parts) {
        if (!part.contains(u'=')) {
            TRY(const LogLevel level, parseLevel(part.trimmed()));
            base.of = LogLevels::uniform(level);
        }
    }
    // After the general level, wherever that stood.
    for (const QStringView part : parts) {
        if (const qsizetype equals = part.indexOf(u'='); equals >= 0) {
            TRY(const Component component, parseComponent(part.first(equals).trimmed()));
            TRY(const LogLevel level, parseLevel(part.sliced(equals + 1).trimmed()));
            base.of[std::size_t(component)] = level;
        }
    }
    return base;
}

QString LogLevels::toString() const
{
    std::array<int, levelNames.size()> uses{};
    for (const LogLevel level : of)
        ++uses[std::size_t(level)];
    const auto general = LogLevel(std::ranges::max_element(uses) - uses.begin());
    QString text = logLevelName(general);
    for (std::size_t i = 0; i < componentCount; ++i) {
        if (of[i] != general)
            text += u',' % componentNames[i] % u'=' % logLevelName(of[i]);
    }
    return text;
}

LogLevels logLevels()
{
    LogLevels levels;
    for (std::size_t i = 0; i < componentCount; ++i)
        levels.of[i] = detail::currentLevels[i].load(std::memory_order_relaxed);
    return levels;
}

void setLogLevels(const LogLevels &levels)
{
    for (std::size_t i = 0; i < componentCount; ++i)
        detail::currentLevels[i].store(levels.of[i], std::memory_order_relaxed);
}

void setLogLevel(Component component, LogLevel level)
{
    detail::currentLevels[std::size_t(component)].store(level, std::memory_order_relaxed);
}

}
