// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/signals.h"

#include <algorithm>
#include <climits>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace moe::app {

namespace {

int openSignals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

}

TerminationSignals::TerminationSignals(std::function<void()> onSignal)
    : m_descriptor(openSignals())
    , m_notifier(std::make_unique<QSocketNotifier>(m_descriptor, QSocketNotifier::Read))
{
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), [this, onSignal] {
        signalfd_siginfo info{};
        if (read(m_descriptor, &info, sizeof info) == sizeof info)
            onSignal();
    });
}

TerminationSignals::~TerminationSignals()
{
    m_notifier.reset();
    close(m_descriptor);
}

void notifyServiceManager(const char *state)
{
    const char *const path = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    if (!path || !*path || std::strlen(path) >= sizeof address.sun_path)
        return;
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path);
    const auto size = socklen_t(offsetof(sockaddr_un, sun_path) + std::strlen(path));
    if (address.sun_path[0] == '@')
        address.sun_path[0] = '\0'; // the abstract name space
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return;
    (void)sendto(descriptor, state, std::strlen(state), MSG_NOSIGNAL, reinterpret_cast<const sockaddr *>(&address),
                 size);
    close(descriptor);
}

int raiseDescriptorLimit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024; // what everybody has at least
    if (limit.rlim_cur < limit.rlim_max) {
        const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            limit.rlim_cur = before;
    }
    return int(std::min<rlim_t>(limit.rlim_cur, INT_MAX));
}

}
