// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/linesplitter.h"

namespace moe {

Result<void> LineSplitter::feed(QByteArrayView bytes, const OnLine &onLine)
{
    if (m_isFailed)
        return tooLong();
    for (qsizetype stop = bytes.indexOf('\n'); stop >= 0; stop = bytes.indexOf('\n')) {
        const QByteArrayView fed = bytes.first(stop);
        bool isTaken = false;
        if (m_rest.isEmpty()) {
            isTaken = takeLine(fed, onLine);
        } else {
            m_rest += fed;
            isTaken = takeLine(m_rest, onLine);
            m_rest.resize(0);
        }
        if (!isTaken)
            return tooLong();
        bytes = bytes.sliced(stop + 1);
    }
    m_rest += bytes;
    if (m_rest.size() > m_maxLineBytes + 1) // a CR may still turn out to belong to the line's end
        return tooLong();
    return {};
}

std::optional<QByteArrayView> LineSplitter::finish() const
{
    if (m_rest.isEmpty() || m_isFailed)
        return {};
    return QByteArrayView(m_rest);
}

bool LineSplitter::takeLine(QByteArrayView line, const OnLine &onLine) const
{
    if (line.endsWith('\r'))
        line.chop(1);
    if (line.size() > m_maxLineBytes)
        return false;
    if (!line.isEmpty())
        onLine(line);
    return true;
}

Result<void> LineSplitter::tooLong()
{
    m_isFailed = true;
    return failure(Error::of(ErrorCode::BadGateway, QStringLiteral("The upstream sent a line that is too long.")));
}

}
