// SPDX-License-Identifier: Apache-2.0
// What is deleted is not left behind in the database's files.
#include "daemon/storage/relational/sqlaccountstores.h"
#include "daemon/storage/sql.h"
#include "daemon/storage/sqlite/sqlitedatabase.h"
#include "tests/support/fakeclock.h"
#include "tests/support/testdirectory.h"

#include <QFile>
#include <QSqlDatabase>
#include <QTest>

using namespace moe;
using namespace moe::storage;
using namespace moe::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

template <typename T>
Result<T> wait(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

accounts::NewUser userNumber(int number)
{
    accounts::NewUser user{u"somebody-%1"_s.arg(number), {}};
    user.displayName = u"Some Body the %1th"_s.arg(number);
    user.email = u"somebody-%1@example.org"_s.arg(number);
    user.passwordHash = "$argon2id$somebody-" + QByteArray::number(number);
    return user;
}

}

class TestSqliteErasure : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<TestDirectory> m_folder;
    const FakeClock m_clock;

    SqliteOptions options() const
    {
        SqliteOptions made;
        made.path = m_folder->file(u"moe.db"_s);
        return made;
    }
    bool isAnywhere(const QByteArray &text) const
    {
        for (const QString &name : {u"moe.db"_s, u"moe.db-wal"_s}) {
            QFile file(m_folder->file(name));
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains(text))
                return true;
        }
        return false;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<TestDirectory>(); }

    /// Among so many others that pages are split and filled again.
    void removedUsersAreGoneFromTheFiles()
    {
        constexpr int users = 300;
        const auto database = openSqlite(options(), m_clock).value();
        SqlAccountStores stores(*database);
        QList<UserId> ids;
        for (int i = 0; i < users; ++i) {
            const auto added = wait(stores.users.addUser(userNumber(1'000 + i), {}));
            QVERIFY(added);
            ids.append(added->id);
        }
        QVERIFY(isAnywhere("somebody-1100"));
        accounts::UserChange longer;
        longer.displayName = QString(150, u'x');
        for (int i = 0; i < users; i += 7)
            QVERIFY(wait(stores.users.updateUser(ids[i], longer, {}, {}, {})));
        for (int i = 0; i < users; i += 2)
            QVERIFY(wait(stores.users.removeUser(ids[i], {})));
        QVERIFY(wait(purgeSqlite(database.get(), {})).value());
        for (int i = 0; i < users; ++i) {
            const bool isKept = i % 2 == 1;
            QCOMPARE(isAnywhere("somebody-" + QByteArray::number(1'000 + i)), isKept);
        }
    }

    void aReaderHasItWait()
    {
        SqliteOptions hurried = options();
        hurried.busyTimeout = 10ms;
        const auto database = openSqlite(hurried, m_clock).value();
        SqlAccountStores stores(*database);
        const auto user = wait(stores.users.addUser(userNumber(1'000), {}));
        QVERIFY(user);
        {
            QSqlDatabase reader = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"reader"_s);
            reader.setDatabaseName(options().path);
            QVERIFY(reader.open() && reader.transaction());
            QVERIFY(execute(reader, u"SELECT count(*) FROM users"_s));
            QVERIFY(wait(stores.users.removeUser(user->id, {})));
            QVERIFY(!wait(purgeSqlite(database.get(), {})).value());
            QVERIFY(reader.rollback());
        }
        QSqlDatabase::removeDatabase(u"reader"_s);
        QVERIFY(wait(purgeSqlite(database.get(), {})).value());
        QVERIFY(!isAnywhere("somebody-1000"));
    }
};

QTEST_GUILESS_MAIN(TestSqliteErasure)
#include "tst_sqliteerasure.moc"
