// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QByteArrayView>

#include <functional>
#include <optional>

namespace moe {

/// Takes newline-delimited JSON apart, however it is cut into pieces. Lines end with LF or CRLF; empty ones are left
/// out. A line that lies whole in the bytes fed is handed on without a copy.
class LineSplitter
{
public:
    /// The view is valid during the call only.
    using OnLine = std::function<void(QByteArrayView line)>;

    explicit LineSplitter(qsizetype maxLineBytes = DefaultMaxLineBytes) : m_maxLineBytes(maxLineBytes) { }

    /// Calls `onLine` for each line that ends in `bytes`. Fails with BadGateway on a line that is too long, and ever
    /// after.
    [[nodiscard]] Result<void> feed(QByteArrayView bytes, const OnLine &onLine);

    /// To be called at the end of the stream: the last line if its line feed is missing. Whether it was cut only its
    /// content can tell. The view is valid until the splitter is used again.
    [[nodiscard]] std::optional<QByteArrayView> finish() const;

    static constexpr qsizetype DefaultMaxLineBytes = 16 * 1024 * 1024;

private:
    [[nodiscard]] bool takeLine(QByteArrayView line, const OnLine &onLine) const;
    [[nodiscard]] Result<void> tooLong();

    qsizetype m_maxLineBytes;
    QByteArray m_rest;
    bool m_isFailed = false;
};

}
