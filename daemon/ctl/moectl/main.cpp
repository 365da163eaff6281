// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/run.h"
#include "shared/core/utf8locale.h"

#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

namespace {

bool print(std::FILE *stream, const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    return std::fwrite(bytes.constData(), 1, std::size_t(bytes.size()), stream) == std::size_t(bytes.size())
        && std::fflush(stream) == 0;
}

QCoro::Task<> runAndExit()
{
    const auto outcome = co_await moe::moectl::run(QCoreApplication::arguments().sliced(1),
                                                   std::make_shared<moe::moectl::ProcessConsole>());
    const bool isPrinted = print(stdout, outcome.output) && print(stderr, outcome.error);
    QCoreApplication::exit(isPrinted ? outcome.exitCode : 1);
}

}

int main(int argc, char **argv)
{
    moe::useUtf8();
    QCoreApplication application(argc, argv);
    // From inside the loop, so that exit() ends it even if nothing had to be waited for.
    QCoro::Task<> running;
    QTimer::singleShot(0, &application, [&running] { running = runAndExit(); });
    return QCoreApplication::exec();
}
