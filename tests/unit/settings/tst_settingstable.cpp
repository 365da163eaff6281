// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/settings/settingsfixture.h"

using namespace moe;
using namespace moe::settings;
using namespace moe::test;
using namespace Qt::StringLiterals;

class TestSettingsTable : public QObject
{
    Q_OBJECT

private:
    const SettingsTable m_table = settingsTable();

    static void row(const char *name, QLatin1StringView key, const QByteArray &value, const QByteArray &stored = {})
    {
        QTest::newRow(name) << QString(key) << value << stored;
    }

private Q_SLOTS:
    void defaultsAreValid()
    {
        QCOMPARE(m_table.all().size(), 13U);
        for (const Setting &setting : m_table.all()) {
            QVERIFY(!setting.description.isEmpty());
            QCOMPARE(m_table.find(setting.key), &setting);
            if (!setting.standard.isNull())
                QCOMPARE(checkedValue(setting, setting.standard).value(), setting.standard);
        }
        QCOMPARE(m_table.find(u"retention"), nullptr);
        QCOMPARE(m_table.find(u"retention.usage_dayz"), nullptr);
    }

    void goodValuesAreStored_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("stored");
        row("true", keys::cutStreams.name, "true", "true");
        row("least", keys::retentionAuditDays.name, "30", "30");
        row("most", keys::retentionUsageDays.name, "3650", "3650");
        row("for ever", keys::retentionUsageDays.name, "0", "0");
        row("text", keys::judgeModel.name, "\"qwen\\u0033:8b\"", "\"qwen3:8b\"");
        row("empty text", keys::judgeEndpoint.name, "\"\"", "\"\"");
        row("levels", keys::logLevels.name, "\"info,http=debug\"", "\"info,http=debug\"");
        row("object", keys::expertModels.name, "{ \"math\" : [ ] }", "{\"math\":[]}");
        row("array", keys::inferenceServers.name, "[]", "[]");
        row("tool servers", keys::mcpServers.name, "[]", "[]");
        row("secret", keys::metricsToken.name, "\"s3cret\"", "\"s3cret\"");
    }
    void goodValuesAreStored()
    {
        QFETCH(const QString, key);
        QFETCH(const QByteArray, value);
        QFETCH(const QByteArray, stored);
        QCOMPARE(checkedValue(*m_table.find(key), value).value(), stored);
    }

    void wrongValuesAreRefused_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("stored");
        row("number for a flag", keys::cutStreams.name, "1");
        row("text for a flag", keys::cutStreams.name, "\"true\"");
        row("text for a number", keys::keyExpiryDays.name, "\"5\"");
        row("fraction", keys::keyExpiryDays.name, "1.5");
        row("negative", keys::keyExpiryDays.name, "-1");
        row("too small", keys::retentionAuditDays.name, "29");
        row("too large", keys::retentionUsageDays.name, "3651");
        row("beyond 64 bits", keys::retentionUsageDays.name, "99999999999999999999");
        row("number for a text", keys::judgeModel.name, "5");
        row("text too long", keys::judgeEndpoint.name, '"' + QByteArray(65, 'x') + '"');
        row("control character", keys::judgeModel.name, "\"a\\nb\"");
        row("unknown level", keys::logLevels.name, "\"loud\"");
        row("text for a document", keys::expertModels.name, "\"{}\"");
        row("wrong kind of document", keys::expertModels.name, "[]");
        row("document too large", keys::inferenceServers.name, "[\"" + QByteArray(1 << 20, 'x') + "\"]");
        row("secret with a space", keys::metricsToken.name, "\"s3 cret\"");
        row("null", keys::judgeModel.name, "null");
    }
    void wrongValuesAreRefused()
    {
        QFETCH(const QString, key);
        QFETCH(const QByteArray, value);
        const auto refused = checkedValue(*m_table.find(key), value);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::InvalidRequest);
        QCOMPARE(refused.error().param, key);
        QVERIFY(refused.error().message.size() < 200);
        QVERIFY(!refused.error().message.contains(u"s3"));
    }

    void sourcesHaveTheirOrder()
    {
        const Setting &setting = *m_table.find(keys::expertOutput.name);
        SettingValues options;
        SettingValues stored;
        QCOMPARE(valueInForce(setting, options, stored).json, QByteArray("2400"));
        QCOMPARE(valueInForce(setting, options, stored).source, SettingSource::Default);
        options.set(keys::expertOutput, 3000);
        QCOMPARE(valueInForce(setting, options, stored).json, QByteArray("3000"));
        QCOMPARE(valueInForce(setting, options, stored).source, SettingSource::Option);
        stored.set(keys::expertOutput, 4000);
        QCOMPARE(valueInForce(setting, options, stored).json, QByteArray("4000"));
        QCOMPARE(valueInForce(setting, options, stored).source, SettingSource::Stored);
        stored.set(keys::expertOutput, 1); // out of range: of another version
        QCOMPARE(valueInForce(setting, options, stored).source, SettingSource::Option);
    }

    void valuesAreTyped()
    {
        SettingValues values;
        values.set(keys::cutStreams, true);
        values.set(keys::retentionUsageDays, 7);
        values.set(keys::judgeModel, u"Ä \"q\""_s);
        values.set(keys::expertModels, QByteArray(" { } "));
        const SettingValues read = SettingValues::parse(values.toJson()).value();
        QCOMPARE(read, values);
        const Settings settings(3, read);
        QCOMPARE(settings.version(), 3);
        QCOMPARE(settings.value(keys::cutStreams), true);
        QCOMPARE(settings.value(keys::retentionUsageDays), 7);
        QCOMPARE(settings.value(keys::judgeModel), u"Ä \"q\""_s);
        QCOMPARE(settings.value(keys::expertModels), QByteArray("{}"));
        QCOMPARE(settings.value(keys::inferenceServers), QByteArray());
        QCOMPARE(SettingValues::parse("{}").value().toJson(), QByteArray("{}"));
    }

    void malformedObjectsAreRefused()
    {
        for (const char *text : {"", "[]", "{\"a\":1", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{\"a\":01}"})
            QVERIFY2(!SettingValues::parse(text), text);
    }
};

QTEST_GUILESS_MAIN(TestSettingsTable)
#include "tst_settingstable.moc"
