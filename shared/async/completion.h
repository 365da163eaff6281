// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coroutine>
#include <memory>
#include <optional>
#include <utility>

namespace moe {

/// Hands one value from a callback to one coroutine on the same thread. Copies share the state. complete() resumes the
/// waiting coroutine at once, on the caller's stack; the first value counts, later ones are ignored.
template <typename T>
class Completion
{
public:
    Completion() : m_state(std::make_shared<State>()) { }

    /// False if there was a value already.
    bool complete(T value) const
    {
        // Keeps the state alive while the resumed coroutine drops its own copy.
        const auto state = m_state;
        if (state->isCompleted)
            return false;
        state->isCompleted = true;
        state->value.emplace(std::move(value));
        if (const auto waiter = std::exchange(state->waiter, nullptr))
            waiter.resume();
        return true;
    }

    [[nodiscard]] bool isCompleted() const { return m_state->isCompleted; }

    /// Awaitable once; yields the value.
    [[nodiscard]] auto operator co_await() const { return Awaiter{m_state}; }

private:
    struct State {
        std::optional<T> value;
        std::coroutine_handle<> waiter;
        bool isCompleted = false;
    };
    struct Awaiter {
        std::shared_ptr<State> state;
        [[nodiscard]] bool await_ready() const noexcept { return state->isCompleted; }
        void await_suspend(std::coroutine_handle<> handle) noexcept { state->waiter = handle; }
        T await_resume() { return *std::move(state->value); }
    };

    std::shared_ptr<State> m_state;
};

}
