// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/sseparser.h"

#include <algorithm>
#include <cstring>

namespace moe {

namespace {

// Finds line ends; remembers where the next CR and LF are, so that no byte is searched twice for the same thing.
class LineEnds
{
public:
    explicit LineEnds(QByteArrayView bytes) : m_end(bytes.end()), m_cr(bytes.begin()), m_lf(bytes.begin())
    {
        m_cr = find(bytes.begin(), '\r');
        m_lf = find(bytes.begin(), '\n');
    }
    const char *next(const char *from)
    {
        if (m_cr < from)
            m_cr = find(from, '\r');
        if (m_lf < from)
            m_lf = find(from, '\n');
        return std::min(m_cr, m_lf);
    }

private:
    const char *find(const char *from, char c) const
    {
        const void *found = from == m_end ? nullptr : std::memchr(from, c, size_t(m_end - from));
        return found ? static_cast<const char *>(found) : m_end;
    }
    const char *m_end;
    const char *m_cr;
    const char *m_lf;
};

}

Result<void> SseParser::feed(QByteArrayView bytes, const OnEvent &onEvent)
{
    if (m_isFailed)
        return tooLarge();
    if (m_isAfterCr && !bytes.isEmpty()) {
        m_isAfterCr = false;
        if (bytes.front() == '\n')
            bytes = bytes.sliced(1);
    }
    LineEnds ends(bytes);
    const char *at = bytes.begin();
    const char *const end = bytes.end();
    for (const char *stop = ends.next(at); stop != end; stop = ends.next(at)) {
        const QByteArrayView fed(at, stop);
        bool isTaken = false;
        if (m_line.isEmpty()) {
            isTaken = takeLine(fed, LineOrigin::Fed, onEvent);
        } else {
            m_line += fed;
            isTaken = takeLine(m_line, LineOrigin::Buffered, onEvent);
            m_line.resize(0);
        }
        if (!isTaken)
            return tooLarge();
        at = stop + 1;
        if (*stop == '\r') {
            m_isAfterCr = at == end;
            if (at != end && *at == '\n')
                ++at;
        }
    }
    keepData();
    m_line += QByteArrayView(at, end);
    if (m_line.size() > m_maxEventBytes)
        return tooLarge();
    return {};
}

std::optional<SseEvent> SseParser::finish()
{
    if (!m_line.isEmpty() && !m_isFailed) {
        const QByteArray line = std::exchange(m_line, {});
        takeField(line, LineOrigin::Buffered);
    }
    keepData();
    if (!m_hasData || m_isFailed)
        return {};
    return SseEvent{m_type, m_id, m_data};
}

bool SseParser::takeLine(QByteArrayView line, LineOrigin origin, const OnEvent &onEvent)
{
    if (line.isEmpty()) {
        if (m_hasData)
            onEvent({m_type, m_id, m_dataView});
        reset();
        return true;
    }
    const bool isComment = line.front() == ':';
    if (!isComment)
        m_eventBytes += line.size();
    if (line.size() > m_maxEventBytes || m_eventBytes > m_maxEventBytes)
        return false;
    takeField(line, origin);
    return true;
}

void SseParser::takeField(QByteArrayView line, LineOrigin origin)
{
    if (std::exchange(m_isFirstLine, false) && line.startsWith("\xEF\xBB\xBF"))
        line = line.sliced(3);
    const qsizetype colon = line.indexOf(':');
    const QByteArrayView name = colon < 0 ? line : line.first(colon);
    QByteArrayView value = colon < 0 ? QByteArrayView() : line.sliced(colon + 1);
    if (value.startsWith(' '))
        value = value.sliced(1);
    if (name == "data") {
        takeData(value, origin);
    } else if (name == "event") {
        m_type.resize(0);
        m_type += value;
    } else if (name == "id") {
        m_id.resize(0);
        m_id += value;
    } else if (name == "retry") {
        bool isNumber = false;
        const qint64 milliseconds = value.toLongLong(&isNumber);
        if (isNumber && milliseconds >= 0)
            m_retry = milliseconds;
    } else if (!name.isEmpty()) {
        m_hasStrayLine = true;
    }
}

void SseParser::takeData(QByteArrayView value, LineOrigin origin)
{
    if (!m_hasData) {
        m_hasData = true;
        m_dataView = value;
        if (origin == LineOrigin::Buffered)
            keepData();
        return;
    }
    keepData();
    m_data += '\n';
    m_data += value;
    m_dataView = m_data;
}

// Copies the data seen so far out of bytes that will not stay.
void SseParser::keepData()
{
    if (!m_hasData || m_dataView.data() == m_data.constData())
        return;
    m_data.resize(0);
    m_data += m_dataView;
    m_dataView = m_data;
}

void SseParser::reset()
{
    m_isFirstLine = false;
    m_eventBytes = 0;
    m_hasData = false;
    m_dataView = {};
    m_data.resize(0);
    m_type.resize(0);
}

Result<void> SseParser::tooLarge()
{
    m_isFailed = true;
    return failure(Error::of(ErrorCode::BadGateway, QStringLiteral("The upstream sent an event that is too large.")));
}

}
