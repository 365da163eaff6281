// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/config.h"

#include <QByteArray>
#include <QByteArrayView>

namespace moe::sim {

/// What happens to the connection at a fault's position.
enum class Mishap { None, Cut, Reset, Stall };

/// Lets the bytes of one body through as far as its fault allows. Pure.
class FaultGate
{
public:
    explicit FaultGate(const Fault &fault = {}) : m_fault(fault) { }

    struct Passed {
        QByteArray bytes;
        Mishap then = Mishap::None;
    };

    /// What replaces the head, if the fault strikes before it: garbage comes as bytes and a cut.
    [[nodiscard]] Passed beforeHead() const;
    /// What is left of the next piece of the body. Nothing may be passed after a mishap.
    [[nodiscard]] Passed pass(QByteArrayView payload);

    /// 32 bytes that are neither JSON nor UTF-8 nor a line.
    [[nodiscard]] static QByteArrayView garbage();

private:
    void spoil(QByteArray &bytes) const;

    Fault m_fault;
    qint64 m_position = 0;
};

}
