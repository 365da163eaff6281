// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/arguments.h"
#include "daemon/ctl/socketpath.h"
#include "shared/client/localprotocol.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace moe;
using namespace moe::client;
using namespace moe::ctl;

class TestLocalProtocol : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requestsSurviveTheLine()
    {
        const QByteArray line
            = encodeRequest({QStringLiteral("user.add"), {{QStringLiteral("name"), QStringLiteral("a\nb")}}});
        QCOMPARE(line.count('\n'), 1);
        const auto request = decodeRequest(line);
        QCOMPARE(request->command, QStringLiteral("user.add"));
        QCOMPARE(request->arguments[u"name"].toString(), QStringLiteral("a\nb"));
    }

    void badRequestsSayWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("param");
        QTest::newRow("empty") << QByteArray() << QString();
        QTest::newRow("garbage") << QByteArray("\x00\xff\xfe", 3) << QString();
        QTest::newRow("array") << QByteArray("[]") << QString();
        QTest::newRow("two documents") << QByteArray("{}{}") << QString();
        QTest::newRow("deep") << QByteArray(100'000, '[') << QString();
        QTest::newRow("no command") << QByteArray("{}") << QStringLiteral("command");
        QTest::newRow("number") << QByteArray(R"({"command":1})") << QStringLiteral("command");
        QTest::newRow("arguments") << QByteArray(R"({"command":"a","arguments":[]})") << QStringLiteral("arguments");
    }
    void badRequestsSayWhatIsWrong()
    {
        QFETCH(const QByteArray, line);
        QFETCH(const QString, param);
        const auto request = decodeRequest(line);
        QVERIFY(!request);
        QCOMPARE(request.error().code, ErrorCode::InvalidRequest);
        QCOMPARE(request.error().param, param);
    }

    void errorsSurviveTheLine()
    {
        Error error = Error::of(ErrorCode::Conflict, QStringLiteral("taken"), QStringLiteral("why"));
        error.param = QStringLiteral("name");
        const auto answer = decodeAnswer(encodeAnswer(failure(error)));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, ErrorCode::Conflict);
        QCOMPARE(answer.error().message, error.message);
        QCOMPARE(answer.error().param, error.param);
        QCOMPARE(answer.error().reason, error.reason);
        const QJsonObject problem = problemDocument(error);
        QCOMPARE(problem[u"title"].toString(), QStringLiteral("Conflict"));
        QCOMPARE(problem[u"detail"].toString(), QStringLiteral("taken"));
        const auto result = decodeAnswer(encodeAnswer(QJsonObject{{QStringLiteral("a"), 1}}));
        QCOMPARE((*result)[u"a"].toInt(), 1);
        QCOMPARE(decodeAnswer("nonsense").error().code, ErrorCode::BadGateway);
        QCOMPARE(decodeAnswer("{}").error().code, ErrorCode::BadGateway);
    }

    void argumentsAreChecked()
    {
        const auto of = [](const char *json) {
            return Arguments(decodeRequest(QByteArray(R"({"command":"x","arguments":)") + json + '}')->arguments);
        };
        const QString a = QStringLiteral("a");
        QCOMPARE(of(R"({"a":"x"})").text(a).value(), QStringLiteral("x"));
        QCOMPARE(of("{}").text(a).error().param, a);
        QVERIFY(!of(R"({"a":null})").text(a));
        QVERIFY(!of(R"({"a":7})").optionalText(a));
        QVERIFY(of("{}").optionalText(a)->isEmpty());
        QCOMPARE(of(R"({"a":9007199254740992})").optionalNumber(a).value(), Q_INT64_C(9007199254740992));
        for (const char *bad : {R"({"a":-1})", R"({"a":1.5})", R"({"a":"1"})", R"({"a":1e300})", R"({"a":true})"})
            QVERIFY2(!of(bad).optionalNumber(a), bad);
        QCOMPARE(of(R"({"a":"1970-01-01T01:00:00+01:00"})").optionalTime(a)->value(), Clock::System());
        QVERIFY(!of("{}").optionalTime(a)->has_value());
        for (const char *bad : {R"({"a":"1970-01-01T01:00:00"})", R"({"a":"soon"})", R"({"a":5})", R"({"a":null})"})
            QVERIFY2(!of(bad).optionalTime(a), bad);
        Arguments misspelt = of(R"({"labell":"x"})");
        (void)misspelt.optionalText(QStringLiteral("label"));
        QCOMPARE(misspelt.finish().error().param, QStringLiteral("labell"));
    }

    void socketPathFallsBackWhenTheDirectoryLiesDeep()
    {
        const QTemporaryDir folder;
        const auto deepFolder = [&folder](qsizetype length) {
            QString path = folder.path();
            while (path.size() < length)
                path += u'/' + QString(std::min<qsizetype>(20, std::max<qsizetype>(length - path.size() - 1, 1)), u'd');
            QDir().mkpath(path);
            return path;
        };
        const QString name = QStringLiteral("/control.socket");
        const QString longestDirect = deepFolder(107 - name.size());
        QCOMPARE(controlSocketPath(longestDirect).value(), longestDirect + name);

        QVERIFY(controlSocketPath(QStringLiteral("relative"))->startsWith(QDir::currentPath()));

        const QString deep = deepFolder(150);
        const QString runtime = folder.filePath(QStringLiteral("run"));
        QVERIFY(QDir().mkdir(runtime, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
        qputenv("XDG_RUNTIME_DIR", QFile::encodeName(runtime));
        QVERIFY(controlSocketPath(deep)->startsWith(runtime + QStringLiteral("/moe-")));
        QVERIFY(controlSocketPath(deep).value() != controlSocketPath(deepFolder(160)).value());

        // A runtime directory that others may enter is not trusted; our own folder below the temporary one is made.
        QVERIFY(QFile::setPermissions(runtime, QFile::permissions(runtime) | QFileDevice::ExeOther));
        const QString own = folder.filePath(QStringLiteral("moe-%1").arg(geteuid()));
        QVERIFY(controlSocketPath(deep, folder.path())->startsWith(own + u'/'));
        QVERIFY(controlSocketPath(deep, folder.path()));
        QVERIFY(QFile::setPermissions(own, QFile::permissions(own) | QFileDevice::WriteGroup));
        QCOMPARE(controlSocketPath(deep, folder.path()).error().code, ErrorCode::Conflict);
        QVERIFY(QDir().rmdir(own));
        QVERIFY(QFile::link(runtime, own)); // somebody else's link is not followed either
        QVERIFY(
            QFile::setPermissions(runtime, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
        qunsetenv("XDG_RUNTIME_DIR");
        QVERIFY(!controlSocketPath(deep, folder.path()));
    }
};

QTEST_GUILESS_MAIN(TestLocalProtocol)
#include "tst_localprotocol.moc"
