// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QHash>
#include <QProcessEnvironment>
#include <QStringList>

namespace moe::app {

/// Named settings from outside: the environment, and below it a file of NAME=VALUE lines.
class Variables
{
public:
    explicit Variables(QProcessEnvironment environment) : m_environment(std::move(environment)) { }

    /// Lines as a shell or systemd would take them: empty ones and comments ("#") are left out, a value may stand in
    /// single or double quotes. The environment wins.
    [[nodiscard]] Result<void> readFile(const QString &path);

    [[nodiscard]] QString value(const QString &name, const QString &standard = {}) const;
    /// All there are, sorted.
    [[nodiscard]] QStringList names() const;
    [[nodiscard]] bool contains(const QString &name) const { return !value(name).isEmpty(); }

private:
    QProcessEnvironment m_environment;
    QHash<QString, QString> m_file;
};

}
