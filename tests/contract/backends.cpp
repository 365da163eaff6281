// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/backends.h"
#include "daemon/storage/postgres/postgresdatabase.h"
#include "daemon/storage/sql.h"
#include "daemon/storage/sqlite/sqlitedatabase.h"
#include "tests/contract/postgresserver.h"

#include <QTemporaryDir>

namespace moe::test {

using namespace std::chrono_literals;

namespace {

class SqliteBackEnd final : public BackEnd
{
private:
    Result<std::unique_ptr<storage::DbExecutor>> open() override
    {
        return storage::openSqlite({m_folder.filePath(QStringLiteral("moe.db")), 20ms, {}}, m_clock);
    }

    QTemporaryDir m_folder;
    SystemClock m_clock;
};

class PostgresBackEnd final : public BackEnd
{
public:
    explicit PostgresBackEnd(QString url) : m_url(std::move(url)) { }

private:
    Result<std::unique_ptr<storage::DbExecutor>> open() override { return storage::openPostgres({m_url, {}}, m_clock); }

    const QString m_url;
    SystemClock m_clock;
};

}

bool BackEnd::reopen()
{
    m_stores.reset();
    m_executor.reset();
    auto executor = open();
    if (!executor) {
        qWarning("%s (%s)", qUtf8Printable(executor.error().message),
                 executor.error().cause ? qUtf8Printable(executor.error().cause->message) : "");
        return false;
    }
    m_executor = std::move(*executor);
    m_stores = std::make_unique<storage::SqlAccountStores>(*m_executor);
    return true;
}

Result<void> BackEnd::execute(const QString &sql)
{
    return wait(m_executor->run<void>(
        [sql](QSqlDatabase &db) -> Result<void> {
            TRY_VOID(storage::execute(db, sql));
            return {};
        },
        {}));
}

ContractTest::ContractTest() = default;
ContractTest::~ContractTest() = default;

void ContractTest::initTestCase_data()
{
    auto postgres = PostgresServer::start();
    if (postgres)
        m_postgres = std::move(*postgres);
    else
        m_missingPostgres = postgres.error().message;
    QTest::addColumn<QString>("backEnd");
    QTest::newRow("sqlite") << QStringLiteral("sqlite");
    QTest::newRow("postgres") << QStringLiteral("postgres");
}

void ContractTest::init()
{
    QFETCH_GLOBAL(const QString, backEnd);
    if (backEnd == u"sqlite")
        m_backEnd = std::make_unique<SqliteBackEnd>();
    else if (m_postgres)
        m_backEnd = std::make_unique<PostgresBackEnd>(m_postgres->newDatabase());
    else
        QSKIP(qPrintable(m_missingPostgres));
    QVERIFY(m_backEnd->reopen());
}

void ContractTest::cleanup() { m_backEnd.reset(); }

Result<User> ContractTest::tryAddUser(const QString &name, Role role)
{
    accounts::NewUser user{name, someTime};
    user.role = role;
    return wait(stores().users.addUser(user, {}));
}

User ContractTest::addUser(const QString &name, Role role) { return tryAddUser(name, role).value(); }

accounts::NewKey ContractTest::newKey(UserId user, int number)
{
    const QByteArray text = accounts::keyStart.toByteArray() + QByteArray::number(number, 16).rightJustified(9, '0')
        + QByteArray(39, 'f');
    return accounts::NewKey{user,
                            accounts::hashOfKey(text),
                            text.first(accounts::keyPrefixLength),
                            QStringLiteral("key %1").arg(number),
                            {},
                            someTime};
}

ApiKey ContractTest::addKey(UserId user, int number)
{
    return wait(stores().keys.addKey(newKey(user, number), {})).value();
}

Group ContractTest::addGroup(const QString &name)
{
    return wait(stores().groups.addGroup({name, QStringLiteral("all of ") + name}, {})).value();
}

}
