// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/command.h"
#include "daemon/ctl/moectl/doctor.h"
#include "daemon/ctl/moectl/files.h"
#include "daemon/ctl/moectl/restore.h"
#include "shared/async/completion.h"
#include "shared/wire/control/operation.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

constexpr qint64 longestComplaint = 4096;

const std::vector<Column> backupColumns{{"file"_L1, "File"_L1}, {"bytes"_L1, "Bytes"_L1}};

Task<Output> backUp(Call call)
{
    const QString target = call.inputs.text("file"_L1);
    if (QFile::exists(target))
        co_return failure(Error::of(ErrorCode::Conflict, u"There is a file %1 already."_s.arg(target)));
    CO_TRY(auto backup, co_await call.client.call(control::createBackup, {}, {}));
    const Result<void> copied = copyPrivately(backup.value.file, target);
    QFile::remove(backup.value.file);
    CO_TRY_VOID(copied);
    backup.value.file = target;
    co_return shown(backup.value, backupColumns);
}

Task<Output> restore(Call call)
{
    CO_TRY(const Restored restored, restoreDatabase(call.inputs.text("file"_L1), call.place.dataDirectory));
    co_return shown(restored, {{"restored"_L1, "Restored"_L1}, {"kept"_L1, "Old one kept as"_L1}});
}

QString daemonProgram() { return QCoreApplication::applicationDirPath() + "/moed"_L1; }

/// Has the daemon itself look at its options, which are read as it would read them.
Task<Output> checkConfig(Call call)
{
    QProcess process;
    const Completion<bool> ended;
    QObject::connect(&process, &QProcess::finished, &process, [ended] { ended.complete(true); });
    QObject::connect(&process, &QProcess::errorOccurred, &process, [ended](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            ended.complete(false);
    });
    QStringList arguments{u"--check"_s};
    if (call.inputs.has("config"_L1))
        arguments += {u"--config"_s, call.inputs.text("config"_L1)};
    if (call.place.isNamed)
        arguments += {u"--data-dir"_s, call.place.dataDirectory};
    process.start(daemonProgram(), arguments);
    if (!co_await ended)
        co_return failure(Error::of(ErrorCode::NotFound, u"%1 cannot be started."_s.arg(daemonProgram())));
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        co_return failure(
            Error::invalid(QString::fromUtf8(process.readAllStandardError().trimmed().left(longestComplaint)), {},
                           u"configuration"_s));
    co_return done("checked"_L1, u"configuration"_s);
}

}

CommandGroup machineCommands()
{
    constexpr Parameter file{Parameter::Word, "file"_L1, "FILE"_L1};
    return {"This machine"_L1,
            {{"backup"_L1,
              "Copies the database to a new file, consistently and while the daemon runs."_L1,
              {file},
              &backUp,
              Command::Needs::Machine},
             {"restore"_L1,
              "Puts such a copy in the place of the database, which is kept; the daemon must not run."_L1,
              {file},
              &restore,
              Command::Needs::Machine},
             {"doctor"_L1, "Looks for what is wrong, and says what to do."_L1, {}, &examine, Command::Needs::Machine},
             {"config check"_L1,
              "Checks the daemon's options without starting it."_L1,
              {{Parameter::OptionalOption, "config"_L1, "FILE"_L1}},
              &checkConfig,
              Command::Needs::Machine}}};
}

}
