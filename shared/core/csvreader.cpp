// SPDX-License-Identifier: Apache-2.0
#include "shared/core/csvreader.h"

namespace moe {

bool CsvReader::isAtLineEnd() const
{
    return isAtEnd() || m_text[m_at] == '\n' || m_text.sliced(m_at).startsWith("\r\n");
}

void CsvReader::skipLineEnd()
{
    if (isAtEnd())
        return;
    m_at += m_text[m_at] == '\n' ? 1 : 2;
    ++m_line;
}

CsvRecord CsvReader::next()
{
    CsvRecord record;
    record.line = m_line;
    for (;;) {
        record.fields.append(isAt('"') ? quotedField(record.fault) : plainField());
        if (!isAt(m_separator))
            break;
        ++m_at;
    }
    if (!isAtLineEnd() && record.fault.isEmpty())
        record.fault = isAt('\r') ? QStringLiteral("a carriage return stands without a line feed")
                                  : QStringLiteral("a quotation mark stands where none may stand");
    while (!isAtLineEnd())
        ++m_at;
    skipLineEnd();
    return record;
}

QByteArray CsvReader::plainField()
{
    const qsizetype start = m_at;
    while (!isAtLineEnd() && !isAt(m_separator) && !isAt('"') && !isAt('\r'))
        ++m_at;
    return m_text.sliced(start, m_at - start).toByteArray();
}

QByteArray CsvReader::quotedField(QString &fault)
{
    QByteArray field;
    for (++m_at; !isAtEnd(); ++m_at) {
        const char c = m_text[m_at];
        if (c == '\n')
            ++m_line;
        if (c == '"') {
            ++m_at;
            if (!isAt('"'))
                return field;
        }
        field.append(c);
    }
    fault = QStringLiteral("a quotation mark is never closed");
    return field;
}

}
