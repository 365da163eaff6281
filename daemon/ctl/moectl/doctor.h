// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/ctl/moectl/command.h"

#include <array>

namespace moe::moectl {

/// One thing that was looked at.
struct Finding {
    enum class Level { Ok, Warning, Error };
    Level level = Level::Ok;
    QString subject;
    QString message;
    QString advice; ///< what to do; empty if nothing

    static constexpr auto fields()
    {
        using namespace Qt::StringLiterals;
        using wire::Field;
        return std::tuple{Field<&Finding::level>{"level"_L1}, Field<&Finding::subject>{"subject"_L1},
                          Field<&Finding::message>{"message"_L1}, Field<&Finding::advice>{"advice"_L1}};
    }
};

constexpr auto enumNames(Finding::Level)
{
    using namespace Qt::StringLiterals;
    return std::array{wire::EnumName{Finding::Level::Ok, "ok"_L1},
                      wire::EnumName{Finding::Level::Warning, "warning"_L1},
                      wire::EnumName{Finding::Level::Error, "error"_L1}};
}

using Findings = QList<Finding>;

/// The folder and who may read what is in it.
[[nodiscard]] Findings examineFiles(const QString &dataDirectory);
[[nodiscard]] Finding examineSpace(qint64 bytesAvailable);
/// `ahead`: of a daemon's clock before ours.
[[nodiscard]] Finding examineClock(Clock::System now, std::chrono::seconds ahead);

/// "doctor": all of them, and whether the daemon, its ports and its servers work.
[[nodiscard]] Task<Output> examine(Call call);

}
