// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/passwordrules.h"

#include <QTest>

using namespace moe;
using namespace moe::accounts;

class TestPasswordRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void passwords_data()
    {
        QTest::addColumn<QByteArray>("password");
        QTest::addColumn<QString>("complaint"); // empty: it is good
        const auto good = QString();
        const auto isShort = QStringLiteral("at least 8");
        const auto control = QStringLiteral("control characters");
        const auto utf8 = QStringLiteral("UTF-8");
        QTest::newRow("empty") << QByteArray() << isShort;
        QTest::newRow("seven") << QByteArray("1234567") << isShort;
        QTest::newRow("eight") << QByteArray("12345678") << good;
        QTest::newRow("eight spaces") << QByteArray(8, ' ') << good;
        QTest::newRow("seven characters of 14 bytes") << QByteArray("äöüäöüä") << isShort;
        QTest::newRow("eight characters of 16 bytes") << QByteArray("äöüäöüäö") << good;
        QTest::newRow("seven emoji") << QByteArray("🙂🙂🙂🙂🙂🙂🙂") << isShort;
        QTest::newRow("eight emoji") << QByteArray("🙂🙂🙂🙂🙂🙂🙂🙂") << good;
        QTest::newRow("1,024 bytes") << QByteArray(1024, 'x') << good;
        QTest::newRow("1,025 bytes") << QByteArray(1025, 'x') << QStringLiteral("1,024 bytes");
        QTest::newRow("a megabyte of rubbish") << QByteArray(1'000'000, '\xff') << QStringLiteral("1,024 bytes");
        QTest::newRow("no UTF-8") << QByteArray("12345678\xff") << utf8;
        QTest::newRow("cut character") << QByteArray("12345678\xc3") << utf8;
        QTest::newRow("overlong") << QByteArray("12345678\xc0\xaf") << utf8;
        QTest::newRow("surrogate") << QByteArray("12345678\xed\xa0\x80") << utf8;
        QTest::newRow("zero byte") << QByteArray("1234\0"
                                                 "5678",
                                                 9)
                                   << control;
        QTest::newRow("tab") << QByteArray("1234\t5678") << control;
        QTest::newRow("line break") << QByteArray("12345678\n") << control;
        QTest::newRow("delete") << QByteArray("12345678\x7f") << control;
        QTest::newRow("first C1 control") << QByteArray("12345678\xc2\x80") << control;
        QTest::newRow("last C1 control") << QByteArray("12345678\xc2\x9f") << control;
        QTest::newRow("first character above C1") << QByteArray("12345678\xc2\xa0") << good;
        QTest::newRow("user name") << QByteArray("anna.maier") << QStringLiteral("user name");
        QTest::newRow("user name in capitals") << QByteArray("ANNA.Maier") << QStringLiteral("user name");
        QTest::newRow("user name and more") << QByteArray("anna.maier1") << good;
    }
    void passwords()
    {
        QFETCH(const QByteArray, password);
        QFETCH(const QString, complaint);
        const Result<void> result = checkPassword(password, QStringLiteral("Anna.Maier"));
        QCOMPARE(result.has_value(), complaint.isEmpty());
        if (result)
            return;
        QCOMPARE(result.error().code, ErrorCode::InvalidRequest);
        QCOMPARE(result.error().param, QStringLiteral("password"));
        QVERIFY2(result.error().message.contains(complaint), qPrintable(result.error().message));
        if (!password.isEmpty() && isText(password))
            QVERIFY(!result.error().message.contains(QString::fromUtf8(password)));
    }

private:
    static bool isText(const QByteArray &bytes) { return bytes.isValidUtf8(); }
};

QTEST_APPLESS_MAIN(TestPasswordRules)
#include "tst_passwordrules.moc"
