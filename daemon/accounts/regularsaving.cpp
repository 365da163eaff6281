// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/regularsaving.h"
#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"

namespace moe::accounts {

using namespace std::chrono_literals;

namespace {

constexpr auto interval = 5s;
constexpr auto lastSaveLimit = 5s; // at shutdown

}

QCoro::Task<> saveRegularly(std::function<Task<void>(RequestContext)> save, QString what, RequestContext context)
{
    bool isFailing = false;
    while (co_await sleepFor(interval, context)) {
        const Result<void> saved = co_await save(context);
        if (!saved && !isFailing)
            MOE_LOG(Accounts, Warning, "", "Cannot write down; trying on", {"what", what},
                    {"error", saved.error().message});
        isFailing = !saved;
    }
    RequestContext last;
    last.requestId = context.requestId;
    last.deadline = std::chrono::steady_clock::now() + lastSaveLimit;
    if (const Result<void> saved = co_await save(last); !saved)
        MOE_LOG(Accounts, Warning, "", "Could not write down at the end", {"what", what},
                {"error", saved.error().message});
}

}
