// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/liveaccounts.h"

#include <QTest>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;

namespace {

/// A store that can be away.
class FakeSnapshots final : public SnapshotStore
{
public:
    Task<AccountSnapshot> loadAll(RequestContext) override { co_return AccountSnapshot{{group}, {user}, {key}}; }
    Task<UserEntry> loadUser(UserId id, RequestContext) override
    {
        ++reads;
        CO_TRY_VOID(answer(id == user.id));
        co_return UserEntry(user);
    }
    Task<GroupEntry> loadGroup(GroupId id, RequestContext) override
    {
        ++reads;
        CO_TRY_VOID(answer(id == group.id));
        co_return GroupEntry(group);
    }

    UserEntry user;
    GroupEntry group;
    DirectoryKey key;
    bool isAway = false;
    int reads = 0;

private:
    [[nodiscard]] Result<void> answer(bool isThere) const
    {
        if (isAway)
            return failure(Error::of(ErrorCode::Unavailable, QStringLiteral("The database is away.")));
        if (!isThere)
            return failure(Error::of(ErrorCode::NotFound, QStringLiteral("There is none.")));
        return {};
    }
};

Permission skill(const QString &name) { return {PermissionType::Skill, name}; }

template <typename T>
Result<T> wait(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

}

class TestLiveAccounts : public QObject
{
    Q_OBJECT

private:
    const UserId m_anna{1};
    const GroupId m_school{2};
    const Clock::System m_now{1'700'000'000s};
    FakeSnapshots m_store;
    KeyDirectory m_keys;
    AccountDirectory m_accounts;
    SessionDirectory m_sessions;
    QByteArray m_keyText;
    QByteArray m_token;
    std::unique_ptr<LiveAccounts> m_live;

    bool allows(const QString &name) { return m_accounts.user(m_anna)->policy()->allows(PermissionType::Skill, name); }
    bool isKeyAccepted() { return m_keys.verify(m_keyText, m_now).has_value(); }
    auto session() { return m_sessions.verify(m_token, m_now); }

private Q_SLOTS:
    void init()
    {
        m_store.user = UserEntry();
        m_store.user.id = m_anna;
        m_store.user.groups = {m_school};
        m_store.group = GroupEntry{m_school, {}, {}};
        m_store.isAway = false;
        m_keyText = newKeyText();
        m_store.key = DirectoryKey{hashOfKey(m_keyText), KeyId(3), m_anna, {}, {}};
        m_token = newSessionToken();
        m_sessions.load({{hashOfSecret(m_token), {SessionId(4), {m_anna, {}}}, m_now}});
        m_live = std::make_unique<LiveAccounts>(LiveAccounts::Parts{m_store, m_keys, m_accounts, m_sessions});
        QVERIFY(wait(m_live->load({})));
        QVERIFY(isKeyAccepted() && session());
    }

    void changesBecomeEffectiveWhenRead()
    {
        m_store.user.permissions = {skill(QStringLiteral("own"))};
        m_store.group.permissions = {skill(QStringLiteral("shared"))};
        QVERIFY(!allows(QStringLiteral("own")) && !allows(QStringLiteral("shared")));
        QCoro::waitFor(m_live->refresh(m_anna, {}));
        QVERIFY(allows(QStringLiteral("own")) && !allows(QStringLiteral("shared")));
        QCoro::waitFor(m_live->refresh(m_school, {}));
        QVERIFY(allows(QStringLiteral("shared")));
    }

    void theCallerMayHaveGone()
    {
        std::stop_source stop;
        stop.request_stop();
        RequestContext gone;
        gone.stop = stop.get_token();
        gone.deadline = Clock::Steady::min();
        m_store.user.permissions = {skill(QStringLiteral("own"))};
        QCoro::waitFor(m_live->refresh(m_anna, gone));
        QVERIFY(allows(QStringLiteral("own")));
    }

    void whatCannotBeReadIsReadLater()
    {
        std::stop_source stop;
        RequestContext context;
        context.stop = stop.get_token();
        auto keeping = m_live->keepFresh(context);
        m_store.user.permissions = {skill(QStringLiteral("own"))};
        m_store.isAway = true;
        QCoro::waitFor(m_live->refresh(m_anna, {}));
        QVERIFY(!allows(QStringLiteral("own")));
        m_store.isAway = false;
        QTRY_VERIFY(allows(QStringLiteral("own")));
        stop.request_stop();
        QCoro::waitFor(std::move(keeping));
    }

    void othersHaveTheirTurnWhileManyAreRead()
    {
        std::vector<Grantee> many{m_school};
        for (int i = 1; i <= 1'000; ++i)
            many.emplace_back(UserId(i));
        m_store.user.permissions = {skill(QStringLiteral("own"))};
        m_store.group.permissions = {skill(QStringLiteral("shared"))};
        auto earlier = std::make_unique<AccountTurn>(wait(m_live->turn({})).value());
        auto reading = m_live->refreshAll(many, {});
        auto block = m_live->turn({});
        earlier.reset();
        const int readBefore = m_store.reads;
        {
            const auto turn = wait(std::move(block));
            QVERIFY(turn);
            QVERIFY(m_store.reads > readBefore);
            QVERIFY(m_store.reads < readBefore + 1'000);
        }
        QCoro::waitFor(std::move(reading));
        QCOMPARE(m_store.reads, readBefore + 1'001);
        QVERIFY(allows(QStringLiteral("own")) && allows(QStringLiteral("shared")));
    }

    void blockingNeedsNoStore()
    {
        m_store.isAway = true;
        User anna;
        anna.id = m_anna;
        anna.role = Role::Operator;
        m_live->apply(anna);
        QCOMPARE(session()->user.role, Role::Operator);
        anna.isActive = false;
        m_live->apply(anna);
        QVERIFY(!isKeyAccepted() && !session());
        anna.isActive = true;
        m_live->apply(anna);
        QVERIFY(isKeyAccepted() && !session());
    }

    void whatIsGoneIsForgotten()
    {
        m_store.user.id = UserId(99);
        QCoro::waitFor(m_live->refresh(m_anna, {}));
        QVERIFY(!m_accounts.user(m_anna));
        QVERIFY(!isKeyAccepted() && !session());
        QCOMPARE(m_keys.size(), 0U);
    }
};

QTEST_GUILESS_MAIN(TestLiveAccounts)
#include "tst_liveaccounts.moc"
