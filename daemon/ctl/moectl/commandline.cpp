// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/commandline.h"
#include "shared/core/datadirectory.h"

#include <QCommandLineParser>
#include <QDate>
#include <QSet>
#include <QTimeZone>

namespace moe::moectl {

namespace {

std::unexpected<Error> wrongUsage(const QString &message)
{
    return failure(Error::invalid(message % u" See moectl --help.", {}, QStringLiteral("usage")));
}

QString usageOf(const Parameter &parameter)
{
    switch (parameter.kind) {
    case Parameter::Word: return parameter.placeholder;
    case Parameter::OptionalWord: return u'[' % parameter.placeholder % u']';
    case Parameter::Option: return u"--" % parameter.name % u' ' % parameter.placeholder;
    case Parameter::OptionalOption: return u"[--" % parameter.name % u' ' % parameter.placeholder % u']';
    }
    Q_UNREACHABLE_RETURN(QString());
}

QString usageOf(const Command &command)
{
    QStringList parts{QString(command.words)};
    for (const Parameter &parameter : command.parameters)
        parts.append(usageOf(parameter));
    return parts.join(u' ');
}

bool isWord(const Parameter &parameter)
{
    return parameter.kind == Parameter::Word || parameter.kind == Parameter::OptionalWord;
}

void declareOptions(QCommandLineParser &parser)
{
    parser.addOption({QStringLiteral("data-dir"), {}, QStringLiteral("DIR")});
    parser.addOption(QCommandLineOption(QStringLiteral("json")));
    parser.addOption(QCommandLineOption(QStringLiteral("version")));
    parser.addOption(QCommandLineOption(QStringList{QStringLiteral("h"), QStringLiteral("help")}));
    QSet<QLatin1StringView> declared;
    for (const Command &command : allCommands()) {
        for (const Parameter &parameter : command.parameters) {
            if (isWord(parameter) || declared.contains(parameter.name))
                continue;
            declared.insert(parameter.name);
            parser.addOption({QString(parameter.name), {}, QString(parameter.placeholder)});
        }
    }
}

/// The command whose words begin the line; these are taken off it.
const Command *takeCommand(QStringList &words)
{
    for (const Command &command : allCommands()) {
        const QStringList name = QString(command.words).split(u' ');
        if (words.first(std::min(name.size(), words.size())) == name) {
            words.remove(0, name.size());
            return &command;
        }
    }
    return nullptr;
}

/// A key given a last day is good until that day is over.
Result<QString> endOfDay(const QString &text)
{
    const QDate date = QDate::fromString(text, Qt::ISODate);
    if (!date.isValid() || text.size() != 10)
        return wrongUsage(QStringLiteral("\"%1\" is not a date of the form YYYY-MM-DD.").arg(text.left(32)));
    return date.addDays(1).startOfDay(QTimeZone::UTC).toString(Qt::ISODate);
}

Result<QJsonObject> argumentsOf(const Command &command, QStringList words, const QCommandLineParser &parser)
{
    QJsonObject arguments;
    QStringList unknownOptions = parser.optionNames();
    unknownOptions.removeIf([](const QString &name) { return name == u"data-dir" || name == u"json"; });
    for (const Parameter &parameter : command.parameters) {
        const QString name(parameter.name);
        const bool isGiven = isWord(parameter) ? !words.isEmpty() : parser.isSet(name);
        if (!isGiven && (parameter.kind == Parameter::Word || parameter.kind == Parameter::Option))
            return wrongUsage(QStringLiteral("%1 is missing: moectl %2").arg(usageOf(parameter), usageOf(command))
                              % u'.');
        if (!isGiven)
            continue;
        QString value = isWord(parameter) ? words.takeFirst() : parser.value(name);
        if (name == u"expires") {
            TRY(value, endOfDay(value));
        }
        arguments.insert(name, value);
        unknownOptions.removeAll(name);
    }
    if (!words.isEmpty())
        return wrongUsage(QStringLiteral("There is a word too many: moectl %1.").arg(usageOf(command)));
    if (!unknownOptions.isEmpty())
        return wrongUsage(
            QStringLiteral("The option --%1 does not belong to \"%2\".").arg(unknownOptions.front(), command.words));
    return arguments;
}

}

bool wantsJson(const QStringList &arguments) { return arguments.contains(u"--json"); }

Result<Invocation> parseCommandLine(const QStringList &arguments)
{
    QCommandLineParser parser;
    declareOptions(parser);
    if (!parser.parse(QStringList{QStringLiteral("moectl")} + arguments))
        return wrongUsage(parser.errorText());
    Invocation invocation;
    if (parser.isSet(QStringLiteral("help")))
        return invocation;
    if (parser.isSet(QStringLiteral("version"))) {
        invocation.kind = Invocation::Version;
        return invocation;
    }
    QStringList words = parser.positionalArguments();
    invocation.kind = Invocation::Call;
    invocation.command = takeCommand(words);
    if (!invocation.command)
        return wrongUsage(words.isEmpty()
                              ? QStringLiteral("Say what to do.")
                              : QStringLiteral("There is no command \"%1\".").arg(words.join(u' ').left(64)));
    invocation.request.command = invocation.command->request;
    TRY(invocation.request.arguments, argumentsOf(*invocation.command, words, parser));
    invocation.dataDirectory = parser.value(QStringLiteral("data-dir"));
    if (invocation.dataDirectory.isEmpty())
        invocation.dataDirectory = defaultDataDirectory();
    return invocation;
}

QString helpText()
{
    QString text = QStringLiteral("Usage: moectl [--data-dir DIR] [--json] COMMAND\n"
                                  "Administers the daemon that runs on this machine.\n\nCommands:\n");
    for (const Command &command : allCommands())
        text += QStringLiteral("  %1\n      %2\n").arg(usageOf(command), command.help);
    text += QStringLiteral(
        "\nOptions:\n"
        "  --data-dir DIR  the daemon's data directory (default: MOE_DATA_DIR, /var/lib/moe or the user's own)\n"
        "  --json          print one JSON document: the answer, or on standard error what went wrong\n"
        "  --help          print this\n"
        "  --version       print the version\n"
        "\nEnds with 0 if it was done, 1 if it failed, 2 if the command line was wrong.\n");
    return text;
}

}
