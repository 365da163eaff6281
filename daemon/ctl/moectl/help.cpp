// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/commandline.h"

#include <QMap>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

constexpr auto optionsText
    = "Options:\n"
      "  --data-dir DIR  the data directory of the daemon on this machine (default: MOE_DATA_DIR, /var/lib/moe or the\n"
      "                  user's own). With it, or before \"moectl login\", the daemon of this machine is meant.\n"
      "  --json          print one JSON document: the answer, or on standard error what went wrong\n"
      "  --help          print this\n"
      "  --version       print the version\n"
      "  --print-completion bash\n"
      "                  print the script that completes command lines in bash\n"
      "\nPasswords are asked for on the terminal, or read from standard input with --password-stdin.\n"
      "Ends with 0 if it was done, 1 if it failed, 2 if the command line was wrong.\n"_L1;

/// {words}: those that may follow the words so far, "." at the begin; {options}: by command.
constexpr auto completionText = R"bash(# bash completion for moectl, made by: moectl --print-completion bash
_moectl() {
    local -A words=(
{words}    )
    local -A options=(
{options}    )
    local current=${COMP_WORDS[COMP_CWORD]} path=. word i
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $word in
        {valued})
            ((i++)) # its value
            ;;
        -*) ;;
        *)
            if [[ " ${words[$path]} " == *" $word "* ]]; then
                [[ $path == . ]] && path=$word || path+=" $word"
            fi
            ;;
        esac
    done
    COMPREPLY=()
    ((i == COMP_CWORD)) || return # a value of the reader's own
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "--data-dir --json --help --version ${options[$path]}" -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -W "${words[$path]}" -- "$current")
    fi
}
complete -o bashdefault -o default -F _moectl moectl
)bash"_L1;

QString linesOfMap(const QMap<QString, QStringList> &map)
{
    QString lines;
    for (auto it = map.begin(); it != map.end(); ++it)
        lines += u"        [\"%1\"]=\"%2\"\n"_s.arg(it.key(), it->join(u' '));
    return lines;
}

void addWords(QMap<QString, QStringList> &map, QLatin1StringView command)
{
    QString path = u"."_s;
    for (const QString &word : QString(command).split(u' ')) {
        QStringList &following = map[path];
        if (!following.contains(word))
            following.append(word);
        path = path == "."_L1 ? word : QString(path + u' ' + word);
    }
}

}

QString helpText()
{
    QString text = u"Usage: moectl [--data-dir DIR] [--json] COMMAND\nAdministers a Sovereign MoE daemon.\n"_s;
    for (const CommandGroup &group : allCommands()) {
        text += u"\n%1:\n"_s.arg(group.title);
        for (const Command &command : group.commands)
            text += u"  %1\n      %2\n"_s.arg(usageOf(command), command.help);
    }
    return text + u'\n' + optionsText;
}

QString bashCompletion()
{
    QMap<QString, QStringList> words;
    QMap<QString, QStringList> options;
    QStringList valued{u"--data-dir"_s, u"--print-completion"_s};
    for (const CommandGroup &group : allCommands()) {
        for (const Command &command : group.commands) {
            addWords(words, command.words);
            for (const Parameter &parameter : command.parameters) {
                if (parameter.kind == Parameter::Word || parameter.kind == Parameter::OptionalWord)
                    continue;
                const QString option = "--"_L1 + parameter.name;
                options[command.words].append(option);
                if (parameter.kind != Parameter::Flag && !valued.contains(option))
                    valued.append(option);
            }
        }
    }
    return QString(completionText)
        .replace("{words}"_L1, linesOfMap(words))
        .replace("{options}"_L1, linesOfMap(options))
        .replace("{valued}"_L1, valued.join(" | "_L1));
}

}
