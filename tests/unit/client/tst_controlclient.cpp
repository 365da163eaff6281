// SPDX-License-Identifier: Apache-2.0
#include "shared/client/controlclient.h"
#include "shared/wire/control/accounts.h"
#include "shared/wire/control/operation.h"
#include "shared/wire/control/policies.h"
#include "shared/wire/control/usage.h"
#include "shared/wire/problem.h"
#include "tests/unit/client/faketransport.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe;
using namespace moe::client;
using moe::test::FakeTransport;

namespace {

control::Reply answer(const QByteArray &body, int status = 200)
{
    control::Reply reply;
    reply.status = status;
    reply.body = body;
    return reply;
}

control::Reply problem(const Error &error, int status)
{
    return answer(problemDocument(error, "req_1", status), status);
}

/// Pages of usage: `total` entries, as many in a part as were asked for.
FakeTransport::Answer pagesOf(int total)
{
    return [total](const control::Request &request) -> Result<control::Reply> {
        const auto query = *wire::UrlQuery::parse(request.query)->read<control::UsageQuery>();
        const int from = query.cursor.value_or(u"0"_s).toInt();
        control::ListOf<control::UsageEntry> page;
        for (int i = from; i < std::min(total, from + query.limit.value_or(100)); ++i) {
            control::UsageEntry entry;
            entry.totalTokens = i;
            page.items.append(entry);
        }
        if (const int next = from + int(page.items.size()); next < total)
            page.next = QString::number(next);
        return answer(wire::write(page));
    };
}

}

class TestControlClient : public QObject
{
    Q_OBJECT

private:
    std::shared_ptr<FakeTransport> m_transport;

    ControlClient clientOf(FakeTransport::Answer answer)
    {
        m_transport = std::make_shared<FakeTransport>(std::move(answer));
        return ControlClient(m_transport);
    }
    template <typename T>
    static Result<T> wait(Task<T> task)
    {
        return QCoro::waitFor(std::move(task));
    }

private Q_SLOTS:
    void requestsAreWhatTheEndpointSays()
    {
        const auto client = clientOf([](const control::Request &) {
            control::Reply reply = answer(R"({"id":7,"name":"anna","role":"operator","version":3})");
            reply.etag = "\"3\"";
            return reply;
        });
        control::UserPatch patch;
        patch.role = Role::Operator;
        const auto user = wait(client.call(control::changeUser, {.path = {u"7"_s}, .body = patch, .version = 2}, {}));
        QVERIFY(user);
        QCOMPARE(user->value.id, UserId(7));
        QCOMPARE(user->value.role, Role::Operator);
        QCOMPARE(user->version, std::optional<qint64>(3));
        const control::Request &sent = m_transport->requests.at(0);
        QCOMPARE(sent.method, QByteArray("PATCH"));
        QCOMPARE(sent.path, QByteArray("/control/v1/users/7"));
        QCOMPARE(sent.query, QByteArray());
        QCOMPARE(sent.body, QByteArray(R"({"role":"operator"})"));
        QCOMPARE(sent.ifMatch, QByteArray("\"2\""));
    }

    void queriesAndRawBodiesAreSent()
    {
        const auto client = clientOf([](const control::Request &request) {
            return request.method == "POST" ? answer(R"({"items":[{"user":"anna","start_password":"x"}]})", 201)
                                            : answer(R"({"items":[]})");
        });
        control::UserQuery query;
        query.text = u"a b&c"_s;
        query.isActive = true;
        QVERIFY(wait(client.call(control::listUsers, {.query = query}, {})));
        QCOMPARE(m_transport->requests.at(0).query, QByteArray("text=a%20b%26c&active=true"));
        const auto imported = wait(client.call(
            control::importUsers, {.query = {.group = GroupId(3)}, .body = {.bytes = "username\nanna\n"}}, {}));
        QVERIFY(imported);
        QCOMPARE(imported->value.items.at(0).startPassword, std::optional(u"x"_s));
        QCOMPARE(m_transport->requests.at(1).query, QByteArray("group=3"));
        QCOMPARE(m_transport->requests.at(1).body, QByteArray("username\nanna\n"));
    }

    void pathsAreEscaped_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("plain") << u"N04-RTX"_s << QByteArray("/control/v1/servers/N04-RTX");
        QTest::newRow("slash") << u"a/b"_s << QByteArray("/control/v1/servers/a%2Fb");
        QTest::newRow("query") << u"a?b=c#d"_s << QByteArray("/control/v1/servers/a%3Fb%3Dc%23d");
        QTest::newRow("percent") << u"%2e"_s << QByteArray("/control/v1/servers/%252e");
        QTest::newRow("umlaut") << u"ä"_s << QByteArray("/control/v1/servers/%C3%A4");
        QTest::newRow("brace") << u"{server}"_s << QByteArray("/control/v1/servers/%7Bserver%7D");
        QTest::newRow("up") << u".."_s << QByteArray();
        QTest::newRow("here") << u"."_s << QByteArray();
        QTest::newRow("empty") << QString() << QByteArray();
    }
    void pathsAreEscaped()
    {
        QFETCH(const QString, value);
        QFETCH(const QByteArray, path);
        QCOMPARE(pathOf(control::readServer.path, {value}).value_or(QByteArray()), path);
    }

    void pathsTakeAllTheirValues()
    {
        QCOMPARE(pathOf(control::addMember.path, {u"1"_s, u"2"_s}).value(),
                 QByteArray("/control/v1/groups/1/members/2"));
        QCOMPARE(pathOf(control::addMember.path, {u"1"_s}).error().code, ErrorCode::Internal);
        QCOMPARE(pathOf(control::listUsers.path, {u"1"_s}).error().code, ErrorCode::Internal);
        QCOMPARE(pathOf(control::listUsers.path, {}).value(), QByteArray("/control/v1/users"));
    }

    void failuresAreTheDaemonsOwn()
    {
        Error told = Error::of(ErrorCode::RateLimited, u"slower"_s, u"too_many"_s);
        told.param = u"name"_s;
        const auto client = clientOf([&told](const control::Request &) {
            control::Reply reply = problem(told, 429);
            reply.retryAfter = std::chrono::seconds(7);
            return reply;
        });
        const auto user = wait(client.call(control::readUser, {.path = {u"1"_s}}, {}));
        QVERIFY(!user);
        QCOMPARE(user.error().code, ErrorCode::RateLimited);
        QCOMPARE(user.error().message, u"slower"_s);
        QCOMPARE(user.error().reason, u"too_many"_s);
        QCOMPARE(user.error().param, u"name"_s);
        QCOMPARE(user.error().retryAfter, std::optional(std::chrono::seconds(7)));
    }

    void otherAnswersAreBadGateway_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("no json") << 200 << QByteArray("<html>");
        QTest::newRow("empty") << 200 << QByteArray();
        QTest::newRow("wrong type") << 200 << QByteArray(R"({"items":{}})");
        QTest::newRow("items missing") << 200 << QByteArray("{}");
        QTest::newRow("wrong success") << 201 << QByteArray(R"({"items":[]})");
        QTest::newRow("redirect") << 302 << QByteArray();
        QTest::newRow("page of a proxy") << 502 << QByteArray("<html>Bad gateway</html>");
    }
    void otherAnswersAreBadGateway()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        const auto client = clientOf([&](const control::Request &) { return answer(body, status); });
        const auto users = wait(client.call(control::listUsers, {}, {}));
        QVERIFY(!users);
        QCOMPARE(users.error().code, ErrorCode::BadGateway);
    }

    void nothingIsAnAnswerToo()
    {
        const auto client = clientOf([](const control::Request &) { return answer({}, 204); });
        QVERIFY(wait(client.call(control::removeUser, {.path = {u"1"_s}}, {})));
        QCOMPARE(m_transport->requests.at(0).body, QByteArray());
    }

    void listsArePutTogether()
    {
        const auto client = clientOf(pagesOf(1'203));
        const auto all = wait(client.allPages(control::listUsage, {}, {}));
        QCOMPARE(all->size(), 1'203);
        QCOMPARE(all->last().totalTokens, 1'202);
        QCOMPARE(m_transport->requests.size(), 3U);
        for (const int most : {1, 499, 500, 501, 1'202, 1'203, 5'000}) {
            const auto some = wait(client.allPages(control::listUsage, {}, {}, most));
            QCOMPARE(some->size(), std::min(most, 1'203));
        }
        QCOMPARE(wait(clientOf(pagesOf(0)).allPages(control::listUsage, {}, {}))->size(), 0);
    }

    void aListThatDoesNotEndIsRefused()
    {
        const auto client = clientOf([](const control::Request &) { return answer(R"({"items":[],"next":"x"})"); });
        QCOMPARE(wait(client.allPages(control::listUsage, {}, {})).error().code, ErrorCode::BadGateway);
    }

    void liveFeedGoesOnWhereItWasCut()
    {
        const auto client = clientOf([](const control::Request &) { return answer({}); });
        m_transport->feeds = {"id: 1\nevent: a\ndata: {}\n\nid: 2\ndata: x\n\nid: 3\ndata: cu", "",
                              "data: without an id\n\nid: 3\nevent: b\ndata: [1]\n\n"};
        QList<QByteArray> seen;
        const auto ended = wait(
            client.events("0", [&seen](const LiveEvent &event) { seen.append(event.id + ' ' + event.data); }, {}));
        QCOMPARE(ended.error().code, ErrorCode::Unauthenticated);
        QCOMPARE(seen, QList<QByteArray>({"1 {}", "2 x", "2 without an id", "3 [1]"}));
        QCOMPARE(m_transport->resumedFrom, std::vector<QByteArray>({"0", "2", "2", "3"}));
    }
};

QTEST_GUILESS_MAIN(TestControlClient)
#include "tst_controlclient.moc"
