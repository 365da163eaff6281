// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/model/auditentry.h"
#include "shared/wire/codec.h"

namespace moe::accounts {

/// Collects what a change did, for the texts of an audit entry: members that did not change are left out. Never give it
/// a secret, and name users by their id only: erasing a user does not search the texts of others.
class AuditChange
{
public:
    /// Values are whatever wire::Writer can write; an empty optional becomes null.
    template <typename T>
    void add(QByteArrayView member, const T &before, const T &after)
    {
        if (before == after)
            return;
        append(m_before, member, wire::write(before));
        append(m_after, member, wire::write(after));
    }

    [[nodiscard]] bool isEmpty() const { return m_before.isEmpty(); }
    /// Fills in before and after; leaves them empty if nothing changed.
    void applyTo(AuditEntry &entry) const
    {
        entry.before = isEmpty() ? QByteArray() : QByteArray(m_before + '}');
        entry.after = isEmpty() ? QByteArray() : QByteArray(m_after + '}');
    }

private:
    static void append(QByteArray &object, QByteArrayView member, const QByteArray &value)
    {
        object += object.isEmpty() ? '{' : ',';
        json::appendQuoted(object, member);
        object += ':';
        object += value;
    }

    QByteArray m_before; // without the closing bracket, as below
    QByteArray m_after;
};

}
