// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/backends.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

class TestSettingsStore : public ContractTest
{
    Q_OBJECT

private:
    SettingsStore &store() { return stores().settings; }
    Result<SettingsVersion> append(qint64 from, const QByteArray &document)
    {
        return wait(store().append({from, document, QStringLiteral("user:anna"), someTime + from * 1s}, {}));
    }

private Q_SLOTS:
    void versionsAreKept()
    {
        QCOMPARE(wait(store().latest({})).value(), SettingsVersion());
        const SettingsVersion first = append(0, R"({"a":"Ä"})").value();
        QCOMPARE(first, (SettingsVersion{1, R"({"a":"Ä"})", QStringLiteral("user:anna"), someTime}));
        const SettingsVersion second = append(1, R"({"a":2})").value();
        QCOMPARE(second.version, 2);
        QVERIFY(backEnd().reopen());
        QCOMPARE(wait(store().latest({})).value(), second);
        QCOMPARE(wait(store().version(1, {})).value(), first);
        QCOMPARE(wait(store().version(3, {})).error().code, ErrorCode::NotFound);
    }

    void nobodyOverwritesUnseen()
    {
        QVERIFY(append(0, "{}"));
        for (const qint64 wrong : {-1, 0, 2}) {
            const auto refused = append(wrong, "{}");
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::Conflict);
            QCOMPARE(refused.error().reason, QStringLiteral("version_mismatch"));
        }
        QCOMPARE(wait(store().latest({})).value().version, 1);
    }

    void authorsAreRenamed()
    {
        QVERIFY(append(0, "{}"));
        QVERIFY(wait(store().append({1, "{}", QStringLiteral("user:berta"), someTime}, {})));
        QVERIFY(append(2, "{}"));
        for (int i = 0; i < 2; ++i) // again does no harm
            QVERIFY(wait(store().renameAuthor(QStringLiteral("user:anna"), QStringLiteral("user:#1"), {})));
        QStringList authors;
        const auto history = wait(store().history({}, 10, {})).value();
        for (const SettingsVersion &version : history)
            authors.append(version.author);
        QCOMPARE(authors,
                 QStringList({QStringLiteral("user:#1"), QStringLiteral("user:berta"), QStringLiteral("user:#1")}));
    }

    void historyHasNoDocuments()
    {
        for (int i = 0; i < 5; ++i)
            QVERIFY(append(i, "{}"));
        const auto newest = wait(store().history({}, 3, {})).value();
        QCOMPARE(newest.size(), 3);
        QCOMPARE(newest[0], (SettingsVersion{5, {}, QStringLiteral("user:anna"), someTime + 4s}));
        const auto rest = wait(store().history(newest.back().version, 500, {})).value();
        QCOMPARE(rest.size(), 2);
        QCOMPARE(rest[0].version, 2);
        QCOMPARE(wait(store().history({}, -5, {})).value().size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestSettingsStore)
#include "tst_settingsstore.moc"
