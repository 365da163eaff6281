// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace moe::test {

/// A PostgreSQL server of this test's own: on the loopback, on a free port, in a temporary folder. It ends with this
/// object, and is killed by the kernel if the test dies. Run by root it runs as the user "postgres".
class PostgresServer
{
public:
    /// Unavailable, with the reason, if PostgreSQL or Qt's driver for it is not installed.
    [[nodiscard]] static Result<std::unique_ptr<PostgresServer>> start();
    PostgresServer(const PostgresServer &) = delete;
    PostgresServer &operator=(const PostgresServer &) = delete;
    ~PostgresServer();

    /// The address of a new, empty database.
    [[nodiscard]] QString newDatabase();
    /// Ends the server at once, without a word to its clients; start it again with launch().
    void kill();
    [[nodiscard]] Result<void> launch();

private:
    explicit PostgresServer(QString binaries);
    [[nodiscard]] Result<void> initialise();
    void prepare(QProcess &process) const;
    [[nodiscard]] QString dataFolder() const { return m_folder.filePath(QStringLiteral("data")); }
    [[nodiscard]] QString address(const QString &database) const;

    const QString m_binaries;
    QTemporaryDir m_folder;
    quint16 m_port = 0;
    int m_databases = 0;
    QProcess m_process;
};

}
