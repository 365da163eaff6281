// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/migrations.h"
#include "daemon/storage/sql.h"

#include <QTest>

using namespace moe;
using namespace moe::storage;

namespace {

const auto someTime = Clock::System(std::chrono::seconds(1'700'000'000));

QStringList rows(QSqlDatabase &db, const QString &sql)
{
    QStringList values;
    QSqlQuery query(db);
    query.exec(sql);
    while (query.next())
        values.append(query.value(0).toString());
    return values;
}

QStringList schema(QSqlDatabase &db)
{
    return rows(db, QStringLiteral("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"));
}

}

class TestMigrations : public QObject
{
    Q_OBJECT

private:
    QSqlDatabase m_db;

private Q_SLOTS:
    void init()
    {
        m_db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("test"));
        m_db.setDatabaseName(QStringLiteral(":memory:"));
        QVERIFY(m_db.open());
    }
    void cleanup()
    {
        m_db = {};
        QSqlDatabase::removeDatabase(QStringLiteral("test"));
    }

    void builtInOnesAreNumberedWithoutGaps()
    {
        const auto migrations = builtInMigrations(QStringLiteral("sqlite"));
        QVERIFY(!migrations.isEmpty());
        for (int i = 0; i < migrations.size(); ++i)
            QCOMPARE(migrations[i].version, i + 1);
        QVERIFY(builtInMigrations(QStringLiteral("nothing")).isEmpty());
    }

    void everyFormerVersionEndsAtTheSameSchema()
    {
        const auto migrations = builtInMigrations(QStringLiteral("sqlite"));
        QVERIFY(migrate(m_db, migrations, someTime));
        const QStringList expected = schema(m_db);
        QVERIFY(expected.join(u' ').contains(u"api_keys"));
        for (int former = 0; former <= migrations.size(); ++former) {
            cleanup();
            init();
            QVERIFY(migrate(m_db, migrations.first(former), someTime));
            QVERIFY(migrate(m_db, migrations, someTime));
            QCOMPARE(schema(m_db), expected);
            QCOMPARE(rows(m_db, QStringLiteral("SELECT version FROM schema_migrations")).size(), migrations.size());
        }
    }

    void dataOfVersionOneIsKept()
    {
        const auto migrations = builtInMigrations(QStringLiteral("sqlite"));
        QVERIFY(migrate(m_db, migrations.first(1), someTime));
        for (const char *statement :
             {"INSERT INTO users (id, name, is_active, created_at) VALUES (7, 'Anna', 0, 123), (9, 'berta', 1, 456)",
              "INSERT INTO api_keys (id, user_id, hash, prefix, label, created_at) "
              "VALUES (5, 9, zeroblob(32), 'moe-sk-012345678', 'laptop', 789)"})
            QVERIFY(execute(m_db, QString::fromLatin1(statement)));
        QVERIFY(migrate(m_db, migrations, someTime));
        QCOMPARE(rows(m_db,
                      QStringLiteral("SELECT printf('%s|%s|%s|%s|%s|%s|%s|%s|%s', id, name, is_active, created_at, "
                                     "updated_at, role, version, "
                                     "password_hash IS NULL, must_change_password) FROM users ORDER BY id")),
                 QStringList(
                     {QStringLiteral("7|Anna|0|123|123|user|1|1|0"), QStringLiteral("9|berta|1|456|456|user|1|1|0")}));
        QCOMPARE(rows(m_db,
                      QStringLiteral("SELECT printf('%s|%s|%s|%s', id, user_id, label, profile) FROM api_keys "
                                     "WHERE requests_per_minute IS NULL AND parallel_requests IS NULL")),
                 QStringList{QStringLiteral("5|9|laptop|")});
        // Ids go on where they were.
        QVERIFY(execute(m_db, QStringLiteral("DELETE FROM users WHERE id = 9")));
        QVERIFY(execute(m_db, QStringLiteral("INSERT INTO users (name, created_at) VALUES ('cesar', 1)")));
        QCOMPARE(rows(m_db, QStringLiteral("SELECT max(id) FROM users")), QStringList{QStringLiteral("10")});
    }

    void repeatingChangesNothing()
    {
        const auto migrations = builtInMigrations(QStringLiteral("sqlite"));
        QVERIFY(migrate(m_db, migrations, someTime));
        QVERIFY(migrate(m_db, migrations, someTime + std::chrono::hours(1)));
        QCOMPARE(rows(m_db, QStringLiteral("SELECT DISTINCT applied_at FROM schema_migrations")),
                 QStringList{QStringLiteral("1700000000000")});
    }

    void newerVersionIsRefused()
    {
        auto migrations = builtInMigrations(QStringLiteral("sqlite"));
        auto newer = migrations;
        newer.append({int(newer.size()) + 1, QStringLiteral("9999_future"), "CREATE TABLE future (id INTEGER)"});
        QVERIFY(migrate(m_db, newer, someTime));
        const auto refused = migrate(m_db, migrations, someTime);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QVERIFY(refused.error().message.contains(QStringLiteral("schema version %1").arg(newer.size())));
    }

    void changedMigrationIsRefused()
    {
        auto migrations = builtInMigrations(QStringLiteral("sqlite"));
        QVERIFY(migrate(m_db, migrations, someTime));
        migrations.first().sql += "\n";
        const auto refused = migrate(m_db, migrations, someTime);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QVERIFY(refused.error().message.contains(u"step 1"));
    }

    void failingMigrationLeavesNothing()
    {
        const QList<Migration> migrations{
            {1, QStringLiteral("0001_good"), "CREATE TABLE good (id INTEGER)"},
            {2, QStringLiteral("0002_bad"), "CREATE TABLE half (id INTEGER)\n\nCREATE TABLE good (id INTEGER)"},
        };
        QVERIFY(!migrate(m_db, migrations, someTime));
        const QString tables = schema(m_db).join(u' ');
        QVERIFY(tables.contains(u"good"));
        QVERIFY(!tables.contains(u"half"));
        QCOMPARE(rows(m_db, QStringLiteral("SELECT version FROM schema_migrations")), QStringList{QStringLiteral("1")});
    }

    void statementsAreParagraphs()
    {
        const QList<Migration> migrations{{1, QStringLiteral("0001_trigger"),
                                           "-- a word first\n\n\nCREATE TABLE t (a INTEGER);\n\n"
                                           "-- on a trigger\nCREATE TRIGGER r AFTER INSERT ON t BEGIN\n"
                                           "    UPDATE t SET a = a + 1;\n    UPDATE t SET a = a * 2;\nEND;\n"}};
        QVERIFY(migrate(m_db, migrations, someTime));
        QSqlQuery(m_db).exec(QStringLiteral("INSERT INTO t VALUES (1)"));
        QCOMPARE(rows(m_db, QStringLiteral("SELECT a FROM t")), QStringList{QStringLiteral("4")});
    }
};

QTEST_GUILESS_MAIN(TestMigrations)
#include "tst_migrations.moc"
