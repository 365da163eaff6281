// SPDX-License-Identifier: Apache-2.0
#include "shared/core/ids.h"
#include "shared/core/result.h"
#include "shared/core/text.h"

#include <QSet>
#include <QTest>

using namespace moe;

class TestText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void utf8_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("isValid");
        QTest::newRow("empty") << QByteArray() << true;
        QTest::newRow("ascii, long") << QByteArray(100, 'a') << true;
        QTest::newRow("umlauts") << QByteArray("Gr\xC3\xBC\xC3\x9F"
                                               "e an alle")
                                 << true;
        QTest::newRow("emoji") << QByteArray("\xF0\x9F\x98\x80") << true;
        QTest::newRow("last code point") << QByteArray("\xF4\x8F\xBF\xBF") << true;
        QTest::newRow("above the last") << QByteArray("\xF4\x90\x80\x80") << false;
        QTest::newRow("overlong slash") << QByteArray("\xC0\xAF") << false;
        QTest::newRow("overlong, three bytes") << QByteArray("\xE0\x80\xAF") << false;
        QTest::newRow("overlong, four bytes") << QByteArray("\xF0\x80\x80\xAF") << false;
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << false;
        QTest::newRow("trail alone") << QByteArray("abc\x80") << false;
        QTest::newRow("cut short") << QByteArray("abc\xE2\x82") << false;
        QTest::newRow("bad after eight") << QByteArray("12345678\xFF") << false;
        QTest::newRow("bad inside a word") << QByteArray("1234567\xFF"
                                                         "90123456")
                                           << false;
    }
    void utf8()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, isValid);
        QCOMPARE(isValidUtf8(bytes), isValid);
        // The decoder of Qt is the model.
        QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
        const QString text = decoder(bytes);
        QCOMPARE(!decoder.hasError(), isValid);
    }

    void prefixEndsAtACharacter()
    {
        const QByteArray text = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80";
        for (qsizetype limit = 0; limit <= text.size() + 1; ++limit) {
            const QByteArrayView prefix = utf8Prefix(text, limit);
            QVERIFY(prefix.size() <= limit);
            QVERIFY(isValidUtf8(prefix));
            QVERIFY(limit - prefix.size() < 4);
        }
    }

    void comparisons()
    {
        QVERIFY(equalsIgnoringCase("Content-Length", "content-LENGTH"));
        QVERIFY(!equalsIgnoringCase("Content-Length", "content-lengt"));
        QVERIFY(!equalsIgnoringCase("[", "{")); // one bit apart, as letters of different case are
        QVERIFY(equalsInConstantTime("secret", "secret"));
        QVERIFY(!equalsInConstantTime("secret", "secreT"));
        QCOMPARE(trimmedBlank(" \t x y\t"), QByteArrayView("x y"));
        QCOMPARE(trimmedBlank(" \t"), QByteArrayView(""));
    }

    void requestIdsAreUnique()
    {
        QSet<QByteArray> seen;
        for (int i = 0; i < 10'000; ++i) {
            const QByteArray id = newRequestId();
            QCOMPARE(id.size(), 28);
            QVERIFY(!id.contains('?'));
            seen.insert(id);
        }
        QCOMPARE(seen.size(), 10'000);
    }

    void errorsKeepTheirCause()
    {
        const Error inner = Error::of(ErrorCode::Unavailable, QStringLiteral("inner"), QStringLiteral("no_node"));
        const Error outer = inner.wrapped(QStringLiteral("outer"));
        QCOMPARE(outer.code, ErrorCode::Unavailable);
        QCOMPARE(outer.reason, QStringLiteral("no_node"));
        QCOMPARE(outer.message, QStringLiteral("outer"));
        QCOMPARE(outer.cause->message, QStringLiteral("inner"));
    }

    void tryReturnsTheError()
    {
        const auto half = [](int number) -> Result<int> {
            if (number % 2)
                return failure(Error::invalid(QStringLiteral("odd")));
            return number / 2;
        };
        const auto quarter = [&half](int number) -> Result<int> {
            TRY(const int once, half(number));
            TRY(const int twice, half(once));
            return twice;
        };
        QCOMPARE(quarter(8).value(), 2);
        QCOMPARE(quarter(6).error().message, QStringLiteral("odd"));
    }
};

QTEST_APPLESS_MAIN(TestText)
#include "tst_text.moc"
