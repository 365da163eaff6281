// SPDX-License-Identifier: Apache-2.0
#include "shared/async/taskscope.h"

#include <QLoggingCategory>

namespace moe {

namespace {
Q_LOGGING_CATEGORY(logTasks, "moe.async")
}

struct TaskScope::State {
    int running = 0;
    std::vector<Completion<bool>> joiners;
};

TaskScope::TaskScope() : m_state(std::make_shared<State>()) { }

TaskScope::~TaskScope()
{
    if (m_state->running > 0)
        qCCritical(logTasks, "A task scope was destroyed with %d tasks still running.", m_state->running);
}

int TaskScope::size() const { return m_state->running; }

void TaskScope::spawn(QCoro::Task<> task)
{
    ++m_state->running;
    supervise(m_state, std::move(task));
}

QCoro::Task<> TaskScope::supervise(std::shared_ptr<State> state, QCoro::Task<> task)
{
    try {
        co_await task;
    } catch (const std::exception &exception) {
        qCCritical(logTasks, "A background task ended with an exception: %s", exception.what());
    } catch (...) {
        qCCritical(logTasks, "A background task ended with an unknown exception.");
    }
    if (--state->running == 0) {
        for (const Completion<bool> &joiner : std::exchange(state->joiners, {}))
            joiner.complete(true);
    }
}

QCoro::Task<> TaskScope::join()
{
    const auto state = m_state;
    while (state->running > 0) {
        const Completion<bool> done;
        state->joiners.push_back(done);
        co_await done;
    }
}

}
