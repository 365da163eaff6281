// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/listparams.h"

#include <QRandomGenerator>
#include <QTest>

using namespace moe;
using namespace moe::api::control;
using namespace Qt::StringLiterals;
using accounts::Cursor;

namespace {

enum class Sort { Id, Name };
const SortNames<Sort> sortNames{{"id"_L1, Sort::Id}, {"name"_L1, Sort::Name}};

}

class ListParamsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cursorsComeBack();
    void whatIsNoCursorIsRefused();
    void ordersAreRead();
    void wrongOrdersNameTheParameter();
    void timesAreCursors();
};

void ListParamsTest::cursorsComeBack()
{
    QRandomGenerator random(20261121);
    for (int i = 0; i < 2000; ++i) {
        Cursor cursor;
        cursor.id = qint64(random.generate64());
        if (random.bounded(2)) {
            QString text;
            for (int length = random.bounded(40); length > 0; --length)
                text += QChar(char16_t(1 + random.bounded(0xD7FF)));
            cursor.value = text;
        } else {
            cursor.value = qint64(random.generate64());
        }
        const QString text = cursorText(cursor);
        const auto again = cursorOfText(text);
        QVERIFY2(again && *again == cursor, qPrintable(text));
        for (const QChar c : text)
            QVERIFY(c.isLetterOrNumber() || c == u'-' || c == u'_');
    }
}

void ListParamsTest::whatIsNoCursorIsRefused()
{
    QRandomGenerator random(20261122);
    const QString good = cursorText({QString(u"anna"_s), 17});
    for (int i = 0; i < 2000; ++i) {
        QString text = good;
        text[random.bounded(int(text.size()))] = QChar(char16_t(random.bounded(0x250)));
        const auto read = cursorOfText(text);
        // Another text may be a cursor, too, but then only the one that is written so.
        if (read)
            QCOMPARE(cursorText(*read), text);
        else
            QCOMPARE(read.error().param, u"cursor"_s);
    }
    for (const QString &text : {u""_s, u"n"_s, u"AAAA"_s, u"bjE6"_s, u"%"_s, QString(10'000, u'A')})
        QVERIFY(!cursorOfText(text));
}

void ListParamsTest::ordersAreRead()
{
    PageQuery query;
    const auto plain = listOrder<Sort>(query, sortNames);
    QVERIFY(plain && plain->limit == usualPage && plain->by == Sort::Id);
    query.sort = u"-name"_s;
    query.limit = 500;
    query.cursor = cursorText({QString(u"x"_s), 3});
    const auto order = listOrder<Sort>(query, sortNames);
    QVERIFY(order);
    QCOMPARE(order->by, Sort::Name);
    QCOMPARE(order->direction, accounts::SortDirection::Descending);
    QCOMPARE(order->limit, 500);
    QCOMPARE(order->after, (Cursor{QString(u"x"_s), 3}));
}

void ListParamsTest::wrongOrdersNameTheParameter()
{
    const auto fault = [](PageQuery query) {
        const auto order = listOrder<Sort>(query, sortNames);
        return order ? QString() : order.error().param;
    };
    PageQuery query;
    query.limit = 0;
    QCOMPARE(fault(query), u"limit"_s);
    query.limit = 501;
    QCOMPARE(fault(query), u"limit"_s);
    query = {};
    for (const QString &sort : {u""_s, u"-"_s, u"Name"_s, u"name,id"_s, u"--name"_s, u"id; DROP TABLE users"_s}) {
        query.sort = sort;
        QCOMPARE(fault(query), u"sort"_s);
    }
    query = {};
    query.cursor = u"?"_s;
    QCOMPARE(fault(query), u"cursor"_s);
}

void ListParamsTest::timesAreCursors()
{
    accounts::ListOrder<Sort> order;
    order.direction = accounts::SortDirection::Descending;
    const auto around = beginningAround(order, u"1970-01-01T00:00:01Z"_s);
    QVERIFY(around);
    QVERIFY(!around->beginAt);
    QCOMPARE(around->after, (Cursor{qint64(1'000), std::numeric_limits<qint64>::max()}));
    const auto at = beginningAround(order, u"17"_s);
    QVERIFY(at);
    QCOMPARE(at->beginAt, 17);
    QVERIFY(!at->after);
    for (const QString &bad : {u""_s, u"0"_s, u"-1"_s, u"1.5"_s, u"017"_s, u"99999999999999999999"_s, u"yesterday"_s,
                               u"9999-12-31T23:59:59Z"_s})
        QCOMPARE(beginningAround(order, bad).error().param, u"around"_s);
    order.after = Cursor{qint64(3), 1};
    QVERIFY(!beginningAround(order, u"17"_s));
    QCOMPARE(beginningAround(order, std::nullopt)->after, order.after);
}

QTEST_GUILESS_MAIN(ListParamsTest)
#include "tst_listparams.moc"
