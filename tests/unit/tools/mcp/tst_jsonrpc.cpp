// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/jsonrpc.h"
#include "daemon/tools/mcp/revision.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <random>

using namespace moe;
using namespace moe::tools::mcp;

/// Messages, right and wrong.
class JsonRpcTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void kinds_data();
    void kinds();
    void batches_data();
    void batches();
    void noJson_data();
    void noJson();
    void damagedTextNeverPasses();
    void texts();
    void revisions();
};

// Single quotes stand for double ones.
static QByteArray jsonOf(const char *text) { return QByteArray(text).replace('\'', '"'); }

void JsonRpcTest::kinds_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("id");
    const auto row = [](const char *text, Message::Kind kind, const char *id = "null") {
        QTest::newRow(text) << jsonOf(text) << int(kind) << jsonOf(id);
    };
    using enum Message::Kind;
    row("{'jsonrpc':'2.0','id':1,'method':'ping'}", Request, "1");
    row("{'jsonrpc':'2.0','id':'a','method':'ping','params':{}}", Request, "'a'");
    row("{'jsonrpc':'2.0','id':-7,'method':'','params':{'a':[1]},'more':1}", Request, "-7");
    row("{'jsonrpc':'2.0','method':'ping'}", Notification);
    row("{'jsonrpc':'2.0','id':1,'result':{}}", Result, "1");
    row("{'jsonrpc':'2.0','id':1,'error':{'code':1,'message':''}}", Failure, "1");
    row("{'jsonrpc':'2.0','id':1,'error':{},'result':{}}", Invalid, "1");
    row("{'jsonrpc':'2.0','result':{}}", Invalid);
    row("{'jsonrpc':'2.0','id':1}", Invalid, "1");
    row("{'jsonrpc':'1.0','id':1,'method':'ping'}", Invalid, "1");
    row("{'jsonrpc':2.0,'id':1,'method':'ping'}", Invalid, "1");
    row("{'id':1,'method':'ping'}", Invalid, "1");
    row("{'jsonrpc':'2.0','id':null,'method':'ping'}", Invalid);
    row("{'jsonrpc':'2.0','id':1.5,'method':'ping'}", Invalid);
    row("{'jsonrpc':'2.0','id':{},'method':'ping'}", Invalid);
    row("{'jsonrpc':'2.0','id':1,'method':5}", Invalid, "1");
    row("{'jsonrpc':'2.0','id':1,'method':'ping','params':[1]}", Invalid, "1");
    row("{'jsonrpc':'2.0','id':1,'method':'ping','params':'x'}", Invalid, "1");
    row("{}", Invalid);
    row("1", Invalid);
    row("'text'", Invalid);
    row("null", Invalid);
}

void JsonRpcTest::kinds()
{
    QFETCH(const QByteArray, text);
    const auto messages = readMessages(text);
    QVERIFY(messages);
    QVERIFY(!messages->isBatch);
    QCOMPARE(messages->list.size(), 1);
    const Message &message = messages->list.first();
    QTEST(int(message.kind), "kind");
    QTEST(message.id, "id");
    QCOMPARE(message.fault.isEmpty(), message.kind != Message::Kind::Invalid);
}

void JsonRpcTest::batches_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("isBatch");
    QTest::newRow("none") << 0 << false;
    QTest::newRow("one") << 1 << true;
    QTest::newRow("most") << int(largestBatch) << true;
    QTest::newRow("too many") << int(largestBatch) + 1 << false;
    QTest::newRow("far too many") << 100'000 << false;
}

void JsonRpcTest::batches()
{
    QFETCH(const int, size);
    QFETCH(const bool, isBatch);
    const QByteArrayList parts(size, jsonOf("{'jsonrpc':'2.0','id':1,'method':'ping'}"));
    const auto messages = readMessages(QByteArray('[' + parts.join(',') + ']'));
    QVERIFY(messages);
    QCOMPARE(messages->isBatch, isBatch);
    QCOMPARE(messages->list.size(), isBatch ? size : 1);
    for (const Message &message : messages->list)
        QCOMPARE(message.kind, isBatch ? Message::Kind::Request : Message::Kind::Invalid);
}

void JsonRpcTest::noJson_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const QByteArray &text) { QTest::newRow(name) << text; };
    row("nothing", "");
    row("words", "ping");
    row("cut", "{");
    row("two", "{}{}");
    row("comma", "[1,]");
    row("nul", QByteArray("{\"a\":\0}", 7));
    row("bad utf-8", "\"\xff\"");
    row("deep", QByteArray(100'000, '['));
}

void JsonRpcTest::noJson()
{
    QFETCH(const QByteArray, text);
    QVERIFY(!readMessages(text));
}

/// What was read is always one of the kinds with the members that belong to it, whatever was damaged.
void JsonRpcTest::damagedTextNeverPasses()
{
    constexpr unsigned seed = 20261121;
    std::mt19937 random(seed);
    const QByteArray whole = jsonOf("{'jsonrpc':'2.0','id':12,'method':'tools/call','params':{'name':'x'}}");
    int read = 0;
    for (int i = 0; i < 20'000; ++i) {
        QByteArray text = whole;
        for (unsigned changes = random() % 3 + 1; changes > 0; --changes)
            text[qsizetype(random() % std::size_t(text.size()))] = "{}[]\",:0a\\ "[random() % 11];
        const auto messages = readMessages(text);
        if (!messages)
            continue;
        ++read;
        for (const Message &message : messages->list) {
            QVERIFY2(!QJsonDocument::fromJson(QByteArray("[" + message.id + "]")).isNull(), text.constData());
            QCOMPARE(message.kind == Message::Kind::Invalid, !message.fault.isEmpty());
            if (!message.params.isEmpty())
                QVERIFY2(QJsonDocument::fromJson(message.params).isObject(), text.constData());
        }
    }
    QVERIFY2(read > 100, qPrintable(QString::number(seed)));
}

void JsonRpcTest::texts()
{
    QCOMPARE(requestText("7", "a\"b", "{}"), QByteArray(R"({"jsonrpc":"2.0","id":7,"method":"a\"b","params":{}})"));
    QCOMPARE(notificationText("n", R"({"a":1})"), QByteArray(R"({"jsonrpc":"2.0","method":"n","params":{"a":1}})"));
    QCOMPARE(resultText("\"x\"", "{}"), QByteArray(R"({"jsonrpc":"2.0","id":"x","result":{}})"));
    const QJsonObject error = QJsonDocument::fromJson(errorText("1", Error::invalid(QStringLiteral("\"wrong\""))))
                                  .object()[u"error"]
                                  .toObject();
    QCOMPARE(error[u"code"].toInt(), -32602);
    QCOMPARE(error[u"message"].toString(), QStringLiteral("\"wrong\""));
    QCOMPARE(error[u"data"].toObject()[u"error_code"].toString(), QStringLiteral("invalid_request"));
}

void JsonRpcTest::revisions()
{
    for (const QByteArrayView name : revisionNames)
        QCOMPARE(revisionName(negotiated(name)), name);
    QCOMPARE(negotiated("2024-10-07"), latestRevision);
    QCOMPARE(negotiated("2099-01-01"), latestRevision);
    QVERIFY(!revisionNamed(""));
}

QTEST_GUILESS_MAIN(JsonRpcTest)
#include "tst_jsonrpc.moc"
