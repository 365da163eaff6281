// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/commandline.h"
#include "shared/core/datadirectory.h"

#include <QFile>
#include <QProcess>
#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe;
using namespace moe::moectl;

namespace {

QStringList words(const QString &line) { return line.split(u' ', Qt::SkipEmptyParts); }

/// A line that says all that a command takes, and one that says only what it must.
QString lineFor(const Command &command, bool isWhole)
{
    QString line(command.words);
    for (const Parameter &parameter : command.parameters) {
        const bool isNeeded = parameter.kind == Parameter::Word || parameter.kind == Parameter::Option;
        if (!isNeeded && !isWhole)
            continue;
        const bool isWord = parameter.kind == Parameter::Word || parameter.kind == Parameter::OptionalWord;
        line += isWord ? u" value"_s : QString(" --"_L1 + parameter.name);
        if (!isWord && parameter.kind != Parameter::Flag)
            line += " value"_L1;
    }
    return line;
}

/// What bash would offer for a command line whose last word is being typed.
QStringList completionsOf(const QString &script, const QStringList &line)
{
    QString text = u"complete() { :; }; source '%1'; COMP_WORDS=("_s.arg(script);
    for (const QString &word : line)
        text += u" '%1'"_s.arg(word);
    text += u"); COMP_CWORD=%1; _moectl; printf '%s\\n' \"${COMPREPLY[@]}\""_s.arg(line.size() - 1);
    QProcess bash;
    bash.start(u"bash"_s, {u"-c"_s, text});
    bash.waitForFinished();
    return QString::fromUtf8(bash.readAllStandardOutput() + bash.readAllStandardError())
        .split(u'\n', Qt::SkipEmptyParts);
}

}

class TestCommandLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCommandTakesWhatItSays_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("command");
        for (const CommandGroup &group : allCommands()) {
            for (const Command &command : group.commands) {
                const QString name(command.words);
                QTest::newRow(qPrintable(QString(name + ", all"_L1))) << lineFor(command, true) << name;
                QTest::newRow(qPrintable(QString(name + ", least"_L1))) << lineFor(command, false) << name;
                QTest::newRow(qPrintable(QString(name + ", globals"_L1)))
                    << QString("--json --data-dir /srv/moe "_L1 + lineFor(command, false)) << name;
            }
        }
    }
    void everyCommandTakesWhatItSays()
    {
        QFETCH(const QString, line);
        QFETCH(const QString, command);
        const auto invocation = parseCommandLine(words(line));
        QVERIFY2(invocation, invocation ? "" : qPrintable(invocation.error().message));
        QCOMPARE(invocation->kind, Invocation::Run);
        QCOMPARE(QString(invocation->command->words), command);
        QCOMPARE(invocation->dataDirectory.isEmpty(), !line.contains("/srv/moe"_L1));
        for (const Parameter &parameter : invocation->command->parameters) {
            if (parameter.kind == Parameter::Word || parameter.kind == Parameter::Option)
                QCOMPARE(invocation->inputs.text(parameter.name), u"value"_s);
        }
    }

    void everyCommandRefusesMore_data()
    {
        QTest::addColumn<QString>("line");
        for (const CommandGroup &group : allCommands()) {
            for (const Command &command : group.commands) {
                const QByteArray name(command.words);
                const QString whole = lineFor(command, true);
                QTest::addRow("%s, a word too many", name.constData()) << QString(whole + " more"_L1);
                QTest::addRow("%s, an unknown option", name.constData()) << QString(whole + " --bogus"_L1);
                if (lineFor(command, false) != command.words)
                    QTest::addRow("%s, nothing", name.constData()) << QString(command.words);
            }
        }
    }
    void everyCommandRefusesMore()
    {
        QFETCH(const QString, line);
        const auto invocation = parseCommandLine(words(line));
        QVERIFY(!invocation);
        QCOMPARE(invocation.error().reason, u"usage"_s);
    }

    void wrongLines_data()
    {
        QTest::addColumn<QString>("line");
        for (const char *line :
             {"", "user", "user ad", "user add", "user add a b", "add user a", "user list --label x",
              "key create --user a", "key create --label a", "key create --user a --label b c",
              "key create --user a --user b --label c", "group member add --user a g u", "key revoke", "--bogus",
              "user list --user", "user add a --json=yes", "--data-dir= user list", "--print-completion fish"})
            QTest::newRow(line) << QString::fromLatin1(line);
    }
    void wrongLines()
    {
        QFETCH(const QString, line);
        const auto invocation = parseCommandLine(words(line));
        QVERIFY(!invocation);
        QCOMPARE(invocation.error().code, ErrorCode::InvalidRequest);
        QVERIFY(invocation.error().message.contains(u"moectl --help"));
    }

    void helpNamesEveryCommand()
    {
        QCOMPARE(parseCommandLine(words(u"user add --help"_s))->kind, Invocation::Help);
        QCOMPARE(parseCommandLine(words(u"--version"_s))->kind, Invocation::Version);
        QSet<QLatin1StringView> seen;
        for (const CommandGroup &group : allCommands()) {
            QVERIFY(helpText().contains(u'\n' + group.title + ":\n"_L1));
            for (const Command &command : group.commands) {
                QVERIFY(helpText().contains("\n  "_L1 + usageOf(command) + u'\n'));
                QVERIFY(!seen.contains(command.words));
                seen.insert(command.words);
            }
        }
        QVERIFY(helpText().contains(u"key create --user NAME --label TEXT [--expires YYYY-MM-DD]"));
    }

    void defaultDirectory()
    {
        qputenv("MOE_DATA_DIR", "/srv/moe");
        QCOMPARE(defaultDataDirectory(), u"/srv/moe"_s);
        qunsetenv("MOE_DATA_DIR");
        qputenv("XDG_DATA_HOME", "/home/anna/data");
        const QString directory = defaultDataDirectory();
        QVERIFY(directory == u"/var/lib/moe" || directory == u"/home/anna/data/sovereign-moe");
    }

    void completionFileIsCurrent()
    {
        QFile file(QStringLiteral(MOE_COMPLETION));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(QString::fromUtf8(file.readAll()) == bashCompletion(),
                 "Make it anew: moectl --print-completion bash > packaging/completion/moectl");
    }

    void completionsAreOffered_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QStringList>("offers");
        QTest::newRow("areas") << u"moectl use"_s << QStringList{u"user"_s};
        QTest::newRow("words") << u"moectl user un"_s << QStringList{u"unblock"_s};
        QTest::newRow("three words") << u"moectl group member r"_s << QStringList{u"remove"_s};
        QTest::newRow("after globals") << u"moectl --data-dir user --json key rev"_s << QStringList{u"revoke"_s};
        QTest::newRow("options") << u"moectl key create --us"_s << QStringList{u"--user"_s};
        QTest::newRow("options later") << u"moectl key create --user key --lab"_s << QStringList{u"--label"_s};
        QTest::newRow("values are the reader's") << u"moectl key create --user us"_s << QStringList();
        QTest::newRow("nothing known") << u"moectl bogus x"_s << QStringList();
    }
    void completionsAreOffered()
    {
        QFETCH(const QString, line);
        QFETCH(const QStringList, offers);
        QCOMPARE(completionsOf(QStringLiteral(MOE_COMPLETION), line.split(u' ')), offers);
    }
};

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_commandline.moc"
