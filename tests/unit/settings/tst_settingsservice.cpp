// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/retentiontimes.h"
#include "tests/support/fakeclock.h"
#include "tests/unit/settings/settingsfixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <memory>

using namespace moe;
using namespace moe::settings;
using namespace moe::test;
using namespace Qt::StringLiterals;

class TestSettingsService : public QObject
{
    Q_OBJECT

private:
    FakeClock m_clock;
    std::unique_ptr<FakeSettingsStore> m_store;
    std::unique_ptr<SettingsService> m_service;

    std::unique_ptr<SettingsService> another(const SettingValues &options = {})
    {
        return std::make_unique<SettingsService>(*m_store, settingsTable(), options, m_clock);
    }
    Result<SettingsChange> change(const QByteArray &patch, std::optional<qint64> version = {},
                                  const SettingsAuthor &author = admin)
    {
        return await(m_service->change({patch, version}, author, {}));
    }
    Result<SettingsChange> rollBack(qint64 version, const SettingsAuthor &author = admin)
    {
        return await(m_service->rollBack(version, {}, author, {}));
    }
    QJsonObject described(QLatin1StringView key, Role role = Role::Operator)
    {
        const auto whole = QJsonDocument::fromJson(m_service->document(role)).object();
        const QJsonArray settings = whole[u"items"].toArray();
        for (const auto &setting : settings) {
            if (setting[u"key"] == key)
                return setting.toObject();
        }
        return {};
    }

private Q_SLOTS:
    void init()
    {
        m_store = std::make_unique<FakeSettingsStore>();
        m_service = another();
    }

    void beginsWithDefaultsAndOptions()
    {
        SettingValues options;
        options.set(keys::judgeModel, u"qwen3:32b"_s);
        m_service = another(options);
        QVERIFY(await(m_service->load({})));
        const auto settings = m_service->current();
        QCOMPARE(settings->version(), 0);
        QCOMPARE(settings->value(keys::retentionUsageDays), 365);
        QCOMPARE(settings->value(keys::judgeModel), u"qwen3:32b"_s);
        QCOMPARE(settings->value(keys::logLevels), u"info"_s);
        QCOMPARE(settings->value(keys::expertModels), QByteArray());
    }

    void aChangeIsStoredAndInForce()
    {
        const auto before = m_service->current();
        const SettingsChange done = change("{\"retention.usage_days\":30,\"keys.cut_streams\":true}").value();
        QCOMPARE(done.version, 1);
        QCOMPARE(done.auditBefore, QByteArray("{\"keys.cut_streams\":null,\"retention.usage_days\":null}"));
        QCOMPARE(done.auditAfter, QByteArray("{\"keys.cut_streams\":true,\"retention.usage_days\":30}"));
        QCOMPARE(m_service->current()->value(keys::retentionUsageDays), 30);
        QVERIFY(m_service->current()->value(keys::cutStreams));
        QCOMPARE(before->value(keys::retentionUsageDays), 365); // whoever holds it keeps it
        QCOMPARE(m_store->versions.value(0).author, admin.name);
        QCOMPARE(m_store->versions.value(0).created, m_clock.system());

        const auto restarted = another();
        QVERIFY(await(restarted->load({})));
        QCOMPARE(restarted->current()->value(keys::retentionUsageDays), 30);
        QCOMPARE(restarted->current()->version(), 1);
    }

    void retentionFollowsTheSettings()
    {
        QVERIFY(change("{\"retention.usage_days\":30,\"retention.audit_days\":90}"));
        QCOMPARE(retentionTimes(*m_service->current()).usage, std::chrono::days(30));
        QCOMPARE(retentionTimes(*m_service->current()).audit, std::chrono::days(90));
        QVERIFY(change("{\"retention.usage_days\":0}"));
        QVERIFY(!retentionTimes(*m_service->current()).usage);
    }

    void nullGoesBackToTheDefault()
    {
        SettingValues options;
        options.set(keys::expertOutput, 5000);
        m_service = another(options);
        QVERIFY(change("{\"orchestrator.expert_output\":6000}"));
        QCOMPARE(m_service->current()->value(keys::expertOutput), 6000);
        const SettingsChange done = change("{\"orchestrator.expert_output\":null}").value();
        QCOMPARE(m_service->current()->value(keys::expertOutput), 5000);
        QCOMPARE(done.auditAfter, QByteArray("{\"orchestrator.expert_output\":null}"));
        QCOMPARE(m_store->versions.last().document, QByteArray("{}"));
    }

    void nothingToChangeMakesNoVersion()
    {
        QVERIFY(change("{\"retention.usage_days\":30}"));
        const SettingsChange same = change("{\"retention.usage_days\":30}").value();
        QCOMPARE(same.version, 1);
        QVERIFY(same.differences.isEmpty());
        QCOMPARE(change("{}").value().version, 1);
        QCOMPARE(m_store->versions.size(), 1);
    }

    void allOrNothing_data()
    {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<QString>("param");
        QTest::newRow("unknown") << QByteArray("{\"keys.cut_streams\":true,\"keys.nonsense\":1}") << u"keys.nonsense"_s;
        QTest::newRow("unknown to null") << QByteArray("{\"keys.nonsense\":null}") << u"keys.nonsense"_s;
        QTest::newRow("wrong type") << QByteArray("{\"keys.cut_streams\":true,\"log.levels\":5}") << u"log.levels"_s;
        QTest::newRow("twice") << QByteArray("{\"log.levels\":\"info\",\"log.levels\":\"debug\"}") << u"log.levels"_s;
        QTest::newRow("no object") << QByteArray("[1]") << QString();
        QTest::newRow("malformed") << QByteArray("{\"keys.cut_streams\":tru") << QString();
    }
    void allOrNothing()
    {
        QFETCH(const QByteArray, patch);
        QFETCH(const QString, param);
        const auto refused = change(patch);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::InvalidRequest);
        QCOMPARE(refused.error().param, param);
        QVERIFY(m_store->versions.isEmpty());
        QVERIFY(!m_service->current()->value(keys::cutStreams));
    }

    void rolesAreRespected()
    {
        QVERIFY(change("{\"log.levels\":\"debug\"}", {}, operatorBerta));
        for (const char *patch : {"{\"log.levels\":\"info\",\"metrics.token\":\"x\"}", "{\"metrics.token\":null}",
                                  "{\"inference.servers\":[]}", "{\"retention.audit_days\":30}"}) {
            const auto refused = change(patch, {}, operatorBerta);
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
            QVERIFY(!refused.error().param.isEmpty());
        }
        const auto nobody = change("{\"log.levels\":\"info\"}", {}, {u"user:carla"_s, Role::User});
        QCOMPARE(nobody.error().code, ErrorCode::PermissionDenied);
        QCOMPARE(m_store->versions.size(), 1);
        QVERIFY(change("{\"metrics.token\":\"x\"}"));
        QCOMPARE(rollBack(1, operatorBerta).error().code, ErrorCode::PermissionDenied);
        QVERIFY(rollBack(1));
    }

    void versionsAreExpected()
    {
        QVERIFY(change("{\"log.levels\":\"debug\"}", 0));
        for (const qint64 wrong : {0, 2}) {
            const auto refused = change("{\"log.levels\":\"info\"}", wrong);
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::Conflict);
            QCOMPARE(refused.error().reason, u"version_mismatch"_s);
        }
        QVERIFY(change("{\"log.levels\":\"info\"}", 1));
        QCOMPARE(await(m_service->rollBack(1, 1, admin, {})).error().code, ErrorCode::Conflict);
        QVERIFY(await(m_service->rollBack(1, 2, admin, {})));
    }

    void anotherDaemonsChangesAreKept()
    {
        const auto other = another();
        QVERIFY(await(other->change({"{\"keys.cut_streams\":true}"}, admin, {})));
        QCOMPARE(change("{\"log.levels\":\"debug\"}").value().version, 2); // was behind
        QVERIFY(m_service->current()->value(keys::cutStreams));
        QCOMPARE(await(other->change({"{\"retention.usage_days\":9}", 2}, admin, {})).value().version, 3);
        QCOMPARE(other->current()->value(keys::logLevels), u"debug"_s);
        QVERIFY(await(m_service->load({})));
        QCOMPARE(m_service->current()->value(keys::retentionUsageDays), 9);
    }

    void somebodyElseIsFaster()
    {
        const auto other = another();
        const auto overtake = [&] { QVERIFY(await(other->change({"{\"retention.usage_days\":9}"}, admin, {}))); };
        m_store->beforeAppend = overtake;
        QCOMPARE(change("{\"keys.cut_streams\":true}").value().version, 2); // tried again
        QCOMPARE(m_service->current()->value(keys::retentionUsageDays), 9);
        QVERIFY(m_service->current()->value(keys::cutStreams));
        QVERIFY(await(other->change({"{\"retention.usage_days\":8}"}, admin, {})));
        m_store->beforeAppend = overtake;
        const auto refused = change("{\"keys.cut_streams\":false}", 3); // has to be looked at again
        QCOMPARE(refused.error().reason, u"version_mismatch"_s);
        QCOMPARE(m_service->current()->version(), 4);
        QVERIFY(m_service->current()->value(keys::cutStreams));
    }

    void aFailingStoreChangesNothing()
    {
        m_store->isFailing = true;
        QCOMPARE(change("{\"keys.cut_streams\":true}").error().code, ErrorCode::Unavailable);
        QVERIFY(!m_service->current()->value(keys::cutStreams));
        m_store->isFailing = false;
        QVERIFY(change("{\"keys.cut_streams\":true}"));
    }

    void listenersHearInOrder()
    {
        QStringList heard;
        m_service->onChange(u"retention."_s, [&](const Settings &settings) {
            heard.append(u"prefix %1"_s.arg(settings.value(keys::retentionUsageDays)));
            if (settings.version() == 1)
                QVERIFY(change("{\"retention.usage_days\":11}")); // the others hear of 10 first
        });
        m_service->onChange(QString(keys::retentionUsageDays.name), [&](const Settings &settings) {
            heard.append(u"key %1"_s.arg(settings.value(keys::retentionUsageDays)));
        });
        m_service->onChange(u"retention"_s, [&](const Settings &) { heard.append(u"neither key nor prefix"_s); });
        QVERIFY(change("{\"retention.usage_days\":10}"));
        QCOMPARE(heard, QStringList({u"prefix 10"_s, u"key 10"_s, u"prefix 11"_s, u"key 11"_s}));
        heard.clear();
        QVERIFY(change("{\"log.levels\":\"debug\"}"));
        QVERIFY(change("{\"retention.audit_days\":100}"));
        QVERIFY(change("{\"retention.audit_days\":730}")); // stored now, and the same as before as a value
        QCOMPARE(heard, QStringList({u"prefix 11"_s, u"prefix 11"_s}));
    }

    void secretsAreNeverShown()
    {
        QVERIFY(change("{\"metrics.token\":\"s3cret\",\"inference.servers\":"
                       "[{\"name\":\"a\",\"url\":\"http://a\",\"token\":\"s3cret\"}]}"));
        const SettingsChange second = change("{\"metrics.token\":\"s3cret2\",\"inference.servers\":"
                                             "[{\"name\":\"a\",\"url\":\"http://a\",\"token\":\"s3cret2\"}]}")
                                          .value();
        QCOMPARE(second.auditAfter,
                 QByteArray("{\"inference.servers\":\"(changed)\",\"metrics.token\":\"(changed)\"}"));
        QVERIFY(change("{\"metrics.token\":null}"));
        QByteArray everything;
        for (const Role role : {Role::Operator, Role::Admin})
            everything += m_service->document(role);
        for (qint64 from = 0; from <= 3; ++from) {
            for (qint64 to = 0; to <= 3; ++to) {
                const auto differences = await(m_service->diff(from, to, {})).value();
                for (const SettingDifference &difference : differences)
                    everything += difference.before + difference.after;
            }
        }
        QVERIFY(everything.contains("http://a"));
        QVERIFY(!everything.contains("s3cret"));
        QCOMPARE(described(keys::metricsToken.name)[u"is_set"], QJsonValue(false));
        QVERIFY(rollBack(1));
        QCOMPARE(described(keys::metricsToken.name)[u"is_set"], QJsonValue(true));
        QCOMPARE(m_service->current()->value(keys::metricsToken), u"s3cret"_s);
        QVERIFY(m_service->current()->value(keys::inferenceServers).contains("s3cret\""));
    }

    void shownDocumentsMayComeBack()
    {
        SettingValues options;
        options.set(keys::inferenceServers, QByteArray("[{\"name\":\"a\",\"url\":\"http://a\",\"token\":\"t\"}]"));
        m_service = another(options);
        QJsonArray shown = described(keys::inferenceServers.name)[u"value"].toArray();
        QCOMPARE(shown[0][u"token"], QJsonValue());
        shown.append(QJsonObject{{u"name"_s, u"b"_s}, {u"url"_s, u"http://b"_s}});
        const QByteArray document = QJsonDocument(shown).toJson(QJsonDocument::Compact);
        QVERIFY(change("{\"inference.servers\":" + document + '}'));
        QCOMPARE(m_service->current()->value(keys::inferenceServers),
                 QByteArray("[{\"name\":\"a\",\"token\":\"t\",\"url\":\"http://a\"},"
                            "{\"name\":\"b\",\"url\":\"http://b\"}]"));
        const auto refused = change("{\"inference.servers\":[{\"name\":\"a\",\"url\":\"http://evil\"}]}");
        QCOMPARE(refused.error().param, u"inference.servers[0].token"_s);
    }

    void settingsAreDescribed()
    {
        SettingValues options;
        options.set(keys::judgeModel, u"m"_s);
        m_service = another(options);
        QVERIFY(change("{\"retention.usage_days\":30}"));
        const QJsonObject days = described(keys::retentionUsageDays.name);
        QCOMPARE(days[u"value"].toInteger(), 30);
        QCOMPARE(days[u"default"].toInteger(), 365);
        QCOMPARE(days[u"source"], u"stored"_s);
        QCOMPARE(days[u"type"], u"integer"_s);
        QCOMPARE(days[u"minimum"].toInteger(-1), 0);
        QCOMPARE(days[u"maximum"].toInteger(), 3650);
        QCOMPARE(days[u"effect"], u"live"_s);
        QVERIFY(days[u"can_change"].toBool());
        QCOMPARE(described(keys::judgeModel.name)[u"source"], u"option"_s);
        QCOMPARE(described(keys::judgeModel.name)[u"default"], u"m"_s);
        QCOMPARE(described(keys::logLevels.name)[u"source"], u"default"_s);
        QCOMPARE(described(keys::expertModels.name)[u"value"], QJsonValue());
        const QJsonObject token = described(keys::metricsToken.name);
        QVERIFY(!token.contains(u"value") && !token.contains(u"default"));
        QVERIFY(!token[u"can_change"].toBool(true));
        QVERIFY(described(keys::metricsToken.name, Role::Admin)[u"can_change"].toBool());
    }

    void unknownStoredKeysAreKept()
    {
        const QByteArray ofNewer("{\"a.new\":{\"x\":[1]},\"log.levels\":\"loud\",\"retention.usage_days\":30}");
        m_store->versions.append({1, ofNewer, admin.name, m_clock.system()});
        QVERIFY(await(m_service->load({})));
        QCOMPARE(m_service->current()->value(keys::retentionUsageDays), 30);
        QCOMPARE(m_service->current()->value(keys::logLevels), u"info"_s); // what is not valid does not count
        QVERIFY(!m_service->document(Role::Admin).contains("a.new"));
        QVERIFY(change("{\"retention.usage_days\":31}"));
        QVERIFY(m_store->versions.last().document.startsWith("{\"a.new\":{\"x\":[1]},\"log.levels\":\"loud\""));
        QVERIFY(change("{\"log.levels\":\"debug\"}"));
        QCOMPARE(rollBack(1).error().param, u"log.levels"_s); // checked as if it were new
    }

    void historyAndRollBack()
    {
        QVERIFY(change("{\"retention.usage_days\":30}"));
        QVERIFY(change("{\"retention.usage_days\":31,\"keys.cut_streams\":true}", {}, operatorBerta));
        QCOMPARE(await(m_service->diff(1, 2, {})).value(),
                 QList<SettingDifference>(
                     {{u"keys.cut_streams"_s, "null", "true"}, {u"retention.usage_days"_s, "30", "31"}}));
        QCOMPARE(rollBack(1).value().version, 3);
        QCOMPARE(m_service->current()->value(keys::retentionUsageDays), 30);
        QCOMPARE(rollBack(0).value().version, 4);
        QCOMPARE(m_service->current()->value(keys::retentionUsageDays), 365);
        const auto history = await(m_service->history({}, 10, {})).value();
        QCOMPARE(history.size(), 4);
        QCOMPARE(history[2].author, operatorBerta.name);
        QVERIFY(history[2].document.isEmpty());
        QCOMPARE(rollBack(77).error().code, ErrorCode::NotFound);
        QCOMPARE(await(m_service->diff(1, 77, {})).error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestSettingsService)
#include "tst_settingsservice.moc"
