// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QString>
#include <QStringView>

#include <array>
#include <atomic>
#include <optional>

namespace moe::telemetry {

/// The part of the daemon that a log line comes from; each has its own level.
enum class Component {
    App,
    Http,
    Api,
    Auth,
    Accounts,
    Inference,
    Scheduler,
    Pipeline,
    Storage,
    Telemetry,
    Ctl,
    Qt, ///< Qt's own messages
};
inline constexpr std::size_t componentCount = std::size_t(Component::Qt) + 1;

enum class LogLevel : quint8 { Debug, Info, Warning, Error };

/// "http"
[[nodiscard]] QLatin1StringView componentName(Component component);
[[nodiscard]] std::optional<Component> findComponent(QStringView name);
/// "warning"
[[nodiscard]] QLatin1StringView logLevelName(LogLevel level);

/// A level for each component: what a setting or LOG_LEVEL says.
struct LogLevels {
    std::array<LogLevel, componentCount> of = uniform(LogLevel::Info);

    [[nodiscard]] static constexpr std::array<LogLevel, componentCount> uniform(LogLevel level)
    {
        std::array<LogLevel, componentCount> levels{};
        levels.fill(level);
        return levels;
    }
    /// "info,http=debug": a general level and the components that differ from it.
    [[nodiscard]] QString toString() const;

    friend bool operator==(const LogLevels &, const LogLevels &) = default;
};

/// Changes `base` by `text`: "INFO", "http=DEBUG,scheduler=WARNING" or both; case does not matter. A general level
/// applies to every component that `text` does not name.
[[nodiscard]] Result<LogLevels> parseLogLevels(QStringView text, LogLevels base = {});

namespace detail {
// Process-wide like Qt's message handler: a level has to be readable wherever a line may be written.
inline constinit std::array<std::atomic<LogLevel>, componentCount> currentLevels{
    LogLevel::Info, LogLevel::Info, LogLevel::Info, LogLevel::Info, LogLevel::Info, LogLevel::Info,
    LogLevel::Info, LogLevel::Info, LogLevel::Info, LogLevel::Info, LogLevel::Info, LogLevel::Info};
}

/// Levels in force. All of these may be called from any thread at any time.
[[nodiscard]] LogLevels logLevels();
void setLogLevels(const LogLevels &levels);
void setLogLevel(Component component, LogLevel level);
[[nodiscard]] inline bool isLogged(Component component, LogLevel level)
{
    return level >= detail::currentLevels[std::size_t(component)].load(std::memory_order_relaxed);
}

}
