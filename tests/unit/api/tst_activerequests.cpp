// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/activerequests.h"
#include "daemon/http/iothread.h"

#include <QTest>

#include <random>

using namespace moe;
using namespace moe::api;

namespace {

/// A request that notes what becomes of it.
class FakeRequest final : public ActiveRequests::Member
{
public:
    FakeRequest(ActiveRequests &registry, QByteArray id, UserId user = UserId(1), KeyId key = KeyId(1),
                Clock::Steady startedAt = std::chrono::steady_clock::now())
        : m_id(std::move(id))
        , m_user(user)
        , m_key(key)
    {
        registry.enter(*this, startedAt);
    }

    ActiveRequest describe() const override { return {m_id, {m_user, m_key, {}}, {}, {}, {}, {}, {}, {}}; }
    bool matches(const RequestSelection &selection) const override
    {
        return (!selection.id || *selection.id == m_id) && (!selection.user || *selection.user == m_user)
            && (!selection.key || *selection.key == m_key);
    }
    void tellProgress() override { ++told; }
    void end(Error why) override
    {
        reason = std::move(why);
        leave(); // as a request may that has nothing more to do
    }

    int told = 0;
    std::optional<Error> reason;

private:
    const QByteArray m_id;
    const UserId m_user;
    const KeyId m_key;
};

QByteArrayList idsOf(const QList<ActiveRequest> &requests)
{
    QByteArrayList ids;
    for (const ActiveRequest &request : requests)
        ids.append(request.id);
    return ids;
}

template <typename T>
T wait(QCoro::Task<T> task)
{
    std::optional<T> result;
    task.then([&result](T value) { result = std::move(value); });
    return QTest::qWaitFor([&result] { return result.has_value(); }, 10'000) ? *std::move(result) : T{};
}

/// A registry on a thread of its own, as daemons have it.
class Resident final : public http::IoThread::Resident
{
public:
    ActiveRequests registry;
    FakeRequest first{registry, "a"};
    FakeRequest second{registry, "b"};
};

}

class TestActiveRequests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theOldestComesFirst()
    {
        ActiveRequests registry;
        QCOMPARE(idsOf(wait(registry.list())), QByteArrayList());
        FakeRequest a(registry, "a");
        {
            const FakeRequest b(registry, "b");
            const FakeRequest c(registry, "c");
            QCOMPARE(idsOf(wait(registry.list())), QByteArrayList({"a", "b", "c"}));
        }
        FakeRequest d(registry, "d");
        QCOMPARE(idsOf(wait(registry.list())), QByteArrayList({"a", "d"}));
        a.leave();
        a.leave();
        QCOMPARE(idsOf(wait(registry.list())), QByteArrayList({"d"}));
    }

    void whoeverComesAndGoes()
    {
        ActiveRequests registry;
        const auto seed = std::random_device()();
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        std::vector<std::unique_ptr<FakeRequest>> requests;
        QByteArrayList ids;
        for (int i = 0; i < 2'000; ++i) {
            if (requests.empty() || random() % 3 > 0) {
                ids.append(QByteArray::number(i));
                requests.push_back(std::make_unique<FakeRequest>(registry, ids.last()));
            } else {
                const auto which = qsizetype(random() % requests.size());
                requests.erase(requests.begin() + which);
                ids.removeAt(which);
            }
        }
        QCOMPARE(idsOf(wait(registry.list())), ids);
    }

    void progressIsAskedOfThoseThatLast()
    {
        ActiveRequests registry;
        const auto now = std::chrono::steady_clock::now();
        FakeRequest old(registry, "old", UserId(1), KeyId(1), now);
        FakeRequest fresh(registry, "fresh", UserId(1), KeyId(1), now + std::chrono::hours(1));
        QTRY_VERIFY(old.told >= 2);
        QCOMPARE(fresh.told, 0);
    }

    void thoseThatAreMeantAreEnded()
    {
        ActiveRequests registry;
        FakeRequest a(registry, "a", UserId(1), KeyId(1));
        FakeRequest b(registry, "b", UserId(1), KeyId(2));
        FakeRequest c(registry, "c", UserId(2), KeyId(3));
        FakeRequest d(registry, "d", UserId(1), KeyId(2));
        QCOMPARE(wait(registry.end({.id = "nothing"})), 0);
        QCOMPARE(wait(registry.end({.id = "a", .user = UserId(2)})), 0);
        QCOMPARE(wait(registry.end({.key = KeyId(2)})), 2);
        QVERIFY(b.reason && d.reason && !a.reason && !c.reason);
        QCOMPARE(b.reason->code, ErrorCode::Unavailable);
        QCOMPARE(idsOf(wait(registry.list())), QByteArrayList({"a", "c"}));
        QCOMPARE(wait(registry.end({.id = "a"})), 1);
        QCOMPARE(wait(registry.end({.user = UserId(2)})), 1);
        QVERIFY(a.reason && c.reason);
    }

    void anotherThreadMayAsk()
    {
        Resident *resident = nullptr;
        http::IoThread thread(QStringLiteral("io"), [&resident]() -> std::unique_ptr<http::IoThread::Resident> {
            auto made = std::make_unique<Resident>();
            resident = made.get();
            return made;
        });
        QVERIFY(thread.start());
        QCOMPARE(idsOf(wait(resident->registry.list())), QByteArrayList({"a", "b"}));
        QCOMPARE(wait(resident->registry.end({.id = "a"})), 1);
        QCOMPARE(idsOf(wait(resident->registry.list())), QByteArrayList({"b"}));
    }

    void theRegistryMayGoFirst()
    {
        auto registry = std::make_unique<ActiveRequests>();
        FakeRequest a(*registry, "a");
        FakeRequest b(*registry, "b");
        registry.reset();
        a.leave();
        ActiveRequests other;
        other.enter(b, std::chrono::steady_clock::now());
        QCOMPARE(idsOf(wait(other.list())), QByteArrayList({"b"}));
    }
};

QTEST_GUILESS_MAIN(TestActiveRequests)
#include "tst_activerequests.moc"
