// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QString>

namespace moe::moectl {

/// The terminal or whatever stands in its place.
class Console
{
public:
    Console() = default;
    Console(const Console &) = delete;
    Console &operator=(const Console &) = delete;
    virtual ~Console() = default;

    /// Whether people see the output, in colours.
    [[nodiscard]] virtual bool isColoured() const = 0;
    /// Asks on the terminal without showing what is typed. Conflict without a terminal.
    [[nodiscard]] virtual Result<QString> askSecret(const QString &prompt) = 0;
    /// The first line of standard input.
    [[nodiscard]] virtual Result<QString> readLine() = 0;
    /// Says how far something is, beside the output.
    virtual void tell(const QString &line) = 0;
};

/// The process's own.
class ProcessConsole final : public Console
{
public:
    [[nodiscard]] bool isColoured() const override;
    [[nodiscard]] Result<QString> askSecret(const QString &prompt) override;
    [[nodiscard]] Result<QString> readLine() override;
    void tell(const QString &line) override;
};

/// A password: from standard input, or typed; typed twice if it is new.
[[nodiscard]] Result<QString> readPassword(Console &console, bool isFromInput);
[[nodiscard]] Result<QString> readNewPassword(Console &console, bool isFromInput);

}
