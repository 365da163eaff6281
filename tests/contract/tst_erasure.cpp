// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/erasurehooks.h"
#include "daemon/accounts/formernames.h"
#include "tests/contract/backends.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

namespace {

class FakeHook final : public ErasureHook
{
public:
    FakeHook(QString name, bool isFailing) : m_name(std::move(name)), m_isFailing(isFailing) { }

    std::vector<ErasedUser> erased;

    [[nodiscard]] QString name() const override { return m_name; }
    Task<void> erase(ErasedUser user, RequestContext) override
    {
        erased.push_back(std::move(user));
        if (m_isFailing)
            co_return failure(Error::of(ErrorCode::Unavailable, QStringLiteral("The store fails.")));
        co_return {};
    }

private:
    const QString m_name;
    const bool m_isFailing;
};

AuditEntry entry(const QString &actor, const QString &object)
{
    AuditEntry made;
    made.time = someTime;
    made.actor = actor;
    made.address = QStringLiteral("192.0.2.1");
    made.action = QStringLiteral("some.action");
    made.object = object;
    made.after = "{\"label\":\"of Anna\"}";
    return made;
}

}

/// Erasing a user from the stores of accounts.
class TestErasure : public ContractTest
{
    Q_OBJECT

private:
    /// A user with what others may know of her.
    ErasedUser addAnna()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const QList<ApiKey> keys{addKey(anna.id, 1), addKey(anna.id, 2)};
        return ErasedUser::of(anna, keys);
    }
    QList<AuditEntry> audit() { return wait(stores().audit.list({}, {})).value().items; }

private Q_SLOTS:
    void allHooksAreTried()
    {
        FakeHook first(QStringLiteral("first"), false);
        FakeHook broken(QStringLiteral("broken"), true);
        FakeHook last(QStringLiteral("last"), false);
        Eraser eraser({&first, &broken, &last});
        const ErasedUser anna = addAnna();
        const ErasureReport report = QCoro::waitFor(eraser.erase(anna, {}));
        QVERIFY(!report.isComplete());
        QCOMPARE(report.erased, QStringList({QStringLiteral("first"), QStringLiteral("last")}));
        QCOMPARE(report.failed, QStringList(QStringLiteral("broken")));
        for (const FakeHook *hook : {&first, &broken, &last}) {
            QCOMPARE(hook->erased.size(), 1U);
            QCOMPARE(hook->erased[0].id, anna.id);
            QCOMPARE(hook->erased[0].keyPrefixes.size(), 2);
        }
    }

    void nothingNamesTheUserAnyLonger()
    {
        SystemClock clock;
        AuditLog log(stores().audit, clock, {1h, 1h, 5s, 500, 1000});
        std::stop_source stop;
        auto running = log.run(RequestContext().withStop(stop.get_token()));
        const ErasedUser anna = addAnna();
        const QString prefix = QString::fromLatin1(anna.keyPrefixes.front());
        const QString key = QStringLiteral("key:%1").arg(anna.keys.back().value());
        log.note(entry(QStringLiteral("user:anna"), key));
        log.note(entry(QStringLiteral("user:berta"), QStringLiteral("user:anna")));
        AuditEntry refused = entry(u"key:" + prefix, QString());
        refused.isSuccess = false;
        log.note(refused); // is being folded
        log.note(entry(QStringLiteral("user:berta"), QStringLiteral("key:999")));
        UsageRecord used;
        used.time = someTime;
        used.user = anna.id;
        used.key = anna.keys.front();
        QVERIFY(wait(stores().usageSink.write({{{1, used, {}}}}, {})));
        QVERIFY(wait(stores().settings.append({0, "{}", QStringLiteral("user:anna"), someTime}, {})));

        UsageErasure usageErasure(stores().usage);
        AuditErasure auditErasure(log, stores().audit);
        SettingsErasure settingsErasure(stores().settings);
        Eraser eraser({&usageErasure, &auditErasure, &settingsErasure});
        const ErasureReport report = QCoro::waitFor(eraser.erase(anna, {}));
        QCOMPARE(report.erased,
                 QStringList({QStringLiteral("usage"), QStringLiteral("audit"), QStringLiteral("settings")}));
        QVERIFY(QCoro::waitFor(eraser.erase(anna, {})).isComplete()); // again does no harm
        stop.request_stop();
        QCoro::waitFor(std::move(running));

        const auto entries = audit();
        QCOMPARE(entries.size(), 4);
        int untouched = 0;
        for (const AuditEntry &each : entries) {
            const QByteArray text = (each.actor + each.object).toUtf8() + each.before + each.after;
            QVERIFY(!text.contains("anna") && !text.contains(prefix.toLatin1()) && !(each.object == key));
            if (each.actor == pseudonymOf(anna.id))
                QVERIFY(each.address.isEmpty());
            untouched += each.address.isEmpty() || each.after.isEmpty() ? 0 : 1;
        }
        QCOMPARE(untouched, 1);
        const UsageRecord usage = wait(stores().usage.list({}, {})).value().items.value(0);
        QCOMPARE(usage.user, UserId());
        QCOMPARE(usage.key, KeyId());
        QCOMPARE(wait(stores().settings.latest({})).value().author, pseudonymOf(anna.id));
    }

    void formerNamesAreFoundAndErased()
    {
        SystemClock clock;
        AuditLog log(stores().audit, clock);
        ErasedUser anna = addAnna();
        const User user = wait(stores().users.user(anna.id, {})).value();
        const auto renamed = [](const char *from, const char *to) {
            AuditEntry made = entry(QStringLiteral("user:berta"), QStringLiteral("user:") + QString::fromLatin1(to));
            made.action = QStringLiteral("user.change");
            made.before = "{\"name\":\"" + QByteArray(from) + "\"}";
            return made;
        };
        AuditEntry other = renamed("annie", "anna");
        other.before = "{\"email\":\"old\"}";
        QVERIFY(wait(stores().audit.append({renamed("an", "annie"), renamed("annie", "anna"), other,
                                            entry(QStringLiteral("user:an"), QStringLiteral("key:999"))},
                                           {})));
        QVERIFY(wait(stores().settings.append({0, "{}", QStringLiteral("user:annie"), someTime}, {})));
        const auto find = [&] { return wait(formerNames(&stores().audit, &stores().users, user, {})).value(); };
        QCOMPARE(find(), QStringList({QStringLiteral("annie"), QStringLiteral("an")}));

        anna.formerNames = find();
        AuditErasure auditErasure(log, stores().audit);
        SettingsErasure settingsErasure(stores().settings);
        QVERIFY(wait(settingsErasure.erase(anna, {})));
        QVERIFY(wait(auditErasure.erase(anna, {})));
        for (const AuditEntry &each : audit()) {
            const QString who = each.actor + each.object;
            QVERIFY(!who.contains(QStringLiteral("user:an")) && !each.before.contains("an"));
        }
        QCOMPARE(wait(stores().settings.latest({})).value().author, pseudonymOf(anna.id));
    }

    /// What somebody else is called now is theirs.
    void aNameThatWasGivenAwayIsNobodysFormerOne()
    {
        const User anna = addUser(QStringLiteral("anna"));
        addUser(QStringLiteral("annie"));
        AuditEntry renamed = entry(QStringLiteral("user:berta"), QStringLiteral("user:anna"));
        renamed.action = QStringLiteral("user.change");
        renamed.before = "{\"name\":\"annie\"}";
        QVERIFY(wait(stores().audit.append({renamed}, {})));
        QCOMPARE(wait(formerNames(&stores().audit, &stores().users, anna, {})).value(), QStringList());
    }

    void whatCannotBeErasedIsReported()
    {
        SystemClock clock;
        AuditLog log(stores().audit, clock);
        const ErasedUser anna = addAnna();
        UsageErasure usageErasure(stores().usage);
        AuditErasure auditErasure(log, stores().audit);
        SettingsErasure settingsErasure(stores().settings);
        Eraser eraser({&usageErasure, &auditErasure, &settingsErasure});
        std::stop_source stop;
        stop.request_stop();
        const auto report = QCoro::waitFor(eraser.erase(anna, RequestContext().withStop(stop.get_token())));
        QCOMPARE(report.failed.size(), 3);
    }
};

QTEST_GUILESS_MAIN(TestErasure)
#include "tst_erasure.moc"
