// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/backends.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

class TestKeyStore : public ContractTest
{
    Q_OBJECT

private:
    KeyStore &store() { return stores().keys; }
    QStringList labels(const KeyQuery &query)
    {
        QStringList found;
        const auto page = wait(store().listKeys(query, {})).value();
        for (const ApiKey &key : page.items)
            found.append(key.label);
        return found;
    }

private Q_SLOTS:
    void keysAreKept()
    {
        const User anna = addUser(QStringLiteral("anna"));
        NewKey fresh = newKey(anna.id, 1);
        fresh.label = QStringLiteral("Läbel 🙂 'quoted'; --");
        fresh.expires = someTime + 24h;
        const ApiKey key = wait(store().addKey(fresh, {})).value();
        QCOMPARE(key.user, anna.id);
        QCOMPARE(key.userName, anna.name);
        QCOMPARE(key.prefix, fresh.prefix);
        QCOMPARE(key.label, fresh.label);
        QCOMPARE(key.expires, fresh.expires);
        QCOMPARE(key.created, someTime);
        QVERIFY(!key.lastUsed);
        QVERIFY(key.isActive);
        const ApiKey unlimited = wait(store().addKey(newKey(anna.id, 2), {})).value();
        QVERIFY(!unlimited.expires);
        QVERIFY(backEnd().reopen());
        QCOMPARE(wait(store().listKeys({anna.id}, {})).value().items, QList<ApiKey>({key, unlimited}));
    }

    void keysOfNobodyAreRefused()
    {
        QCOMPARE(wait(store().addKey(newKey(UserId(77), 1), {})).error().code, ErrorCode::NotFound);
        QVERIFY(wait(store().listKeys({}, {})).value().items.isEmpty());
    }

    void theSameKeyTwiceIsAConflict()
    {
        const User anna = addUser(QStringLiteral("anna"));
        QVERIFY(wait(store().addKey(newKey(anna.id, 1), {})));
        QCOMPARE(wait(store().addKey(newKey(anna.id, 1), {})).error().code, ErrorCode::Conflict);
        QCOMPARE(wait(store().listKeys({}, {})).value().items.size(), 1);
    }

    void keysAreListedByUserAndPage()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        for (int i = 1; i <= 6; ++i)
            QVERIFY(wait(store().addKey(newKey(i % 2 ? anna.id : berta.id, i), {})));
        QCOMPARE(wait(store().listKeys({}, {})).value().items.size(), 6);
        KeyQuery query{berta.id};
        query.order.limit = 2;
        const auto ofBerta = wait(store().listKeys(query, {})).value();
        QCOMPARE(ofBerta.items.size(), 2);
        QCOMPARE(ofBerta.items[1].label, QStringLiteral("key 4"));
        query.order.after = ofBerta.next;
        QCOMPARE(wait(store().listKeys(query, {})).value().items.size(), 1);
        QVERIFY(wait(store().listKeys({UserId(77)}, {})).value().items.isEmpty());
    }

    void revokedKeysStayRevoked()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const ApiKey key = wait(store().addKey(newKey(anna.id, 1), {})).value();
        const ApiKey revoked = wait(store().revokeKey(key.id, {})).value();
        QVERIFY(!revoked.isActive);
        QCOMPARE(revoked.id, key.id);
        QVERIFY(backEnd().reopen());
        QVERIFY(wait(store().loadDirectory({})).value().empty());
        QVERIFY(!wait(store().listKeys({}, {})).value().items.front().isActive);
        QVERIFY(wait(store().revokeKey(key.id, {})));                // again: nothing changes
        QCOMPARE(wait(store().revokeKey(key.prefix, {})).error().code, ErrorCode::NotFound); // active ones only
        QCOMPARE(wait(store().revokeKey(KeyId(77), {})).error().code, ErrorCode::NotFound);
    }

    void revokingByPrefixWantsOneKey()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const auto first = wait(store().addKey(newKey(anna.id, 0xabc1), {})).value();
        const auto second = wait(store().addKey(newKey(anna.id, 0xabc2), {})).value();
        const auto other = wait(store().addKey(newKey(anna.id, 0xf1), {})).value();
        QCOMPARE(wait(store().revokeKey(QByteArray("moe-sk-00000abc"), {})).error().code, ErrorCode::Conflict);
        QCOMPARE(wait(store().revokeKey(QByteArray("moe-sk-1"), {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().revokeKey(QByteArray("%"), {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().loadDirectory({})).value().size(), 3U);
        QCOMPARE(wait(store().revokeKey(QByteArray("moe-sk-00000abc2"), {})).value().id, second.id);
        QCOMPARE(wait(store().revokeKey(QByteArray("moe-sk-00000a"), {})).value().id,
                 first.id); // someTime it is the only one
        QCOMPARE(wait(store().revokeKey(QByteArray("moe-sk-0"), {})).value().id, other.id);
    }

    void theDirectoryHoldsActiveKeys()
    {
        const User anna = addUser(QStringLiteral("anna"));
        NewKey fresh = newKey(anna.id, 1);
        fresh.expires = someTime - 1h; // expiry is the directory's matter
        const ApiKey key = wait(store().addKey(fresh, {})).value();
        const auto directory = wait(store().loadDirectory({})).value();
        QCOMPARE(directory.size(), 1U);
        QCOMPARE(directory[0].hash, fresh.hash);
        QCOMPARE(directory[0].key, key.id);
        QCOMPARE(directory[0].user, anna.id);
        QCOMPARE(directory[0].prefix, fresh.prefix);
        QCOMPARE(directory[0].expires, fresh.expires);
        QVERIFY(directory[0].isUserActive);
    }

    void touchesNeverGoBack()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const auto first = wait(store().addKey(newKey(anna.id, 1), {})).value();
        const auto second = wait(store().addKey(newKey(anna.id, 2), {})).value();
        QVERIFY(wait(store().touchKeys({{first.id, someTime + 5s}, {second.id, someTime}, {KeyId(77), someTime}}, {})));
        QVERIFY(wait(store().touchKeys({{first.id, someTime + 1s}, {second.id, someTime + 2s}}, {})));
        QVERIFY(wait(store().touchKeys({}, {})));
        const auto keys = wait(store().listKeys({}, {})).value().items;
        QCOMPARE(keys[0].lastUsed, someTime + 5s);
        QCOMPARE(keys[1].lastUsed, someTime + 2s);
    }

    void filtersAddUp()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        for (int i = 1; i <= 6; ++i) {
            NewKey fresh = newKey(i % 2 ? anna.id : berta.id, i);
            if (i <= 3)
                fresh.expires = someTime + i * 1h;
            QVERIFY(wait(store().addKey(fresh, {})));
        }
        QVERIFY(wait(store().revokeKey(KeyId(wait(store().listKeys({}, {})).value().items[0].id), {})));
        KeyQuery query;
        query.isActive = false;
        QCOMPARE(labels(query), QStringList({QStringLiteral("key 1")}));
        query.isActive = true;
        query.expiringBefore = someTime + 3h;
        QCOMPARE(labels(query), QStringList({QStringLiteral("key 2")}));
        query = {};
        query.text = QStringLiteral("BERT");
        query.order = {KeySort::Label, SortDirection::Descending, 500, {}};
        QCOMPARE(labels(query),
                 QStringList({QStringLiteral("key 6"), QStringLiteral("key 4"), QStringLiteral("key 2")}));
        query.text = QStringLiteral("key%");
        QVERIFY(labels(query).isEmpty());
        query.text = QStringLiteral("' OR 1=1; --");
        QVERIFY(labels(query).isEmpty());
    }

    void everyOrderPagesThroughAll()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("Berta"));
        std::vector<KeyTouch> touches;
        for (int i = 1; i <= 11; ++i) {
            NewKey fresh = newKey(i % 3 ? anna.id : berta.id, i);
            if (i % 2)
                fresh.expires = someTime + (i % 4) * 1h;
            fresh.created = someTime + (i % 5) * 1s;
            const ApiKey key = wait(store().addKey(fresh, {})).value();
            if (i % 4)
                touches.push_back({key.id, someTime + (i % 3) * 1min});
        }
        QVERIFY(wait(store().touchKeys(touches, {})));
        for (const KeySort sort :
             {KeySort::Id, KeySort::Label, KeySort::Owner, KeySort::Created, KeySort::Expires, KeySort::LastUsed}) {
            for (const SortDirection direction : {SortDirection::Ascending, SortDirection::Descending}) {
                KeyQuery query;
                query.order = {sort, direction, 500, {}};
                const auto whole = wait(store().listKeys(query, {})).value();
                QCOMPARE(whole.items.size(), 11);
                QVERIFY(!whole.next);
                QList<ApiKey> collected;
                query.order.limit = 3;
                do {
                    const auto page = wait(store().listKeys(query, {})).value();
                    QVERIFY(page.items.size() <= 3);
                    collected += page.items;
                    query.order.after = page.next;
                } while (query.order.after && collected.size() < 20);
                QCOMPARE(collected, whole.items);
            }
        }
    }

    void aCursorOfAnotherOrderIsRefused()
    {
        KeyQuery query;
        query.order.after = Cursor{QStringLiteral("key"), 1};
        const auto refused = wait(store().listKeys(query, {}));
        QCOMPARE(refused.error().code, ErrorCode::InvalidRequest);
        QCOMPARE(refused.error().param, QStringLiteral("cursor"));
    }

    void limitsAreBroughtIntoRange()
    {
        const User anna = addUser(QStringLiteral("anna"));
        addKey(anna.id, 1);
        addKey(anna.id, 2);
        for (const int limit : {-1, 0, 1}) {
            KeyQuery query;
            query.order.limit = limit;
            QCOMPARE(wait(store().listKeys(query, {})).value().items.size(), 1);
        }
        KeyQuery query;
        query.order.limit = 1'000'000;
        QCOMPARE(wait(store().listKeys(query, {})).value().items.size(), 2);
    }

    void keysAreChanged()
    {
        const User anna = addUser(QStringLiteral("anna"));
        NewKey fresh = newKey(anna.id, 1);
        fresh.expires = someTime + 1h;
        fresh.profile = QStringLiteral("school");
        fresh.rates = {60, 4};
        const ApiKey key = wait(store().addKey(fresh, {})).value();
        QCOMPARE(key.profile, QStringLiteral("school"));
        QCOMPARE(key.rates, (RateLimits{60, 4}));
        QCOMPARE(wait(store().updateKey(key.id, {}, {})).value(), key);

        KeyChange change;
        change.label = QStringLiteral("other");
        change.expires = std::optional<Clock::System>();
        change.profile = QString();
        change.rates = RateLimits{{}, 2};
        ApiKey expected = key;
        expected.label = QStringLiteral("other");
        expected.expires = {};
        expected.profile = QStringLiteral("");
        expected.rates = {{}, 2};
        QCOMPARE(wait(store().updateKey(key.id, change, {})).value(), expected);
        QCOMPARE(wait(store().key(key.id, {})).value(), expected);
        QCOMPARE(wait(store().loadDirectory({})).value().front().rates, expected.rates);

        QVERIFY(wait(store().revokeKey(key.id, {})));
        QCOMPARE(wait(store().updateKey(key.id, change, {})).error().reason, QStringLiteral("key_revoked"));
        QCOMPARE(wait(store().updateKey(KeyId(77), change, {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().key(KeyId(77), {})).error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestKeyStore)
#include "tst_keystore.moc"
