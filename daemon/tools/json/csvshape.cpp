// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/json/csvshape.h"

#include "shared/core/csvreader.h"
#include "shared/core/text.h"

#include <QSet>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr qsizetype mostFaults = 50;
constexpr qsizetype longestName = 100; // characters of a column in a message

char likelySeparator(const QByteArray &text)
{
    const QByteArrayView head = QByteArrayView(text).first(std::max<qsizetype>(0, text.indexOf('\n')));
    const QByteArrayView line = head.isEmpty() ? QByteArrayView(text) : head;
    constexpr std::array separators{',', ';', '\t'};
    return *std::ranges::max_element(separators, {},
                                     [&](char separator) { return std::ranges::count(line, separator); });
}

class Check
{
public:
    void fault(int line, const QString &message)
    {
        ++m_shape.faultCount;
        if (m_shape.faults.size() < mostFaults)
            m_shape.faults.append({line, message});
    }

    void header(const CsvRecord &record, const QStringList &expected)
    {
        QSet<QString> seen;
        for (const QByteArray &field : record.fields) {
            const QString name = QString::fromUtf8(field).trimmed().left(longestName);
            if (name.isEmpty())
                fault(record.line, u"A column has no name."_s);
            else if (seen.contains(name))
                fault(record.line, u"The column \"%1\" is there twice."_s.arg(name));
            seen.insert(name);
            m_shape.columns.append(name);
        }
        for (const QString &name : expected) {
            if (!seen.contains(name))
                fault(record.line, u"The column \"%1\" is missing."_s.arg(name.left(longestName)));
        }
        const QSet<QString> allowed(expected.begin(), expected.end());
        for (const QString &name : std::as_const(m_shape.columns)) {
            if (!allowed.isEmpty() && !name.isEmpty() && !allowed.contains(name))
                fault(record.line, u"The column \"%1\" is not expected."_s.arg(name));
        }
    }

    void row(const CsvRecord &record)
    {
        ++m_shape.rows;
        if (record.fields.size() != m_shape.columns.size())
            fault(record.line, u"%1 fields instead of %2."_s.arg(record.fields.size()).arg(m_shape.columns.size()));
    }

    [[nodiscard]] CsvShape take() { return std::move(m_shape); }

private:
    CsvShape m_shape;
};

bool isBlank(const CsvRecord &record) { return record.fields.size() == 1 && record.fields.first().trimmed().isEmpty(); }

}

CsvShape csvShapeOf(const QByteArray &text, char separator, const QStringList &expected)
{
    CsvReader reader(text, separator == 0 ? likelySeparator(text) : separator);
    Check check;
    bool hasHeader = false;
    while (!reader.isAtEnd()) {
        const CsvRecord record = reader.next();
        if (!record.fault.isEmpty())
            check.fault(record.line, record.fault);
        if (isBlank(record))
            continue;
        if (std::exchange(hasHeader, true))
            check.row(record);
        else
            check.header(record, expected);
    }
    if (!hasHeader)
        check.fault(1, u"There is no line with the names of the columns."_s);
    return check.take();
}

}
