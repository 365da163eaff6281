// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QEvent>
#include <QSocketNotifier>

#include <functional>
#include <utility>

namespace moe {

/// A socket notifier that calls a function instead of emitting its signal: fewer steps, for sockets that report every
/// frame of a stream. Disabled at first. The function may switch it off, but not destroy it.
class DirectNotifier final : public QSocketNotifier
{
public:
    DirectNotifier(qintptr descriptor, Type type, std::function<void()> onReady)
        : QSocketNotifier(descriptor, type)
        , m_onReady(std::move(onReady))
    {
        setEnabled(false);
    }

protected:
    bool event(QEvent *event) override
    {
        if (event->type() != QEvent::SockAct)
            return QSocketNotifier::event(event);
        m_onReady();
        return true;
    }

private:
    const std::function<void()> m_onReady;
};

}
