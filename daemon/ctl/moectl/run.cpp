// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/run.h"

#include "daemon/ctl/moectl/commandline.h"
#include "shared/core/datadirectory.h"
#include "shared/wire/problem.h"

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

Outcome failed(const Error &error, bool isJson)
{
    Outcome outcome;
    outcome.error = isJson ? QString::fromUtf8(problemDocument(error)) : QString(u"moectl: " % error.message);
    outcome.error += u'\n';
    outcome.exitCode = error.reason == "usage"_L1 ? 2 : 1;
    return outcome;
}

QString versionText(bool isJson)
{
    const QString version = QStringLiteral(MOE_VERSION);
    return isJson ? u"{\"version\":\"%1\"}\n"_s.arg(version) : QString(u"moectl " % version % u'\n');
}

Result<Place> placeOf(const Invocation &invocation)
{
    Place place;
    place.isNamed = !invocation.dataDirectory.isEmpty();
    place.dataDirectory = place.isNamed ? invocation.dataDirectory : defaultDataDirectory();
    if (!place.isNamed && invocation.command->needs == Command::Needs::Daemon) {
        TRY(place.signIn, readSignIn());
    }
    return place;
}

Task<Output> runCommand(Invocation invocation, std::shared_ptr<Console> console)
{
    CO_TRY(const Place place, placeOf(invocation));
    CO_TRY(auto transport, place.transport());
    Call call{client::ControlClient(std::move(transport)), invocation.inputs, place, std::move(console)};
    co_return co_await invocation.command->run(std::move(call));
}

}

QCoro::Task<Outcome> run(QStringList arguments, std::shared_ptr<Console> console)
{
    const bool isJson = wantsJson(arguments);
    const Result<Invocation> invocation = parseCommandLine(arguments);
    if (!invocation)
        co_return failed(invocation.error(), isJson);
    Outcome outcome;
    switch (invocation->kind) {
    case Invocation::Help: outcome.output = helpText(); break;
    case Invocation::Version: outcome.output = versionText(isJson); break;
    case Invocation::Completion: outcome.output = bashCompletion(); break;
    case Invocation::Run: {
        const auto output = co_await runCommand(*invocation, std::move(console));
        if (!output)
            co_return failed(output.error(), isJson);
        outcome.output = isJson ? QString(QString::fromUtf8(output->json) + u'\n') : output->text;
        outcome.exitCode = output->exitCode;
    }
    }
    co_return outcome;
}

}
