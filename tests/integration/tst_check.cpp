// SPDX-License-Identifier: Apache-2.0
// "moed --check", and what is said before anything starts.
#include "tests/integration/daemonfixture.h"
#include "tests/support/processundertest.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

class CheckTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checkFindsWhatCannotStart_data();
    void checkFindsWhatCannotStart();
    void anotherEncodingIsNoTrouble();
};

void CheckTest::checkFindsWhatCannotStart_data()
{
    QTest::addColumn<QStringList>("variables"); // names and values
    QTest::addColumn<QByteArray>("message");    // empty: all is well
    QTest::newRow("nothing") << QStringList() << ""_ba;
    QTest::newRow("database") << QStringList{u"MOE_DATABASE_URL"_s, u"mysql://x"_s} << "MOE_DATABASE_URL"_ba;
    QTest::newRow("good database") << QStringList{u"MOE_DATABASE_URL"_s, u"postgresql://h/moe"_s} << ""_ba;
    QTest::newRow("certificate") << QStringList{u"MOE_TLS_CERTIFICATE"_s, u"/no/such.pem"_s, u"MOE_TLS_KEY"_s,
                                                u"/no/key.pem"_s}
                                 << "/no/such.pem"_ba;
    QTest::newRow("misspelt") << QStringList{u"MOE_API_PROT"_s, u"1"_s} << "MOE_API_PROT"_ba;
}

void CheckTest::checkFindsWhatCannotStart()
{
    QFETCH(const QStringList, variables);
    QFETCH(const QByteArray, message);
    DaemonFixture daemon;
    for (qsizetype i = 0; i < variables.size(); i += 2)
        daemon.setVariable(variables[i], variables[i + 1]);
    const auto process = daemon.launch({u"--check"_s});
    QVERIFY(process->waitForExit());
    QCOMPARE(process->exitStatus(), message.isEmpty() ? 0 : 2);
    QVERIFY2(process->errors().contains(message), process->errors().constData());
    QCOMPARE(process->errors().isEmpty(), message.isEmpty());
}

/// As cron has it: nothing is said about that.
void CheckTest::anotherEncodingIsNoTrouble()
{
    for (const QString &program : {u"moed"_s, u"moectl"_s}) {
        ProcessUnderTest process(DaemonFixture::program(program), {u"--version"_s});
        process.setVariable(u"LC_ALL"_s, u"C"_s);
        QVERIFY(process.start());
        QVERIFY(process.waitForExit());
        QCOMPARE(process.errors(), QByteArray());
        QVERIFY(!process.output().isEmpty());
    }
}

QTEST_GUILESS_MAIN(CheckTest)
#include "tst_check.moc"
