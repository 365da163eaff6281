// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"

#include <memory>
#include <utility>

namespace moe::accounts {

/// The right to change accounts, given back on destruction. Outliving its AccountTurns is harmless.
class AccountTurn
{
public:
    AccountTurn(AccountTurn &&other) noexcept = default;
    AccountTurn &operator=(AccountTurn &&other) noexcept
    {
        std::swap(m_state, other.m_state);
        return *this;
    }
    ~AccountTurn();

private:
    friend class AccountTurns;
    struct State;
    explicit AccountTurn(std::shared_ptr<State> state) : m_state(std::move(state)) { }

    std::shared_ptr<State> m_state;
};

/// Lets one change of accounts happen after the other, in order of asking: so what a use case reads, decides and writes
/// belongs together, and what is decided from memory never goes back to an older answer of the database. Nothing slow
/// (a password, another service) is waited for during a turn. Main thread.
class AccountTurns
{
public:
    AccountTurns();
    AccountTurns(const AccountTurns &) = delete;
    AccountTurns &operator=(const AccountTurns &) = delete;

    /// Cancelled or Timeout as the context says while it waits.
    [[nodiscard]] Task<AccountTurn> take(RequestContext context);

private:
    std::shared_ptr<AccountTurn::State> m_state;
};

}
