// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/accountturns.h"
#include "shared/async/completion.h"
#include "shared/async/wait.h"

#include <deque>

namespace moe::accounts {

struct AccountTurn::State {
    bool isTaken = false;
    std::deque<Completion<Result<void>>> waiting; // those who gave up have completed

    void callNext()
    {
        while (!waiting.empty()) {
            const auto next = std::move(waiting.front());
            waiting.pop_front();
            if (next.complete({}))
                return;
        }
        isTaken = false;
    }
};

AccountTurn::~AccountTurn()
{
    if (!m_state) // moved from
        return;
    if (m_state->waiting.empty()) {
        m_state->isTaken = false;
        return;
    }
    // Not from here: the next one would run inside whatever ends this turn.
    Mailbox::current()->post([state = std::move(m_state)] { state->callNext(); });
}

AccountTurns::AccountTurns() : m_state(std::make_shared<AccountTurn::State>()) { }

Task<AccountTurn> AccountTurns::take(RequestContext context)
{
    if (context.isStopped())
        co_return failure(Error::cancelled());
    if (!std::exchange(m_state->isTaken, true))
        co_return AccountTurn(m_state);
    const Completion<Result<void>> called;
    m_state->waiting.push_back(called);
    const ContextWatcher watcher(context, QStringLiteral("Other changes of accounts took too long."),
                                 [called](Error error) { called.complete(failure(std::move(error))); });
    const auto state = m_state;
    CO_TRY_VOID(co_await called);
    co_return AccountTurn(state);
}

}
