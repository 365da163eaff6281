// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>

/// What the daemon and its workers say to each other: frames of 4 bytes of length and so many bytes.
namespace moe::tools {

inline constexpr qsizetype frameHeadSize = 4;
inline constexpr qsizetype largestJobFrame = 2 * 1024 * 1024;
inline constexpr qsizetype largestReplyFrame = 128 * 1024;

/// The descriptor at which a worker has its end of the connection.
inline constexpr int workerDescriptor = 3;

/// What is to be done: the name of an engine and what it works on.
struct WorkerJob {
    QByteArray engine;
    QByteArray payload;
};

/// With its length before it.
[[nodiscard]] QByteArray framed(const QByteArray &content);
/// Of the 4 bytes before a frame.
[[nodiscard]] qsizetype frameSize(QByteArrayView head);

[[nodiscard]] QByteArray encodeJob(const WorkerJob &job);
/// Nothing if it is none.
[[nodiscard]] std::optional<WorkerJob> decodeJob(const QByteArray &frame);

[[nodiscard]] QByteArray encodeReply(const Result<QByteArray> &reply);
/// Nothing if it is none. An error has code, message and reason of the one that was encoded.
[[nodiscard]] std::optional<Result<QByteArray>> decodeReply(const QByteArray &frame);

}
