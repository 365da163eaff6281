// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/sql.h"
#include "daemon/storage/sqlitestatement.h"

#include <QTest>

#include <limits>

using namespace moe;
using namespace moe::storage;

class TestSqliteStatement : public QObject
{
    Q_OBJECT

private:
    QSqlDatabase m_db;

    QVariantList row(qint64 id)
    {
        auto query = execute(m_db, QStringLiteral("SELECT n, t, t IS NULL FROM things WHERE id = ?"), {id});
        if (!query || !nextRow(*query).value_or(false))
            return {};
        return {query->value(0), query->value(1), query->value(2)};
    }

private Q_SLOTS:
    void init()
    {
        m_db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("things"));
        m_db.setDatabaseName(QStringLiteral(":memory:"));
        QVERIFY(m_db.open());
        QVERIFY(
            execute(m_db, QStringLiteral("CREATE TABLE things (id INTEGER PRIMARY KEY, n INTEGER, t TEXT) STRICT")));
        QVERIFY(SqliteStatement::isPossible(m_db)); // else usage would be written slowly
    }
    void cleanup()
    {
        m_db = {};
        QSqlDatabase::removeDatabase(QStringLiteral("things"));
    }

    void manyRowsByOneStatement()
    {
        const qint64 largest = std::numeric_limits<qint64>::max();
        {
            auto statement
                = SqliteStatement::prepare(m_db, QStringLiteral("INSERT INTO things VALUES (?, ?, ?), (?, ?, ?)"));
            QVERIFY(statement);
            for (qint64 id = 1; id < 100; id += 2) {
                statement->add(id);
                statement->add(largest);
                statement->add(QByteArrayView());
                statement->add(id + 1);
                statement->add(true);
                statement->add(QByteArrayView("Gr\xc3\xbc\xc3\x9f"
                                              "e"));
                QVERIFY(statement->run());
            }
        }
        QCOMPARE(row(99), QVariantList({largest, QString(), false}));
        QCOMPARE(row(100), QVariantList({1, QStringLiteral("Gr\u00fc\u00dfe"), false}));
    }

    void failuresAreNamed()
    {
        const auto wrong = SqliteStatement::prepare(m_db, QStringLiteral("INSERT INTO nothing VALUES (?)"));
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().code, ErrorCode::Internal);
        auto statement = SqliteStatement::prepare(m_db, QStringLiteral("INSERT INTO things (id) VALUES (?)"));
        QVERIFY(statement);
        statement->add(qint64(1));
        QVERIFY(statement->run());
        statement->add(qint64(1));
        const auto twice = statement->run();
        QVERIFY(!twice);
        QCOMPARE(twice.error().code, ErrorCode::Conflict);
        statement->add(qint64(2));
        QVERIFY(statement->run()); // it can be used again
        statement->add(qint64(3));
        statement->add(qint64(4)); // one too many
        QVERIFY(!statement->run());
        QVERIFY(row(3).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestSqliteStatement)
#include "tst_sqlitestatement.moc"
