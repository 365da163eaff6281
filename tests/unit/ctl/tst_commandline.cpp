// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/commandline.h"
#include "daemon/ctl/moectl/output.h"
#include "shared/core/datadirectory.h"

#include <QJsonArray>
#include <QTest>

using namespace moe;
using namespace moe::moectl;

namespace {

QStringList words(const QString &line) { return line.split(u' ', Qt::SkipEmptyParts); }

const Command &commandNamed(QLatin1StringView name)
{
    const auto all = allCommands();
    return *std::find_if(all.begin(), all.end(), [name](const Command &command) { return command.words == name; });
}

}

class TestCommandLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { qputenv("MOE_DATA_DIR", "/srv/moe"); }

    void goodLines_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("request");
        QTest::addColumn<QJsonObject>("arguments");
        const QString name = QStringLiteral("name");
        const QString user = QStringLiteral("user");
        const QString anna = QStringLiteral("anna");
        QTest::newRow("user add") << QStringLiteral("user add anna") << QStringLiteral("user.add")
                                  << QJsonObject{{name, anna}};
        QTest::newRow("options first") << QStringLiteral("--json --data-dir /srv/moe user add anna")
                                       << QStringLiteral("user.add") << QJsonObject{{name, anna}};
        QTest::newRow("options last") << QStringLiteral("user add anna --data-dir=/srv/moe --json")
                                      << QStringLiteral("user.add") << QJsonObject{{name, anna}};
        QTest::newRow("user list") << QStringLiteral("user list") << QStringLiteral("user.list") << QJsonObject();
        QTest::newRow("key create") << QStringLiteral("key create --user anna --label x --expires 2028-02-29")
                                    << QStringLiteral("key.create")
                                    << QJsonObject{{user, anna},
                                                   {QStringLiteral("label"), QStringLiteral("x")},
                                                   {QStringLiteral("expires"), QStringLiteral("2028-03-01T00:00:00Z")}};
        QTest::newRow("all keys") << QStringLiteral("key list") << QStringLiteral("key.list") << QJsonObject();
        QTest::newRow("keys of one") << QStringLiteral("key list --user anna") << QStringLiteral("key.list")
                                     << QJsonObject{{user, anna}};
        QTest::newRow("revoke") << QStringLiteral("key revoke 7") << QStringLiteral("key.revoke")
                                << QJsonObject{{QStringLiteral("key"), QStringLiteral("7")}};
        QTest::newRow("levels") << QStringLiteral("log level") << QStringLiteral("log.level") << QJsonObject();
        QTest::newRow("level") << QStringLiteral("log level moe.http debug") << QStringLiteral("log.level")
                               << QJsonObject{{QStringLiteral("category"), QStringLiteral("moe.http")},
                                              {QStringLiteral("level"), QStringLiteral("debug")}};
        QTest::newRow("status") << QStringLiteral("status") << QStringLiteral("status") << QJsonObject();
    }
    void goodLines()
    {
        QFETCH(const QString, line);
        QFETCH(const QString, request);
        QFETCH(const QJsonObject, arguments);
        const auto invocation = parseCommandLine(words(line));
        QVERIFY2(invocation, invocation ? "" : qPrintable(invocation.error().message));
        QCOMPARE(invocation->kind, Invocation::Call);
        QCOMPARE(invocation->dataDirectory, QStringLiteral("/srv/moe"));
        QCOMPARE(invocation->request.command, request);
        QCOMPARE(invocation->request.arguments, arguments);
    }

    void wrongLines_data()
    {
        QTest::addColumn<QString>("line");
        for (const char *line :
             {"", "user", "user ad", "user add", "user add a b", "add user a", "user list --label x",
              "key create --user a", "key create --label a", "key create --user a --label b c",
              "key create --user a --label b --expires tomorrow", "key create --user a --label b --expires 2027-02-29",
              "key create --user a --label b --expires 2027-2-1", "key revoke", "--bogus", "user list --user",
              "user add a --json=yes"})
            QTest::newRow(line) << QString::fromLatin1(line);
    }
    void wrongLines()
    {
        QFETCH(const QString, line);
        const auto invocation = parseCommandLine(words(line));
        QVERIFY(!invocation);
        QCOMPARE(invocation.error().code, ErrorCode::InvalidRequest);
        QVERIFY(invocation.error().message.contains(u"moectl --help"));
    }

    void helpNamesEveryCommand()
    {
        QCOMPARE(parseCommandLine(words(QStringLiteral("user add --help")))->kind, Invocation::Help);
        QCOMPARE(parseCommandLine(words(QStringLiteral("--version")))->kind, Invocation::Version);
        for (const Command &command : allCommands())
            QVERIFY(helpText().contains(command.words));
        QVERIFY(helpText().contains(u"key create --user NAME --label TEXT [--expires YYYY-MM-DD]"));
    }

    void defaultDirectory()
    {
        QCOMPARE(defaultDataDirectory(), QStringLiteral("/srv/moe"));
        qunsetenv("MOE_DATA_DIR");
        qputenv("XDG_DATA_HOME", "/home/anna/data");
        const QString directory = defaultDataDirectory();
        QVERIFY(directory == u"/var/lib/moe" || directory == u"/home/anna/data/sovereign-moe");
    }

    void tablesAreAligned()
    {
        const QJsonObject first{{QStringLiteral("id"), 1},
                                {QStringLiteral("name"), QStringLiteral("anna")},
                                {QStringLiteral("active"), true}};
        const QJsonObject second{{QStringLiteral("id"), qint64(9007199254740991)},
                                 {QStringLiteral("name"), QStringLiteral("b")},
                                 {QStringLiteral("active"), false},
                                 {QStringLiteral("created_at"), QStringLiteral("2027-01-01T00:00:00Z")}};
        const QString text = textOf(commandNamed(QLatin1StringView("user list")),
                                    {{QStringLiteral("items"), QJsonArray{first, second}}});
        QCOMPARE(text,
                 QStringLiteral("ID                Name  Active  Created\n"
                                "1                 anna  yes     -\n"
                                "9007199254740991  b     no      2027-01-01T00:00:00Z\n"));
        QCOMPARE(textOf(commandNamed(QLatin1StringView("user list")), {{QStringLiteral("items"), QJsonArray()}}),
                 QStringLiteral("ID  Name  Active  Created\n"));
    }

    void singleThingsAreLines()
    {
        const QString text = textOf(commandNamed(QLatin1StringView("status")),
                                    {{QStringLiteral("version"), QStringLiteral("1")}, {QStringLiteral("pid"), 5}});
        QCOMPARE(text, QStringLiteral("pid:     5\nversion: 1\n"));
    }
};

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_commandline.moc"
