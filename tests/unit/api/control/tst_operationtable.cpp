// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/operationtable.h"

#include <QCoro/QCoroTask>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace moe;
using namespace moe::api::control;
using namespace Qt::StringLiterals;
namespace types = moe::control;
using wire::Field;
using wire::Presence;

namespace {

struct Thing {
    QString name;
    int size = 0;
    std::optional<std::optional<int>> limit;
    static constexpr auto fields()
    {
        return std::tuple{Field<&Thing::name>{"name"_L1, Presence::Required}, Field<&Thing::size>{"size"_L1},
                          Field<&Thing::limit>{"limit"_L1}};
    }
};

struct ThingQuery {
    std::optional<bool> isLoud;
    static constexpr auto fields() { return std::tuple{Field<&ThingQuery::isLoud>{"loud"_L1}}; }
};

constexpr types::Endpoint<ThingQuery, Thing, Thing> echo{
    "echo"_L1, "POST"_L1, "/things/{thing}"_L1, types::Access::Operator, "Echoes."_L1, 201, true};
constexpr types::Endpoint<Nothing, Nothing, Nothing> forget{"forget"_L1,          "DELETE"_L1,   "/things/{thing}"_L1,
                                                            types::Access::Admin, "Forgets."_L1, 204};
constexpr types::Endpoint<Nothing, Nothing, Nothing> fail{"fail"_L1,           "GET"_L1,     "/fail"_L1,
                                                          types::Access::Open, "Throws."_L1, 204};

Task<Answer<Thing>> doEcho(Call<ThingQuery, Thing> call, RequestContext)
{
    Thing thing = call.body;
    thing.name += call.path.at(0);
    if (call.query.isLoud.value_or(false))
        thing.name = thing.name.toUpper();
    if (call.path.at(0) == "secret"_L1)
        co_return failure(Error::of(ErrorCode::PermissionDenied, u"Secret."_s));
    if (call.version == 13)
        co_return failure(Error::of(ErrorCode::Conflict, u"Changed."_s, u"version_mismatch"_s));
    co_return Answer<Thing>{thing, 7, "/things/7"};
}

Task<Answer<Nothing>> doForget(Call<Nothing, Nothing> call, RequestContext)
{
    CO_TRY(const auto id, call.id<UserId>());
    Q_UNUSED(id);
    co_return Answer<Nothing>{};
}

Task<Answer<Nothing>> doFail(Call<Nothing, Nothing>, RequestContext)
{
    throw std::runtime_error("a bug");
    co_return Answer<Nothing>{};
}

Caller somebody(Role role)
{
    Caller caller;
    caller.kind = Caller::Kind::Session;
    caller.user = {UserId(1), u"anna"_s, role, false};
    return caller;
}

QJsonObject jsonOf(const Reply &reply) { return QJsonDocument::fromJson(reply.body).object(); }

}

class OperationTableTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void anOperationIsFoundAndDone();
    void inputIsChecked_data();
    void inputIsChecked();
    void callersAreChecked();
    void whatHasNoVersionsMatchesNone();
    void passwordsComeFirst();
    void exceptionsEndHere();
    void documentDescribesWhatThereIs();

private:
    [[nodiscard]] Reply ask(Request request, Caller caller = somebody(Role::Admin)) const
    {
        RequestContext context;
        context.requestId = "req_1";
        return QCoro::waitFor(m_table->handle(std::move(request), std::move(caller), context));
    }

    std::unique_ptr<OperationTable> m_table;
    QStringList m_refused;
};

void OperationTableTest::init()
{
    m_table = std::make_unique<OperationTable>();
    m_table->add(echo, &doEcho);
    m_table->add(forget, &doForget);
    m_table->add(fail, &doFail);
    m_refused.clear();
    m_table->setRefusalObserver([this](const Caller &caller, QLatin1StringView operation, const Error &) {
        m_refused.append(caller.actor() + u' ' + operation);
    });
}

void OperationTableTest::anOperationIsFoundAndDone()
{
    const Reply reply = ask({"POST", "/things/%C3%A4%2Fb", "loud=true", R"({"name":"x","limit":null})", "\"3\""});
    QCOMPARE(reply.status, 201);
    QCOMPARE(reply.etag, "\"7\"");
    QCOMPARE(reply.location, "/things/7");
    QCOMPARE(reply.body, QString(u"{\"name\":\"XÄ/B\",\"size\":0,\"limit\":null}"_s).toUtf8());
    const Reply forgotten = ask({"DELETE", "/things/4", {}, {}, {}});
    QCOMPARE(forgotten.status, 204);
    QVERIFY(forgotten.body.isEmpty());
}

void OperationTableTest::inputIsChecked_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("ifMatch");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("param");
    const QByteArray good = "{\"name\":\"x\"}";
    QTest::newRow("nothing at all") << QByteArray() << QByteArray() << QByteArray() << 400 << QString();
    QTest::newRow("broken off") << QByteArray() << QByteArray("{\"name\":\"x\"") << QByteArray() << 400 << QString();
    QTest::newRow("more behind") << QByteArray() << QByteArray(good + "x") << QByteArray() << 400 << QString();
    QTest::newRow("another type") << QByteArray() << QByteArray("{\"name\":[]}") << QByteArray() << 422 << u"name"_s;
    QTest::newRow("missing") << QByteArray() << QByteArray("{\"size\":1}") << QByteArray() << 422 << u"name"_s;
    QTest::newRow("unknown") << QByteArray() << QByteArray("{\"name\":\"x\",\"y\":1}") << QByteArray() << 422 << u"y"_s;
    QTest::newRow("twice") << QByteArray() << QByteArray("{\"name\":\"x\",\"name\":\"y\"}") << QByteArray() << 422
                           << u"name"_s;
    QTest::newRow("too large") << QByteArray() << QByteArray("{\"name\":\"x\",\"size\":99999999999}") << QByteArray()
                               << 422 << u"size"_s;
    QTest::newRow("parameter") << QByteArray("loud=1") << good << QByteArray() << 422 << u"loud"_s;
    QTest::newRow("header") << QByteArray() << good << QByteArray("seven") << 400 << u"If-Match"_s;
    QTest::newRow("old version") << QByteArray() << good << QByteArray("\"13\"") << 412 << QString();
}

void OperationTableTest::inputIsChecked()
{
    QFETCH(const QByteArray, query);
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, ifMatch);
    QFETCH(const int, status);
    QFETCH(const QString, param);
    const Reply reply = ask({"POST", "/things/a", query, body, ifMatch});
    QCOMPARE(reply.status, status);
    QCOMPARE(reply.contentType, "application/problem+json");
    QCOMPARE(jsonOf(reply)[u"status"].toInt(), status);
    QCOMPARE(jsonOf(reply)[u"param"].toString(), param);
    QCOMPARE(jsonOf(reply)[u"request_id"].toString(), u"req_1"_s);
}

void OperationTableTest::callersAreChecked()
{
    const Request remove{"DELETE", "/things/4", {}, {}, {}};
    QCOMPARE(ask(remove, {}).status, 401);
    QCOMPARE(ask(remove, somebody(Role::User)).status, 403);
    QCOMPARE(ask(remove, somebody(Role::Operator)).status, 403);
    QCOMPARE(ask(remove, somebody(Role::Admin)).status, 204);
    Caller local;
    local.kind = Caller::Kind::Local;
    QCOMPARE(ask(remove, local).status, 204);
    // Also what is refused for reasons that only the operation knows.
    QCOMPARE(ask({"POST", "/things/secret", {}, "{\"name\":\"x\"}", {}}).status, 403);
    QCOMPARE(m_refused.takeLast(), u"user:anna echo"_s);
    QCOMPARE(m_refused, (QStringList{u" forget"_s, u"user:anna forget"_s, u"user:anna forget"_s}));
    const Reply wrongMethod = ask({"PUT", "/things/4", {}, {}, {}});
    QCOMPARE(wrongMethod.status, 405);
    QCOMPARE(wrongMethod.allow, "POST, DELETE");
    QCOMPARE(ask({"GET", "/things", {}, {}, {}}).status, 404);
    QCOMPARE(ask({"GET", "/things//", {}, {}, {}}).status, 404);
    QCOMPARE(ask({"DELETE", "/things/x", {}, {}, {}}).status, 404);
}

void OperationTableTest::whatHasNoVersionsMatchesNone()
{
    QCOMPARE(ask({"DELETE", "/things/4", {}, {}, "\"7\""}).status, 412);
    QCOMPARE(ask({"DELETE", "/things/4", {}, {}, "*"}).status, 204);
}

void OperationTableTest::passwordsComeFirst()
{
    Caller caller = somebody(Role::Admin);
    caller.user.mustChangePassword = true;
    const Reply reply = ask({"DELETE", "/things/4", {}, {}, {}}, caller);
    QCOMPARE(reply.status, 403);
    QCOMPARE(jsonOf(reply)[u"reason"].toString(), u"password_change_required"_s);
}

void OperationTableTest::exceptionsEndHere()
{
    const Reply reply = ask({"GET", "/fail", {}, {}, {}}, {});
    QCOMPARE(reply.status, 500);
    QVERIFY(!reply.body.contains("a bug"));
}

void OperationTableTest::documentDescribesWhatThereIs()
{
    const QJsonObject document = QJsonDocument::fromJson(m_table->openApi()).object();
    const QJsonObject post = document[u"paths"][u"/things/{thing}"][u"post"].toObject();
    QCOMPARE(post[u"operationId"].toString(), u"echo"_s);
    const QJsonArray parameters = post[u"parameters"].toArray();
    QCOMPARE(parameters.size(), 2);
    QCOMPARE(parameters[0][u"name"].toString(), u"thing"_s);
    QCOMPARE(parameters[1][u"name"].toString(), u"loud"_s);
    const QJsonObject body = document[u"components"][u"schemas"][u"echoBody"].toObject();
    QCOMPARE(body[u"required"].toArray(), QJsonArray{u"name"_s});
    QCOMPARE(body[u"properties"][u"limit"][u"type"].toArray(), (QJsonArray{u"integer"_s, u"null"_s}));
    QVERIFY(document[u"paths"][u"/fail"][u"get"][u"security"].toArray().isEmpty());
}

QTEST_GUILESS_MAIN(OperationTableTest)
#include "tst_operationtable.moc"
