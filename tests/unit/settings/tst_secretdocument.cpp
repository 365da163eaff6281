// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/secretdocument.h"

#include <QTest>

using namespace moe;
using namespace moe::settings;
using namespace Qt::StringLiterals;

namespace {

const QByteArray stored = "[{\"name\":\"a\",\"token\":\"s1\",\"url\":\"http://a\"},"
                          "{\"name\":\"b\",\"url\":\"http://b\"},"
                          "{\"auth\":{\"api_key\":\"s2\",\"password\":\"\"},\"name\":\"c\",\"url\":\"http://c\"}]";
const QByteArray shown = "[{\"name\":\"a\",\"token\":null,\"url\":\"http://a\"},"
                         "{\"name\":\"b\",\"url\":\"http://b\"},"
                         "{\"auth\":{\"api_key\":null,\"password\":\"\"},\"name\":\"c\",\"url\":\"http://c\"}]";

}

class TestSecretDocument : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void documentsAreMadeCompact()
    {
        QCOMPARE(compactDocument(" { \"a\" : [ 1 , 2 ] } ").value(), QByteArray("{\"a\":[1,2]}"));
        QVERIFY(!compactDocument("7"));
        QVERIFY(!compactDocument("null"));
        QVERIFY(!compactDocument("[1,"));
    }

    void secretsAreNotShown() { QCOMPARE(withoutSecrets(stored), shown); }

    void whatWasShownBringsNoChange() { QCOMPARE(withKeptSecrets(shown, stored, u"s"_s).value(), stored); }

    void secretsAreKept_data()
    {
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const char *written, const char *expected) {
            QTest::newRow(name) << QByteArray(written) << QByteArray(expected);
        };
        row("missing", "[{\"name\":\"a\",\"url\":\"http://a\"}]",
            "[{\"name\":\"a\",\"token\":\"s1\",\"url\":\"http://a\"}]");
        row("another place", "[{\"name\":\"b\",\"url\":\"x\"},{\"name\":\"a\",\"token\":null,\"url\":\"http://a\"}]",
            "[{\"name\":\"b\",\"url\":\"x\"},{\"name\":\"a\",\"token\":\"s1\",\"url\":\"http://a\"}]");
        row("a new one", "[{\"name\":\"a\",\"token\":\"s3\",\"url\":\"http://evil\"}]",
            "[{\"name\":\"a\",\"token\":\"s3\",\"url\":\"http://evil\"}]");
        row("taken away", "[{\"name\":\"a\",\"token\":\"\",\"url\":\"http://evil\"}]",
            "[{\"name\":\"a\",\"token\":\"\",\"url\":\"http://evil\"}]");
        row("null where there is none", "[{\"name\":\"b\",\"token\":null,\"url\":\"http://b\"}]",
            "[{\"name\":\"b\",\"url\":\"http://b\"}]");
        row("a new server", "[{\"name\":\"d\",\"token\":\"s4\",\"url\":\"http://d\"}]",
            "[{\"name\":\"d\",\"token\":\"s4\",\"url\":\"http://d\"}]");
        row("further down", "[{\"auth\":{\"api_key\":null},\"name\":\"c\",\"url\":\"http://c\"}]",
            "[{\"auth\":{\"api_key\":\"s2\"},\"name\":\"c\",\"url\":\"http://c\"}]");
    }
    void secretsAreKept()
    {
        QFETCH(const QByteArray, written);
        QFETCH(const QByteArray, expected);
        const auto kept = withKeptSecrets(written, stored, u"s"_s);
        QVERIFY2(kept, kept ? "" : qPrintable(kept.error().message));
        QCOMPARE(*kept, expected);
    }

    void secretsDoNotGoElsewhere_data()
    {
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QString>("param");
        QTest::newRow("another url") << QByteArray("[{\"name\":\"a\",\"token\":null,\"url\":\"http://evil\"}]")
                                     << u"s[0].token"_s;
        QTest::newRow("another url, missing")
            << QByteArray("[{},{\"name\":\"a\",\"url\":\"http://evil\"}]") << u"s[1].token"_s;
        QTest::newRow("another name") << QByteArray("[{\"name\":\"d\",\"token\":null,\"url\":\"http://a\"}]")
                                      << u"s[0].token"_s;
        QTest::newRow("no name") << QByteArray("[{\"token\":null}]") << u"s[0].token"_s;
        QTest::newRow("moved down") << QByteArray("[{\"auth\":{\"token\":null},\"name\":\"a\",\"url\":\"http://a\"}]")
                                    << u"s[0].auth.token"_s;
    }
    void secretsDoNotGoElsewhere()
    {
        QFETCH(const QByteArray, written);
        QFETCH(const QString, param);
        const auto refused = withKeptSecrets(written, stored, u"s"_s);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::InvalidRequest);
        QCOMPARE(refused.error().param, param);
        QVERIFY(!refused.error().message.contains(u"s1"));
    }
};

QTEST_GUILESS_MAIN(TestSecretDocument)
#include "tst_secretdocument.moc"
