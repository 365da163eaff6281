// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/usercsv.h"

#include <QRandomGenerator>
#include <QTest>

using namespace moe;
using namespace moe::accounts;

namespace {

CsvUser named(int line, const QString &name)
{
    CsvUser user;
    user.line = line;
    user.name = name;
    return user;
}

/// As a careful program writes it.
QByteArray quoted(QByteArray field) { return '"' + field.replace('"', "\"\"") + '"'; }

}

class TestUserCsv : public QObject
{
    Q_OBJECT

private:
    static QString messageOf(const QByteArray &csv)
    {
        const auto users = parseUserCsv(csv);
        return users ? QString() : users.error().message;
    }

private Q_SLOTS:
    void allColumnsAreRead()
    {
        const auto users = parseUserCsv("username,display_name,email,groups,password,language\n"
                                        "anna,\xC3\x84nna,anna@example.org, a | b |a||A ,correct horse,de\n"
                                        "berta,,,,,\n")
                               .value();
        CsvUser anna = named(2, QStringLiteral("anna"));
        anna.displayName = QStringLiteral("Änna");
        anna.email = QStringLiteral("anna@example.org");
        anna.groups = {QStringLiteral("a"), QStringLiteral("b")};
        anna.password = "correct horse";
        anna.language = QStringLiteral("de");
        QCOMPARE(users, (std::vector{anna, named(3, QStringLiteral("berta"))}));
    }

    /// The same user in many ways.
    void spellings_data()
    {
        QTest::addColumn<QByteArray>("csv");
        const auto row = [](const char *name, const QByteArray &csv) { QTest::newRow(name) << csv; };
        row("commas", "username,email\nanna,a@b\n");
        row("semicolons", "username;email\nanna;a@b\n");
        row("other order", "email,username\na@b,anna\n");
        row("byte order mark", "\xEF\xBB\xBFusername,email\nanna,a@b\n");
        row("carriage returns", "username,email\r\nanna,a@b\r\n");
        row("no end of line", "username,email\nanna,a@b");
        row("all quoted", "\"username\",\"email\"\n\"anna\",\"a@b\"\n");
        row("blanks in the header", " UserName ,\tEmail\nanna,a@b\n");
        row("empty lines after", "username,email\nanna,a@b\n\n\r\n\n");
        row("emptied rows", "username;email\nanna;a@b\n;\n;;;;\r\n ; \n");
    }
    void spellings()
    {
        QFETCH(const QByteArray, csv);
        CsvUser anna = named(2, QStringLiteral("anna"));
        anna.email = QStringLiteral("a@b");
        QCOMPARE(parseUserCsv(csv).value(), std::vector{anna});
    }

    void quotesHoldEverything()
    {
        const auto users = parseUserCsv("username,display_name\nanna,\"a \"\"b\"\", c; d\"\nberta,\"\"\n").value();
        QCOMPARE(users[0].displayName, QStringLiteral("a \"b\", c; d"));
        QVERIFY(users[1].displayName.isEmpty());
    }

    void linesAreCountedAsPeopleDo()
    {
        QCOMPARE(messageOf("username,display_name\n\nanna,\"two\nlines\"\n\n0 bad,x\n"),
                 QStringLiteral("Nothing was imported; line 3: A display name must not contain line breaks or other "
                                "control characters; line 6: A user name has 1 to 64 ASCII letters, digits or any of "
                                "\"._@+-\", and begins with a letter or a digit."));
    }

    void badHeaders_data()
    {
        QTest::addColumn<QByteArray>("csv");
        const auto row = [](const char *name, const QByteArray &csv) { QTest::newRow(name) << csv; };
        row("nothing", "");
        row("only a byte order mark", "\xEF\xBB\xBF");
        row("an empty line", "\nanna\n");
        row("no user name", "email\na@b\n");
        row("unknown column", "username,role\nanna,admin\n");
        row("twice", "username,username\nanna,anna\n");
        row("both separators", "username,email;groups\nanna,a@b;\n");
        row("open quote", "\"username\nanna\n");
        row("quote inside", "user\"name\nanna\n");
        row("UTF-16", QByteArray("\xFF\xFEu\0s\0", 6));
    }
    void badHeaders()
    {
        QFETCH(const QByteArray, csv);
        const auto users = parseUserCsv(csv);
        QCOMPARE(users.error().code, ErrorCode::InvalidRequest);
        QCOMPARE(users.error().reason, QStringLiteral("bad_csv"));
    }

    void anUnknownColumnIsNamed()
    {
        const QString message = messageOf("username,role\nanna,admin\n");
        QVERIFY2(message.contains(QStringLiteral("\"role\"")), qPrintable(message));
        const QString much = messageOf("username," + QByteArray(1'000'000, 'r') + "\nanna,admin\n");
        QVERIFY(much.size() < 300);
    }

    void badLines_data()
    {
        QTest::addColumn<QByteArray>("line");
        const auto row = [](const char *name, const QByteArray &line) { QTest::newRow(name) << line; };
        row("no name", ",a@b,");
        row("bad name", "a b,,");
        row("too few fields", "x,");
        row("too many fields", "x,,,");
        row("other separator", "x;;");
        row("bad e-mail", "x,y,");
        row("e-mail of a megabyte", "x,a@" + QByteArray(1'000'000, 'b') + ",");
        row("short password", "x,,short");
        row("password of a megabyte", "x,," + QByteArray(1'000'000, 'b'));
        row("password like the name", "xxxxxxxx,,XXXXXXXX");
        row("not UTF-8", "x,\xFF@b,");
        row("zero", QByteArray("x\0,,", 4));
        row("quote inside", "x,a\"b,");
        row("text after a quote", "x,\"a\"b,");
        row("lone carriage return", "x,a@b\rc,");
        row("twice in the file", "ANNA,,");
    }
    void badLines()
    {
        QFETCH(const QByteArray, line);
        const QString message = messageOf("username,email,password\nanna,,\n" + line + "\nberta,,\nalso bad,,\n");
        QVERIFY2(message.startsWith(QStringLiteral("Nothing was imported; line 3: ")), qPrintable(message.left(500)));
        QVERIFY(message.contains(QStringLiteral("; line 5: ")));
        QVERIFY(message.size() < 500);
    }

    void anOpenQuoteTakesTheRest()
    {
        const QString message = messageOf("username\nanna\n\"berta\ncarla\n");
        QCOMPARE(message, QStringLiteral("Nothing was imported; line 3: a quotation mark is never closed."));
    }

    void passwordsAreNeverQuoted()
    {
        const QString message = messageOf("username,password\nsecret42,SECRET42\nanna,geheim\nberta,a,geheim\n");
        QVERIFY(!message.isEmpty());
        QVERIFY(!message.contains(QStringLiteral("secret42"), Qt::CaseInsensitive));
        QVERIFY(!message.contains(QStringLiteral("geheim")));
    }

    void twentyLinesAreNamed()
    {
        const QString message = messageOf("username\n" + QByteArray("a b\n").repeated(100));
        QCOMPARE(message.count(QStringLiteral("; line ")), 20);
        QVERIFY(message.endsWith(QStringLiteral("; and 80 more.")));
    }

    void sizesAreLimited()
    {
        const auto list = [](int count) {
            QByteArray csv("username\n");
            for (int i = 0; i < count; ++i)
                csv += 'u' + QByteArray::number(i) + '\n';
            return csv;
        };
        QCOMPARE(parseUserCsv(list(10'000)).value().size(), mostCsvUsers);
        QCOMPARE(parseUserCsv(list(10'001)).error().code, ErrorCode::TooLarge);
        QCOMPARE(parseUserCsv(QByteArray("username\n") + QByteArray(largestUserCsv, '\n')).error().code,
                 ErrorCode::TooLarge);
        QVERIFY(parseUserCsv("username\nanna\n" + QByteArray(largestUserCsv - 14, '\n')));
        QVERIFY(messageOf("username,groups\nanna," + QByteArray("a|").repeated(2'000'000)).isEmpty());
        QByteArray groups;
        for (int i = 0; i < 101; ++i)
            groups += QByteArray::number(i) + '|';
        QVERIFY(messageOf("username,groups\nanna," + groups).contains(QStringLiteral("100 groups")));
    }

    /// Whatever is written by the rules is read as it was.
    void whatIsWrittenIsRead()
    {
        constexpr quint32 seed = 20'250'101;
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        const QStringList pieces{QStringLiteral("\""), QStringLiteral(","), QStringLiteral(";"), QStringLiteral(" "),
                                 QStringLiteral("ä"),  QStringLiteral("x"), QStringLiteral("🙂")};
        for (int round = 0; round < 300; ++round) {
            const char separator = random.bounded(2) ? ',' : ';';
            const QByteArray lineEnd = random.bounded(2) ? "\r\n" : "\n";
            QByteArray csv = QByteArray("username") + separator + "display_name" + lineEnd;
            std::vector<CsvUser> expected;
            for (int i = 0; i < 5; ++i) {
                CsvUser user = named(i + 2, QStringLiteral("user%1").arg(i));
                for (int length = random.bounded(8); length > 0; --length)
                    user.displayName += pieces[random.bounded(pieces.size())];
                csv += user.name.toLatin1() + separator + quoted(user.displayName.toUtf8()) + lineEnd;
                expected.push_back(user);
            }
            QCOMPARE(parseUserCsv(csv).value(), expected);
        }
    }
};

QTEST_APPLESS_MAIN(TestUserCsv)
#include "tst_usercsv.moc"
