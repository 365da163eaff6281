// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/postgresserver.h"

#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTcpServer>

#include <csignal>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace moe::test {

namespace {

constexpr int patience = 60'000;

Error unavailable(const QString &why) { return Error::of(ErrorCode::Unavailable, why); }

/// The newest version's programs.
QString findBinaries()
{
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    QString best;
    int newest = 0;
    for (const QString &version : versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QString folder = versions.filePath(version + QStringLiteral("/bin"));
        if (version.toInt() > newest && QFile::exists(folder + QStringLiteral("/initdb"))) {
            newest = version.toInt();
            best = folder;
        }
    }
    return best;
}

quint16 freePort()
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    return probe.serverPort();
}

}

Result<std::unique_ptr<PostgresServer>> PostgresServer::start()
{
    const QString binaries = findBinaries();
    if (binaries.isEmpty())
        return failure(unavailable(QStringLiteral("PostgreSQL is not installed below /usr/lib/postgresql")));
    if (!QSqlDatabase::isDriverAvailable(QStringLiteral("QPSQL")))
        return failure(unavailable(QStringLiteral("Qt's PostgreSQL driver is not installed")));
    std::unique_ptr<PostgresServer> server(new PostgresServer(binaries));
    TRY_VOID(server->initialise());
    TRY_VOID(server->launch());
    return server;
}

PostgresServer::PostgresServer(QString binaries) : m_binaries(std::move(binaries)) { }

PostgresServer::~PostgresServer()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    ::kill(pid_t(m_process.processId()), SIGINT); // a fast shutdown: clients are cut
    if (!m_process.waitForFinished(patience))
        kill();
}

void PostgresServer::prepare(QProcess &process) const
{
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(m_folder.path());
    const passwd *user = geteuid() == 0 ? getpwnam("postgres") : nullptr;
    const uid_t uid = user ? user->pw_uid : geteuid();
    const gid_t gid = user ? user->pw_gid : getegid();
    process.setChildProcessModifier([uid, gid, isChanging = user != nullptr] {
        if (isChanging && (setgroups(0, nullptr) != 0 || setgid(gid) != 0 || setuid(uid) != 0))
            _exit(126);
        prctl(PR_SET_PDEATHSIG, SIGKILL); // last: a change of user clears it
    });
}

Result<void> PostgresServer::initialise()
{
    QFile::setPermissions(m_folder.path(), QFile::permissions(m_folder.path()) | QFile::ExeGroup | QFile::ExeOther);
    QFile password(m_folder.filePath(QStringLiteral("password")));
    if (!QDir(m_folder.path()).mkdir(QStringLiteral("data")) || !password.open(QIODevice::WriteOnly))
        return failure(unavailable(QStringLiteral("the temporary folder cannot be written")));
    password.write("secret\n");
    password.close();
    if (const passwd *user = geteuid() == 0 ? getpwnam("postgres") : nullptr) {
        for (const QString &path : {dataFolder(), password.fileName()}) {
            if (::chown(QFile::encodeName(path).constData(), user->pw_uid, user->pw_gid) != 0)
                return failure(unavailable(QStringLiteral("the user postgres cannot be given a folder")));
        }
    }
    QProcess initdb;
    prepare(initdb);
    initdb.start(m_binaries + QStringLiteral("/initdb"),
                 {QStringLiteral("-D"), dataFolder(), QStringLiteral("-U"), QStringLiteral("moe"),
                  QStringLiteral("--auth=scram-sha-256"), QStringLiteral("--pwfile"), password.fileName(),
                  QStringLiteral("-E"), QStringLiteral("UTF8"), QStringLiteral("--locale=C.UTF-8"),
                  QStringLiteral("--no-sync"), QStringLiteral("--no-instructions")});
    if (!initdb.waitForFinished(patience) || initdb.exitCode() != 0)
        return failure(unavailable(QStringLiteral("initdb failed: ") + QString::fromUtf8(initdb.readAll())));
    return {};
}

Result<void> PostgresServer::launch()
{
    if (m_port == 0)
        m_port = freePort();
    prepare(m_process);
    m_process.start(m_binaries + QStringLiteral("/postgres"),
                    {QStringLiteral("-D"), dataFolder(), QStringLiteral("-p"), QString::number(m_port),
                     QStringLiteral("-c"), QStringLiteral("listen_addresses=127.0.0.1"), QStringLiteral("-c"),
                     QStringLiteral("unix_socket_directories="), QStringLiteral("-c"), QStringLiteral("fsync=off"),
                     QStringLiteral("-c"), QStringLiteral("shared_buffers=16MB")});
    QByteArray output;
    while (!output.contains("is ready to accept connections")) {
        if (!m_process.waitForReadyRead(patience))
            return failure(unavailable(QStringLiteral("postgres does not start: ") + QString::fromUtf8(output)));
        output += m_process.readAll();
    }
    return {};
}

void PostgresServer::kill()
{
    m_process.kill();
    m_process.waitForFinished(patience);
}

QString PostgresServer::address(const QString &database) const
{
    return QStringLiteral("postgresql://moe:secret@127.0.0.1:%1/%2").arg(m_port).arg(database);
}

QString PostgresServer::newDatabase()
{
    const QString name = QStringLiteral("test%1").arg(++m_databases);
    const QString connection = QStringLiteral("administration");
    {
        QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), connection);
        db.setHostName(QStringLiteral("127.0.0.1"));
        db.setPort(m_port);
        db.setUserName(QStringLiteral("moe"));
        db.setPassword(QStringLiteral("secret"));
        db.setDatabaseName(QStringLiteral("postgres"));
        if (!db.open() || !QSqlQuery(db).exec(QStringLiteral("CREATE DATABASE ") + name))
            qFatal("The test's PostgreSQL server makes no database.");
    }
    QSqlDatabase::removeDatabase(connection);
    return address(name);
}

}
