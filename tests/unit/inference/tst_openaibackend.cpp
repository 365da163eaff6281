// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/openaibackend.h"

#include <QTest>

using namespace moe;
using namespace moe::inference;
using namespace Qt::StringLiterals;

namespace {

ChatCall call() { return {u"m:1b"_s, R"({"model":"m:1b"})"_ba, 1}; }

}

class OpenAiBackendTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chunkInSeveralLines_data();
    void chunkInSeveralLines();
    void wholeAnswers_data();
    void wholeAnswers();

private:
    const OpenAiBackend m_backend;
};

void OpenAiBackendTest::chunkInSeveralLines_data()
{
    QTest::addColumn<QByteArray>("lineEnd");
    QTest::newRow("LF") << "\n"_ba;
    QTest::newRow("CRLF") << "\r\n"_ba;
    QTest::newRow("CR") << "\r"_ba;
}

/// A node may spread a chunk over lines as JSON is printed for people. What goes to the client stands behind one
/// "data:", so it has to be one line.
void OpenAiBackendTest::chunkInSeveralLines()
{
    QFETCH(const QByteArray, lineEnd);
    const QByteArrayList lines{R"(data: {"choices":[)",
                               R"(data: {"delta":{"content":"one\ntwo"}}]})",
                               "",
                               R"(data: {"choices":[{"delta":{},)",
                               R"(data: "finish_reason":"stop"}]})",
                               "",
                               "data: [DONE]",
                               "",
                               ""};
    const auto reader = m_backend.streamReader(CallKind::Chat, call());
    QByteArrayList chunks;
    QVERIFY(reader->feed(lines.join(lineEnd), [&chunks](QByteArray chunk) { chunks.append(std::move(chunk)); }));
    QVERIFY(reader->isComplete());
    QCOMPARE(chunks,
             (QByteArrayList{R"({"choices":[ {"delta":{"content":"one\ntwo"}}]})",
                             R"({"choices":[{"delta":{}, "finish_reason":"stop"}]})"}));
}

void OpenAiBackendTest::wholeAnswers_data()
{
    QTest::addColumn<CallKind>("kind");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isAnswer");
    const QByteArray chat = R"({"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]})";
    const QByteArray vectors = R"({"data":[{"embedding":[1]}]})";
    QTest::newRow("chat") << CallKind::Chat << chat << true;
    QTest::newRow("text") << CallKind::Text << R"({"choices":[{"text":"x"}]})"_ba << true;
    QTest::newRow("embeddings") << CallKind::Embeddings << vectors << true;
    QTest::newRow("nothing") << CallKind::Chat << "{}"_ba << false;
    QTest::newRow("still loading") << CallKind::Chat << R"({"detail":"loading"})"_ba << false;
    QTest::newRow("choices are no list") << CallKind::Text << R"({"choices":{}})"_ba << false;
    QTest::newRow("answer of another kind") << CallKind::Chat << vectors << false;
    QTest::newRow("no vectors") << CallKind::Embeddings << chat << false;
    QTest::newRow("error") << CallKind::Chat << R"({"error":{"message":"x"},"choices":[]})"_ba << false;
    QTest::newRow("no object") << CallKind::Chat << "[]"_ba << false;
    QTest::newRow("no JSON") << CallKind::Chat << "loading"_ba << false;
}

void OpenAiBackendTest::wholeAnswers()
{
    QFETCH(const CallKind, kind);
    QFETCH(const QByteArray, body);
    QFETCH(const bool, isAnswer);
    const auto read = m_backend.readAnswer(kind, call(), {body});
    QCOMPARE(read.has_value(), isAnswer);
    if (read)
        QCOMPARE(read->body, body); // not a byte of it is changed
    else
        QCOMPARE(read.error().code, ErrorCode::BadGateway);
}

QTEST_GUILESS_MAIN(OpenAiBackendTest)
#include "tst_openaibackend.moc"
