// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/thinksplitter.h"

#include <QTest>

using moe::dialect::ThinkSplitter;
using Part = ThinkSplitter::Part;

namespace {

// "R(…)" and "C(…)", neighbours of one kind joined.
QByteArray splitted(const QByteArrayList &pieces, Part begin = Part::Content)
{
    ThinkSplitter splitter(begin);
    QByteArray reasoning;
    QByteArray content;
    bool isOrdered = true;
    const auto take = [&](const QList<ThinkSplitter::Piece> &parts) {
        for (const auto &[part, text] : parts) {
            isOrdered &= !text.isEmpty() && (part == Part::Content || content.isEmpty());
            (part == Part::Reasoning ? reasoning : content) += text;
        }
    };
    for (const QByteArray &piece : pieces)
        take(splitter.feed(piece));
    take(splitter.finish());
    return isOrdered ? QByteArray("R(" + reasoning + ")C(" + content + ")") : QByteArray("out of order");
}

}

class TestThinkSplitter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void splits_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("parts");
        const auto row = [](const char *text, const char *parts) {
            QTest::addRow("%s", text) << QByteArray(text) << QByteArray(parts);
        };
        row("", "R()C()");
        row("plain", "R()C(plain)");
        row("  plain ", "R()C(  plain )");
        row("<think>a b</think>answer", "R(a b)C(answer)");
        row("\n<think>\na\n\nb\n</think>\n\nanswer\n", "R(a\n\nb)C(answer\n)");
        row("<think></think>answer", "R()C(answer)");
        row("<think>\n\n</think>\n\nanswer", "R()C(answer)");
        row("<think>a < b </ c </thin d</think>x", "R(a < b </ c </thin d)C(x)");
        row("<think>a</think>b</think>c", "R(a)C(b</think>c)");
        row("say <think>a</think>", "R()C(say <think>a</think>)");
        row("<thinker>", "R()C(<thinker>)");
        row("<thin", "R()C(<thin)");
        row("<think>never ends ", "R(never ends )C()");
        row("<think>half a tag </thi", "R(half a tag </thi)C()");
        row("<think>a</think>", "R(a)C()");
    }
    void splits()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, parts);
        QCOMPARE(splitted({text}), parts);
        for (qsizetype at = 0; at <= text.size(); ++at)
            QCOMPARE(splitted({text.first(at), text.sliced(at)}), parts);
        QByteArrayList bytes;
        for (const char c : text)
            bytes << QByteArray(1, c);
        QCOMPARE(splitted(bytes), parts);
    }

    void templateOpenedTheTag() { QCOMPARE(splitted({"\na</th", "ink>\nb"}, Part::Reasoning), QByteArray("R(a)C(b)")); }

    void nothingIsHeldBackNeedlessly()
    {
        ThinkSplitter splitter;
        QCOMPARE(splitter.feed("<"), QList<ThinkSplitter::Piece>{});
        QCOMPARE(splitter.feed("p>x"), (QList<ThinkSplitter::Piece>{{Part::Content, "<p>x"}}));
        QCOMPARE(splitter.feed("<think>"), (QList<ThinkSplitter::Piece>{{Part::Content, "<think>"}}));
    }
};

QTEST_APPLESS_MAIN(TestThinkSplitter)
#include "tst_thinksplitter.moc"
