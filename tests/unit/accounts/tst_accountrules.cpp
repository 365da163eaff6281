// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/accountrules.h"

#include <QTest>

#include <limits>

using namespace moe;
using namespace moe::accounts;

class TestAccountRules : public QObject
{
    Q_OBJECT

private:
    static QString faultOf(const Result<void> &checked) { return checked ? QString() : checked.error().param; }

private Q_SLOTS:
    void budgetsHaveBounds()
    {
        QVERIFY(checkBudget({}));
        QVERIFY(checkBudget({0, MaxBudgetLimit, 1}));
        QCOMPARE(faultOf(checkBudget({-1, {}, {}})), QStringLiteral("daily"));
        QCOMPARE(faultOf(checkBudget({{}, MaxBudgetLimit + 1, {}})), QStringLiteral("monthly"));
        QCOMPARE(faultOf(checkBudget({{}, {}, std::numeric_limits<qint64>::min()})), QStringLiteral("total"));
    }

    void ratesHaveBounds()
    {
        QVERIFY(checkRates({}));
        QVERIFY(checkRates({1, 100'000}));
        QVERIFY(checkRates({1'000'000, 1}));
        QCOMPARE(faultOf(checkRates({0, {}})), QStringLiteral("requests_per_minute"));
        QCOMPARE(faultOf(checkRates({1'000'001, {}})), QStringLiteral("requests_per_minute"));
        QCOMPARE(faultOf(checkRates({{}, 0})), QStringLiteral("parallel_requests"));
        QCOMPARE(faultOf(checkRates({{}, 100'001})), QStringLiteral("parallel_requests"));
    }

    void resourcesHaveBounds()
    {
        const auto check
            = [](const QString &resource) { return faultOf(checkPermission({PermissionType::Skill, resource})); };
        QVERIFY(check(QStringLiteral("*")).isEmpty());
        QVERIFY(check(QString(200, u'x')).isEmpty());
        for (const QString &bad : {QString(), QString(201, u'x'), QString(1'000'000, u'x'), QStringLiteral("a\nb"),
                                   QString(QChar(0)), QString(QChar(0xd800))})
            QCOMPARE(check(bad), QStringLiteral("resource"));
    }
};

QTEST_GUILESS_MAIN(TestAccountRules)
#include "tst_accountrules.moc"
