// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/faultgate.h"

namespace moe::sim {

QByteArrayView FaultGate::garbage()
{
    static constexpr char bytes[] = "\xFF\xFE\x00}{]simulated garbage\x80\xC0<!\x01\x02\x03\x04\x05";
    static_assert(sizeof(bytes) - 1 == 32);
    return QByteArrayView(bytes, 32);
}

FaultGate::Passed FaultGate::beforeHead() const
{
    if (m_fault.resetAt == -1)
        return {{}, Mishap::Reset};
    if (m_fault.cutAt == -1)
        return {{}, Mishap::Cut};
    if (m_fault.stallAt == -1)
        return {{}, Mishap::Stall};
    if (m_fault.garbageAt == -1)
        return {garbage().toByteArray(), Mishap::Cut};
    return {};
}

FaultGate::Passed FaultGate::pass(QByteArrayView payload)
{
    Passed result;
    qint64 end = m_position + payload.size();
    const auto strike = [&](const std::optional<qint64> &at, Mishap mishap) {
        if (at && *at >= 0 && *at < end) {
            end = std::max(*at, m_position);
            result.then = mishap;
        }
    };
    strike(m_fault.cutAt, Mishap::Cut);
    strike(m_fault.resetAt, Mishap::Reset);
    strike(m_fault.stallAt, Mishap::Stall);
    result.bytes = payload.first(end - m_position).toByteArray();
    spoil(result.bytes);
    m_position = end;
    return result;
}

void FaultGate::spoil(QByteArray &bytes) const
{
    if (!m_fault.garbageAt || *m_fault.garbageAt < 0)
        return;
    const qint64 begin = std::max(*m_fault.garbageAt, m_position);
    const qint64 end = std::min(*m_fault.garbageAt + garbage().size(), m_position + bytes.size());
    for (qint64 at = begin; at < end; ++at)
        bytes[at - m_position] = garbage()[at - *m_fault.garbageAt];
}

}
