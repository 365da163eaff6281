// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/processundertest.h"

#include <QCoreApplication>
#include <QDir>

namespace moe::test {

/// The official programs for the protocol, installed beside this build by install.sh.
class McpInstallation
{
public:
    /// `sources` is the folder of install.sh.
    explicit McpInstallation(QString sources) : m_sources(std::move(sources)) { }

    /// Installs what is not there yet. Empty: done; else why it cannot be done here. A broken script ends the program.
    [[nodiscard]] QByteArray prepare() const
    {
        constexpr int cannotInstall = 77;
        ProcessUnderTest installer(m_sources + QStringLiteral("/install.sh"), {folder()});
        if (!installer.start() || !installer.waitForExit(std::chrono::minutes(6)))
            qFatal("install.sh: %s", installer.output().constData());
        if (installer.exitStatus() == cannotInstall)
            return installer.output().trimmed().split('\n').last();
        if (installer.exitStatus() != 0)
            qFatal("install.sh: %s", installer.errors().constData());
        return {};
    }
    [[nodiscard]] QString source(const QString &name) const { return m_sources + u'/' + name; }
    [[nodiscard]] QString node() const { return folder() + QStringLiteral("/node"); }
    [[nodiscard]] QString modules() const { return folder() + QStringLiteral("/node_modules"); }

private:
    [[nodiscard]] static QString folder()
    {
        return QDir::cleanPath(QCoreApplication::applicationDirPath() + QStringLiteral("/../mcp"));
    }

    const QString m_sources;
};

}
