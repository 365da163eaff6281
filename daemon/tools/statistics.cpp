// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/statistics.h"

#include "daemon/tools/arguments.h"
#include "daemon/tools/calculation.h"
#include "daemon/tools/decimals.h"
#include "daemon/tools/sample.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

constexpr qsizetype mostOperations = 50;
constexpr qsizetype mostPercentDigits = 12;

struct StatisticsInput {
    NumberList data;
    NameList operations;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&StatisticsInput::data>{"data"_L1, Presence::Required,
                                          "The numbers, as a list or with commas between them."_L1},
            Field<&StatisticsInput::operations>{
                "operations"_L1, Presence::Optional,
                "Any of count, sum, min, max, range, mean, median, mode, stdev and variance (of a sample, n - 1), "
                "pstdev and pvariance (of a population, n), quartiles, percentiles, and single percentiles such as "
                "p90 or p99.9. Default: count, sum, min, max, mean, median."_L1}};
    }
};

struct Statistic {
    QString operation;
    QString value;
    bool isRounded = false;
    std::optional<QString> note;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&Statistic::operation>{"operation"_L1, Presence::Required},
            Field<&Statistic::value>{"value"_L1, Presence::Required, "A number as text; several modes with commas."_L1},
            Field<&Statistic::isRounded>{"rounded"_L1, Presence::Required,
                                         "Whether it is rounded to 15 significant digits; else it is exact."_L1},
            Field<&Statistic::note>{"note"_L1, Presence::Optional, "How it is defined."_L1}};
    }
};

struct StatisticsOutput {
    QList<Statistic> results;

    static constexpr auto fields()
    {
        return std::tuple{Field<&StatisticsOutput::results>{"results"_L1, Presence::Required}};
    }
};

constexpr auto ofSample = "of a sample: divided by n - 1"_L1;
constexpr auto ofPopulation = "of a population: divided by n"_L1;
constexpr auto inclusive = "linear interpolation, inclusive (as Excel's PERCENTILE.INC)"_L1;

Decimal modeText(const Sample &sample)
{
    QStringList texts;
    for (const Rational &mode : sample.modes())
        texts.append(decimalOf(mode).text);
    return {texts.isEmpty() ? u"none"_s : texts.join(u", "_s), false};
}

struct Operation {
    QLatin1StringView name;
    Decimal (*value)(const Sample &);
    QLatin1StringView note = {};
    qint64 smallestCount = 1;
};

constexpr std::array operations{
    Operation{"count"_L1, [](const Sample &sample) { return Decimal{QString::number(sample.count())}; }},
    Operation{"sum"_L1, [](const Sample &sample) { return decimalOf(sample.sum()); }},
    Operation{"min"_L1, [](const Sample &sample) { return decimalOf(sample.smallest()); }},
    Operation{"max"_L1, [](const Sample &sample) { return decimalOf(sample.largest()); }},
    Operation{"range"_L1, [](const Sample &sample) { return decimalOf(sample.largest() - sample.smallest()); }},
    Operation{"mean"_L1, [](const Sample &sample) { return decimalOf(sample.mean()); }},
    Operation{"median"_L1, [](const Sample &sample) { return decimalOf(sample.percentile(50)); }},
    Operation{"mode"_L1, &modeText, "the most frequent; none if all occur once"_L1},
    Operation{"variance"_L1, [](const Sample &sample) { return decimalOf(sample.sampleVariance()); }, ofSample, 2},
    Operation{"stdev"_L1, [](const Sample &sample) { return squareRoot(sample.sampleVariance()); }, ofSample, 2},
    Operation{"pvariance"_L1, [](const Sample &sample) { return decimalOf(sample.populationVariance()); },
              ofPopulation},
    Operation{"pstdev"_L1, [](const Sample &sample) { return squareRoot(sample.populationVariance()); }, ofPopulation}};

Error unknownOperation(const QString &name)
{
    return badCall(u"operations: \"%1\" is none of count, sum, min, max, range, mean, median, mode, stdev, variance, "
                   "pstdev, pvariance, quartiles, percentiles, or p and a number from 0 to 100."_s.arg(name.left(40)),
                   u"operations"_s, u"unknown_operation"_s);
}

Statistic percentileOf(const Sample &sample, const QString &name, const Rational &percent)
{
    const Decimal value = decimalOf(sample.percentile(percent));
    return {name, value.text, value.isRounded, QString(inclusive)};
}

QList<Statistic> percentilesOf(const Sample &sample, QLatin1StringView prefix,
                               std::initializer_list<std::pair<int, int>> numbersAndPercents)
{
    QList<Statistic> all;
    for (const auto &[number, percent] : numbersAndPercents)
        all.append(percentileOf(sample, prefix + QString::number(number), percent));
    return all;
}

Result<QList<Statistic>> singlePercentile(const Sample &sample, const QString &name)
{
    const auto number = name.startsWith(u'p') ? ExactNumber::fromText(name.sliced(1)) : std::unexpected(QString());
    const auto percent
        = number ? rationalOf(*number, mostPercentDigits, u"operations"_s) : failure(unknownOperation(name));
    if (!percent || *percent < 0 || *percent > 100)
        return failure(unknownOperation(name));
    return QList{percentileOf(sample, name, *percent)};
}

Result<QList<Statistic>> statisticsOf(const Sample &sample, const QString &name)
{
    if (name == u"quartiles")
        return percentilesOf(sample, "q"_L1, {{1, 25}, {2, 50}, {3, 75}});
    if (name == u"percentiles")
        return percentilesOf(sample, "p"_L1,
                             {{5, 5}, {10, 10}, {25, 25}, {50, 50}, {75, 75}, {90, 90}, {95, 95}, {99, 99}});
    const auto found = std::ranges::find(operations, name, &Operation::name);
    if (found == operations.end())
        return singlePercentile(sample, name);
    if (sample.count() < found->smallestCount)
        return failure(badCall(u"operations: %1 needs at least %2 numbers."_s.arg(name).arg(found->smallestCount),
                               u"data"_s, u"undefined"_s));
    const Decimal value = found->value(sample);
    return QList{Statistic{name, value.text, value.isRounded,
                           found->note.isEmpty() ? std::nullopt : std::optional<QString>(found->note)}};
}

Result<StatisticsOutput> statistics(const StatisticsInput &input)
{
    TRY(const Sample sample, Sample::of(input.data.items, u"data"_s));
    static const QStringList usual{u"count"_s, u"sum"_s, u"min"_s, u"max"_s, u"mean"_s, u"median"_s};
    const QStringList names = input.operations.names.isEmpty() ? usual : input.operations.names;
    if (names.size() > mostOperations)
        return failure(badCall(u"operations: expected at most %1."_s.arg(mostOperations), u"operations"_s));
    StatisticsOutput output;
    for (const QString &name : names) {
        TRY(const QList<Statistic> statistics, statisticsOf(sample, name.trimmed().toLower()));
        output.results.append(statistics);
    }
    return output;
}

QString statisticsText(const StatisticsInput &input, const StatisticsOutput &output)
{
    QStringList parts;
    for (const Statistic &statistic : output.results)
        parts.append(u"%1 %2 %3"_s.arg(statistic.operation, statistic.isRounded ? u"≈"_s : u"="_s, statistic.value));
    return u"Of %1 numbers: %2"_s.arg(QString::number(input.data.items.size()), parts.join(u", "_s));
}

}

ToolList statisticsTools()
{
    return {calculation({.name = "statistics_calc"_L1,
                         .title = "Statistics"_L1,
                         .description = "Describes numbers: count, sum, extremes, mean, median, mode, variance and "
                                        "standard deviation of a sample or a population, quartiles and percentiles. "
                                        "Exact; what has no end is rounded to 15 significant digits and said to be."_L1,
                         .isHeavy = true},
                        &statistics, &statisticsText)};
}

}
