// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/completion.h"
#include "shared/async/task.h"

#include <memory>
#include <stop_token>

namespace moe {

/// Owns tasks that nobody awaits where they are started. Single thread. Whoever owns the scope requests stop and
/// awaits join() before letting go of anything the tasks use.
class TaskScope
{
public:
    TaskScope();
    TaskScope(const TaskScope &) = delete;
    TaskScope &operator=(const TaskScope &) = delete;
    ~TaskScope();

    /// Takes over a running task. An exception that escapes it is logged as a bug.
    void spawn(QCoro::Task<> task);

    /// Stop token of everything started here.
    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }
    void requestStop() { m_stop.request_stop(); }

    /// Ends when no task is left.
    [[nodiscard]] QCoro::Task<> join();

    [[nodiscard]] int size() const;

private:
    struct State;
    static QCoro::Task<> supervise(std::shared_ptr<State> state, QCoro::Task<> task);

    std::shared_ptr<State> m_state;
    std::stop_source m_stop;
};

}
