// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/worker/sandbox.h"

#include <csignal>
#include <memory>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace moe::tools {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr rlim_t addressSpace = RLIM_INFINITY; // sanitizers reserve terabytes
#else
constexpr rlim_t addressSpace = 1024UL * 1024 * 1024;
#endif

constexpr int niceness = 5;

constexpr int allowedCalls[] = {
    SCMP_SYS(read),         SCMP_SYS(write),           SCMP_SYS(readv),
    SCMP_SYS(writev),       SCMP_SYS(close),           SCMP_SYS(brk),
    SCMP_SYS(munmap),       SCMP_SYS(mremap),          SCMP_SYS(madvise),
    SCMP_SYS(futex),        SCMP_SYS(clock_gettime),   SCMP_SYS(gettimeofday),
    SCMP_SYS(time),         SCMP_SYS(times),           SCMP_SYS(getrusage),
    SCMP_SYS(getrandom),    SCMP_SYS(getpid),          SCMP_SYS(gettid),
    SCMP_SYS(sched_yield),  SCMP_SYS(nanosleep),       SCMP_SYS(clock_nanosleep),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),  SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),  SCMP_SYS(restart_syscall), SCMP_SYS(exit),
    SCMP_SYS(exit_group),
#if defined(__SANITIZE_ADDRESS__)
    SCMP_SYS(pipe),         SCMP_SYS(pipe2), // by which it is tried whether memory can be read
#endif
};

bool limit(__rlimit_resource resource, rlim_t most)
{
    const rlimit limits{most, most};
    return setrlimit(resource, &limits) == 0;
}

bool allowCalls(scmp_filter_ctx filter)
{
    for (const int call : allowedCalls) {
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0)
            return false;
    }
    // Memory that is not run, and what limitCpuTime() does.
    for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) != 0)
            return false;
    }
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
                            SCMP_A1(SCMP_CMP_EQ, RLIMIT_CPU))
        == 0;
}

}

bool limitResources(int descriptor)
{
    // Whoever answers requests goes first; that it could not be done is no reason not to calculate.
    (void)setpriority(PRIO_PROCESS, 0, niceness);
    return close_range(unsigned(descriptor) + 1, ~0U, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0
        && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0 && limit(RLIMIT_CORE, 0)
        && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_AS, addressSpace);
}

bool denySystemCalls()
{
    const std::unique_ptr<void, decltype(&seccomp_release)> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)),
                                                                   &seccomp_release);
    return filter && allowCalls(filter.get()) && seccomp_load(filter.get()) == 0;
}

void limitCpuTime(int seconds)
{
    rusage used{};
    rlimit limits{};
    if (getrusage(RUSAGE_SELF, &used) != 0 || getrlimit(RLIMIT_CPU, &limits) != 0)
        return;
    limits.rlim_cur = rlim_t(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + rlim_t(seconds) + 1;
    setrlimit(RLIMIT_CPU, &limits);
}

}
