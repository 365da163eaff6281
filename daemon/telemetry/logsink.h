// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/telemetry/logencode.h"

#include <chrono>
#include <stop_token>
#include <vector>

namespace moe::telemetry {

/// What Auto means for this process and this descriptor.
[[nodiscard]] LogFormat resolveLogFormat(LogFormat wanted, int descriptor);

/// Where encoded lines end up. Belongs to the writing thread.
class LogSink
{
public:
    /// Lines go to `descriptor`, which stays open; in the Journal format to the datagram socket at `journalPath`.
    LogSink(LogFormat format, int descriptor, QByteArray journalPath);
    LogSink(const LogSink &) = delete;
    LogSink &operator=(const LogSink &) = delete;
    ~LogSink();

    /// Waits for a slow reader until `giveUp`, which another thread sets. Returns how many lines were lost.
    quint64 write(const std::vector<QByteArray> &lines, const std::stop_token &giveUp);

private:
    bool writeStream(QByteArrayView bytes, const std::stop_token &giveUp) const;
    bool sendDatagram(QByteArrayView bytes, const std::stop_token &giveUp) const;

    const LogFormat m_format;
    const int m_descriptor;
    const QByteArray m_journalPath;
    int m_socket = -1;
};

}
