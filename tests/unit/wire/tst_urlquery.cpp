// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/control/accounts.h"
#include "shared/wire/control/message.h"
#include "shared/wire/control/usage.h"
#include "shared/wire/urlquery.h"

#include <QTest>

using namespace moe;
using namespace Qt::StringLiterals;
using wire::UrlQuery;

namespace {

Result<control::UserQuery> users(QByteArrayView text)
{
    const auto query = UrlQuery::parse(text);
    if (!query)
        return failure(query.error());
    return query->read<control::UserQuery>();
}

template <typename Query>
QByteArray written(const Query &query)
{
    wire::UrlQueryWriter writer;
    writer.write(query);
    return writer.take();
}

}

class UrlQueryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesAreRead();
    void faultsNameTheParameter_data();
    void faultsNameTheParameter();
    void whatIsWrittenIsReadBack();
    void timesNeedAZone();
    void tagsAreVersions();
};

void UrlQueryTest::valuesAreRead()
{
    const auto query = users("text=M%C3%BCller+%26+Co&active=false&role=operator&group=7&limit=20&&sort=-name");
    QVERIFY(query);
    QCOMPARE(query->text, u"Müller & Co"_s);
    QCOMPARE(query->isActive, false);
    QCOMPARE(query->role, Role::Operator);
    QCOMPARE(query->group, GroupId(7));
    QCOMPARE(query->limit, 20);
    QCOMPARE(query->sort, u"-name"_s);
    QVERIFY(!query->cursor);
    QVERIFY(users(""));
}

void UrlQueryTest::faultsNameTheParameter_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("param");
    QTest::newRow("unknown") << QByteArray("colour=red") << u"colour"_s;
    QTest::newRow("twice") << QByteArray("limit=1&limit=1") << u"limit"_s;
    QTest::newRow("twice, written in two ways") << QByteArray("limit=1&%6Cimit=1") << u"limit"_s;
    QTest::newRow("boolean") << QByteArray("active=1") << u"active"_s;
    QTest::newRow("number") << QByteArray("limit=5x") << u"limit"_s;
    QTest::newRow("no number") << QByteArray("limit=") << u"limit"_s;
    QTest::newRow("beyond its type") << QByteArray("limit=99999999999") << u"limit"_s;
    QTest::newRow("enumerator") << QByteArray("role=king") << u"role"_s;
    QTest::newRow("id") << QByteArray("group=five") << u"group"_s;
    QTest::newRow("no UTF-8") << QByteArray("text=%C3%28") << QString();
    QTest::newRow("too long") << QByteArray("text=" + QByteArray(9000, 'x')) << QString();
}

void UrlQueryTest::faultsNameTheParameter()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QString, param);
    const auto query = users(text);
    QVERIFY(!query);
    QCOMPARE(query.error().code, ErrorCode::InvalidRequest);
    QCOMPARE(query.error().param, param);
}

void UrlQueryTest::whatIsWrittenIsReadBack()
{
    control::UsageQuery query;
    query.user = UserId(3);
    query.model = u"a b&c=d/ü%@+"_s;
    query.status = UsageStatus::BudgetExceeded;
    query.from = Clock::System(std::chrono::milliseconds(1'763'731'234'567));
    query.limit = 500;
    const QByteArray text = written(query);
    const auto again = UrlQuery::parse(text)->read<control::UsageQuery>();
    QVERIFY(again);
    QCOMPARE(again->user, query.user);
    QCOMPARE(again->model, query.model);
    QCOMPARE(again->status, query.status);
    QCOMPARE(again->from, query.from);
    QCOMPARE(written(*again), text);
    QCOMPARE(written(control::UsageQuery()), QByteArray());
}

void UrlQueryTest::timesNeedAZone()
{
    using std::chrono::milliseconds;
    QCOMPARE(wire::timeOfText(u"1970-01-01T00:00:01Z"_s), Clock::System(milliseconds(1000)));
    QCOMPARE(wire::timeOfText(u"1970-01-01T01:00:01.5+01:00"_s), Clock::System(milliseconds(1500)));
    for (const QString &text :
         {u"1970-01-01T00:00:01"_s, u"1970-01-01"_s, u"yesterday"_s, u""_s, u"1970-13-01T00:00:01Z"_s,
          u"9999-12-31T23:59:59Z"_s, u"0001-01-01T00:00:00Z"_s, QString(100'000, u'1')})
        QVERIFY2(!wire::timeOfText(text), qPrintable(text.left(40)));
    // The clock counts nanoseconds since 1970 in 64 bits.
    QVERIFY(wire::timeOfText(u"2262-04-11T23:47:16.854Z"_s));
    QVERIFY(!wire::timeOfText(u"2262-04-11T23:47:16.855Z"_s));
    QVERIFY(wire::timeOfText(u"1677-09-21T00:12:43.146Z"_s));
    QVERIFY(!wire::timeOfText(u"1677-09-21T00:12:43.145Z"_s));
    QCOMPARE(wire::timeText(Clock::System(milliseconds(1500))), u"1970-01-01T00:00:01.500Z"_s);
}

void UrlQueryTest::tagsAreVersions()
{
    QCOMPARE(control::versionOfTag(control::entityTag(17)).value(), std::optional<qint64>(17));
    QCOMPARE(control::versionOfTag("W/\"3\"").value(), std::optional<qint64>(3));
    QCOMPARE(control::versionOfTag("").value(), std::nullopt);
    QCOMPARE(control::versionOfTag(" * ").value(), std::nullopt);
    for (const char *tag : {"17", "\"\"", "\"x\"", "\"-1\"", "\"1\", \"2\"", "\"99999999999999999999\""})
        QVERIFY2(!control::versionOfTag(tag), tag);
}

QTEST_GUILESS_MAIN(UrlQueryTest)
#include "tst_urlquery.moc"
