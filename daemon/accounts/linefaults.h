// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace moe::accounts {

/// What is wrong with the lines of a file, to be told at once.
class LineFaults
{
public:
    void add(int line, const QString &why)
    {
        if (++m_count <= mostNamed)
            m_named.append(QStringLiteral("line %1: %2").arg(line).arg(why));
    }

    [[nodiscard]] bool isEmpty() const { return m_count == 0; }

    /// Such as "Nothing was imported; line 2: the user name is taken; and 3 more."
    [[nodiscard]] QString message() const
    {
        QStringList parts{QStringLiteral("Nothing was imported")};
        parts.append(m_named);
        if (m_count > mostNamed)
            parts.append(QStringLiteral("and %1 more").arg(m_count - mostNamed));
        return parts.join(QStringLiteral("; ")) + u'.';
    }

private:
    static constexpr int mostNamed = 20;

    QStringList m_named;
    int m_count = 0;
};

}
