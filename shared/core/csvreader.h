// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QByteArrayView>
#include <QString>

namespace moe {

/// One record of a CSV text: a line, or several if a quoted field holds line breaks.
struct CsvRecord {
    int line = 0;          ///< where it begins, as people count
    QByteArrayList fields; ///< at least one; unquoted
    QString fault;         ///< for people, what is wrong with it; empty: nothing
};

/// Takes a CSV text apart as RFC 4180 says, line ends being LF or CRLF. After a record at fault it goes on with the
/// next line. The text outlives it.
class CsvReader
{
public:
    CsvReader(QByteArrayView text, char separator) : m_text(text), m_separator(separator) { }

    [[nodiscard]] bool isAtEnd() const { return m_at >= m_text.size(); }
    /// Not at the end.
    [[nodiscard]] CsvRecord next();

private:
    [[nodiscard]] bool isAt(char c) const { return !isAtEnd() && m_text[m_at] == c; }
    [[nodiscard]] bool isAtLineEnd() const;
    void skipLineEnd();
    [[nodiscard]] QByteArray plainField();
    [[nodiscard]] QByteArray quotedField(QString &fault);

    const QByteArrayView m_text;
    const char m_separator;
    qsizetype m_at = 0;
    int m_line = 1;
};

}
