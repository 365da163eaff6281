// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/listpage.h"

namespace moe::storage {

void Conditions::add(QStringView condition, const QVariantList &values)
{
    m_text += (m_text.isEmpty() ? u" WHERE " : u" AND ") % condition;
    m_values += values;
}

QString Conditions::where() const { return m_text; }

}
