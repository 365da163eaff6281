// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/commandline.h"

#include <QCommandLineParser>
#include <QSet>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

bool isWord(const Parameter &parameter)
{
    return parameter.kind == Parameter::Word || parameter.kind == Parameter::OptionalWord;
}

bool isNeeded(const Parameter &parameter)
{
    return parameter.kind == Parameter::Word || parameter.kind == Parameter::Option;
}

QString usageOf(const Parameter &parameter)
{
    switch (parameter.kind) {
    case Parameter::Word: return parameter.placeholder;
    case Parameter::OptionalWord: return u'[' % parameter.placeholder % u']';
    case Parameter::Option: return u"--" % parameter.name % u' ' % parameter.placeholder;
    case Parameter::OptionalOption: return u"[--" % parameter.name % u' ' % parameter.placeholder % u']';
    case Parameter::Flag: return u"[--" % parameter.name % u']';
    }
    Q_UNREACHABLE_RETURN(QString());
}

void declareOptions(QCommandLineParser &parser)
{
    parser.addOption({u"data-dir"_s, {}, u"DIR"_s});
    parser.addOption(QCommandLineOption(u"json"_s));
    parser.addOption(QCommandLineOption(u"version"_s));
    parser.addOption(QCommandLineOption(QStringList{u"h"_s, u"help"_s}));
    parser.addOption({u"print-completion"_s, {}, u"SHELL"_s});
    QSet<QLatin1StringView> declared;
    for (const CommandGroup &group : allCommands()) {
        for (const Command &command : group.commands) {
            for (const Parameter &parameter : command.parameters) {
                if (isWord(parameter) || declared.contains(parameter.name))
                    continue;
                declared.insert(parameter.name);
                parser.addOption(parameter.kind == Parameter::Flag
                                     ? QCommandLineOption(QString(parameter.name))
                                     : QCommandLineOption(QString(parameter.name), {}, QString(parameter.placeholder)));
            }
        }
    }
}

/// The command whose words begin the line; these are taken off it.
const Command *takeCommand(QStringList &words)
{
    for (const CommandGroup &group : allCommands()) {
        for (const Command &command : group.commands) {
            const QStringList name = QString(command.words).split(u' ');
            if (words.first(std::min(name.size(), words.size())) == name) {
                words.remove(0, name.size());
                return &command;
            }
        }
    }
    return nullptr;
}

Result<Inputs> inputsOf(const Command &command, QStringList words, const QCommandLineParser &parser)
{
    QHash<QString, QString> values;
    QStringList unknownOptions = parser.optionNames();
    unknownOptions.removeIf([](const QString &name) { return name == u"data-dir" || name == u"json"; });
    for (const Parameter &parameter : command.parameters) {
        const QString name(parameter.name);
        const bool isGiven = isWord(parameter) ? !words.isEmpty() : parser.isSet(name);
        if (!isGiven && isNeeded(parameter))
            return wrongUsage(u"%1 is missing: moectl %2"_s.arg(usageOf(parameter), usageOf(command)) % u'.');
        if (!isGiven)
            continue;
        if (isWord(parameter)) {
            values.insert(name, words.takeFirst());
            continue;
        }
        unknownOptions.removeAll(name);
        const QStringList given = parameter.kind == Parameter::Flag ? QStringList(QString()) : parser.values(name);
        if (given.size() > 1)
            return wrongUsage(u"The option --%1 was given twice."_s.arg(name));
        values.insert(name, given.front());
    }
    if (!words.isEmpty())
        return wrongUsage(u"There is a word too many: moectl %1."_s.arg(usageOf(command)));
    if (!unknownOptions.isEmpty())
        return wrongUsage(u"The option --%1 does not belong to \"%2\"."_s.arg(unknownOptions.front(), command.words));
    return Inputs(values);
}

}

bool wantsJson(const QStringList &arguments) { return arguments.contains(u"--json"); }

Result<Invocation> parseCommandLine(const QStringList &arguments)
{
    QCommandLineParser parser;
    declareOptions(parser);
    if (!parser.parse(QStringList{u"moectl"_s} + arguments))
        return wrongUsage(parser.errorText());
    Invocation invocation;
    if (parser.isSet(u"help"_s))
        return invocation;
    if (parser.isSet(u"version"_s)) {
        invocation.kind = Invocation::Version;
        return invocation;
    }
    if (parser.isSet(u"print-completion"_s)) {
        if (parser.value(u"print-completion"_s) != "bash"_L1)
            return wrongUsage(u"There is a completion for bash only."_s);
        invocation.kind = Invocation::Completion;
        return invocation;
    }
    QStringList words = parser.positionalArguments();
    invocation.kind = Invocation::Run;
    invocation.command = takeCommand(words);
    if (!invocation.command)
        return wrongUsage(words.isEmpty() ? u"Say what to do."_s
                                          : u"There is no command \"%1\"."_s.arg(words.join(u' ').left(64)));
    TRY(invocation.inputs, inputsOf(*invocation.command, words, parser));
    invocation.dataDirectory = parser.value(u"data-dir"_s);
    if (parser.isSet(u"data-dir"_s) && invocation.dataDirectory.isEmpty())
        return wrongUsage(u"--data-dir needs a folder."_s);
    return invocation;
}

QString usageOf(const Command &command)
{
    QStringList parts{QString(command.words)};
    for (const Parameter &parameter : command.parameters)
        parts.append(usageOf(parameter));
    return parts.join(u' ');
}

}
