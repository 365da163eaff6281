// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fakeclock.h"
#include "tests/unit/settings/settingsfixture.h"

#include <random>

using namespace moe;
using namespace moe::settings;
using namespace moe::test;
using namespace Qt::StringLiterals;

namespace {

constexpr quint32 seed = 90'125;

/// A value to try, and whether it is accepted.
struct Candidate {
    QLatin1StringView key;
    QByteArray json;
    bool isGood;
};

const std::vector<Candidate> candidates{
    {keys::retentionUsageDays.name, "0", true},
    {keys::retentionUsageDays.name, "7", true},
    {keys::retentionUsageDays.name, "-7", false},
    {keys::retentionUsageDays.name, "\"7\"", false},
    {keys::cutStreams.name, "true", true},
    {keys::cutStreams.name, "false", true},
    {keys::cutStreams.name, "0", false},
    {keys::judgeModel.name, "\"\"", true},
    {keys::judgeModel.name, "\"\xc3\x84 \\\" \\\\\"", true},
    {keys::judgeModel.name, "\"\\u0000\"", false},
    {keys::expertModels.name, "{\"math\":[{\"model\":\"a\"}]}", true},
    {keys::expertModels.name, "{}", true},
    {keys::expertModels.name, "[]", false},
    {keys::metricsToken.name, "\"one\"", true},
    {keys::metricsToken.name, "\"two\"", true},
    {keys::inferenceServers.name, "[{\"name\":\"a\",\"token\":\"x\",\"url\":\"u\"}]", true},
    {keys::inferenceServers.name, "[{\"name\":\"a\",\"token\":\"y\",\"url\":\"u\"}]", true},
    {"no.such"_L1, "1", false},
};

using Model = std::map<QString, QByteArray>;

QByteArray textOf(const Model &model)
{
    QByteArray text;
    for (const auto &[key, value] : model)
        text += (text.isEmpty() ? "\"" : ",\"") + key.toUtf8() + "\":" + value;
    return '{' + text + '}';
}

}

class TestSettingsModel : public QObject
{
    Q_OBJECT

private:
    std::mt19937 m_engine{seed};

    std::size_t below(std::size_t limit) { return m_engine() % limit; }

    /// Changes the model if all is accepted; returns the patch.
    QByteArray randomPatch(Model &model, bool &isGood)
    {
        Model patch;
        Model changed = model;
        isGood = true;
        for (std::size_t i = below(4) + 1; i > 0; --i) {
            const Candidate &candidate = candidates[below(candidates.size())];
            if (patch.contains(candidate.key))
                continue;
            const bool isBack = candidate.key != "no.such"_L1 && below(4) == 0;
            patch[candidate.key] = isBack ? QByteArray("null") : candidate.json;
            isGood = isGood && (isBack || candidate.isGood);
            if (isBack)
                changed.erase(candidate.key);
            else
                changed[candidate.key] = candidate.json;
        }
        if (isGood)
            model = changed;
        return textOf(patch);
    }

private Q_SLOTS:
    void initTestCase() { qInfo("seed %u", seed); }

    // Two daemons on one database change and roll back at random: the documents are those of a simple map, a refused
    // change leaves no trace, and going back restores each byte.
    void randomChanges()
    {
        FakeClock clock;
        FakeSettingsStore store;
        SettingValues options;
        options.set(keys::judgeModel, u"option"_s);
        SettingsService first(store, settingsTable(), options, clock);
        SettingsService second(store, settingsTable(), options, clock);
        std::vector<Model> versions{Model()}; // by number
        qint64 heard = 0;
        first.onChange(u"keys."_s, [&heard](const Settings &settings) {
            QVERIFY(settings.version() > heard);
            heard = settings.version();
        });
        int refused = 0;
        int rolledBack = 0;
        for (int step = 0; step < 3000; ++step) {
            SettingsService &service = below(3) == 0 ? second : first;
            Model expected = versions.back();
            bool isGood = true;
            Result<SettingsChange> done;
            if (below(10) == 0) {
                const std::size_t target = below(versions.size());
                expected = versions[target];
                done = await(service.rollBack(qint64(target), {}, admin, {}));
                ++rolledBack;
            } else {
                const QByteArray patch = randomPatch(expected, isGood);
                done = await(service.change({patch}, admin, {}));
            }
            QCOMPARE(done.has_value(), isGood);
            refused += !isGood;
            if (expected != versions.back())
                versions.push_back(expected);
            QCOMPARE(store.versions.size(), qsizetype(versions.size()) - 1);
            if (!store.versions.isEmpty())
                QCOMPARE(store.versions.last().document, textOf(versions.back()));
            if (isGood && service.current()->version() == store.versions.size()) {
                const auto model = expected.find(keys::judgeModel.name);
                const QByteArray judge = model == expected.end() ? QByteArray("\"option\"") : model->second;
                QCOMPARE(*service.current()->values().find(keys::judgeModel.name), judge);
                QCOMPARE(service.current()->value(keys::cutStreams),
                         expected.contains(keys::cutStreams.name) && expected[keys::cutStreams.name] == "true");
            }
        }
        QVERIFY(refused > 300);
        QVERIFY(rolledBack > 200);
        QVERIFY(versions.size() > 1000);
    }

    void differencesAreThoseOfTheModel()
    {
        FakeClock clock;
        FakeSettingsStore store;
        SettingsService service(store, settingsTable(), {}, clock);
        const SettingsTable table = settingsTable();
        std::vector<Model> versions{Model()};
        while (versions.size() < 60) {
            Model expected = versions.back();
            bool isGood = true;
            const QByteArray patch = randomPatch(expected, isGood);
            QCOMPARE(await(service.change({patch}, admin, {})).has_value(), isGood);
            if (expected != versions.back())
                versions.push_back(expected);
        }
        for (int i = 0; i < 500; ++i) {
            const std::size_t from = below(versions.size());
            const std::size_t to = below(versions.size());
            QStringList expected;
            for (const Setting &setting : table.all()) {
                const auto old = versions[from].find(setting.key);
                const auto now = versions[to].find(setting.key);
                const QByteArray before = old == versions[from].end() ? QByteArray("null") : old->second;
                const QByteArray after = now == versions[to].end() ? QByteArray("null") : now->second;
                if (before != after)
                    expected.append(setting.key);
            }
            QStringList found;
            const auto differences = await(service.diff(qint64(from), qint64(to), {})).value();
            for (const SettingDifference &difference : differences) {
                QVERIFY(!difference.before.isEmpty() && !difference.after.isEmpty());
                found.append(difference.key);
            }
            QCOMPARE(found, expected);
        }
    }
};

QTEST_GUILESS_MAIN(TestSettingsModel)
#include "tst_settingsmodel.moc"
