// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/commandline.h"
#include "tests/simnode/simnode.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace {

void raiseDescriptorLimit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/// A descriptor that becomes readable on SIGTERM and SIGINT.
int terminationDescriptor()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    return signalfd(-1, &signals, SFD_CLOEXEC);
}

}

int main(int argc, char **argv)
{
    using namespace moe::sim;
    const int termination = terminationDescriptor();
    raiseDescriptorLimit();
    qputenv("QT_NO_GLIB", "1"); // its event loop is slower with many sockets
    QCoreApplication application(argc, argv);
    const auto options = CommandLine::parse(application.arguments());
    auto node = options.and_then([](const CommandLine &line) { return line.start(); });
    const auto told = node.and_then([&](const auto &server) { return options->announce(server->serverPort()); });
    if (!told) {
        std::fprintf(stderr, "moe-simnode: %s\n", qPrintable(told.error().message));
        return 1;
    }
    QSocketNotifier notifier(termination, QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &application, &QCoreApplication::quit);
    const int status = QCoreApplication::exec();
    close(termination);
    return status;
}
