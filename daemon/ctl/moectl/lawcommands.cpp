// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/command.h"
#include "shared/async/wait.h"
#include "shared/wire/control/law.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::moectl {

namespace {

constexpr auto interval = 500ms;

const std::vector<Column> stateColumns{{"laws"_L1, "Laws"_L1},       {"state"_L1, "State"_L1},
                                       {"error"_L1, "Error"_L1},     {"total"_L1, "In the source"_L1},
                                       {"updated"_L1, "Updated"_L1}, {"unchanged"_L1, "Unchanged"_L1},
                                       {"removed"_L1, "Removed"_L1}, {"failed"_L1, "Failed"_L1}};

Output outputOf(const control::LawSyncState &state)
{
    Output output = shown(state, stateColumns);
    for (const control::LawSyncFault &fault : state.faults)
        output.text += u"  "_s + fault.law + u": "_s + fault.message + u'\n';
    output.exitCode = state.phase == control::LawSyncPhase::Failed || state.failed > 0 ? 1 : 0;
    return output;
}

/// A folder is named in full: the daemon has another one as its present folder.
QString sourceOf(const QString &from)
{
    return from.isEmpty() || from.contains(u"://") ? from : QFileInfo(from).absoluteFilePath();
}

Task<Output> sync(Call call)
{
    CO_TRY(auto state,
           co_await call.client.call(control::startLawSync,
                                     {.body = {sourceOf(call.inputs.text("from"_L1)), call.inputs.has("prune"_L1)}},
                                     {}));
    int told = -1;
    while (state.value.phase == control::LawSyncPhase::Running) {
        if (std::exchange(told, state.value.done) != state.value.done)
            call.console->tell(u"%1 of %2 laws, %3 updated, %4 failed  %5"_s.arg(state.value.done)
                                   .arg(state.value.total)
                                   .arg(state.value.updated)
                                   .arg(state.value.failed)
                                   .arg(state.value.current));
        CO_TRY_VOID(co_await sleepFor(interval, {}));
        CO_TRY(state, co_await call.client.call(control::readLawSync, {}, {}));
    }
    co_return outputOf(state.value);
}

Task<Output> status(Call call)
{
    CO_TRY(const auto state, co_await call.client.call(control::readLawSync, {}, {}));
    co_return outputOf(state.value);
}

}

CommandGroup lawCommands()
{
    return {"German law"_L1,
            {{"law sync"_L1,
              "Brings the texts of the laws up to date; what it did is kept if it is ended. A folder or another "
              "address than the configured one can be named on the daemon's machine. --prune: also if most laws are no "
              "longer there."_L1,
              {{Parameter::OptionalOption, "from"_L1, "URL|DIR"_L1}, {Parameter::Flag, "prune"_L1}},
              &sync},
             {"law status"_L1, "How many laws there are, and how far that is."_L1, {}, &status}}};
}

}
