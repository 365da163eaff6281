// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/worker/frame.h"

#include <QDataStream>
#include <QIODevice>
#include <QtEndian>

namespace moe::tools {

namespace {

QByteArray written(auto &&...values)
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream.setVersion(QDataStream::Qt_6_8);
    (stream << ... << values);
    return bytes;
}

/// False if there is too little or too much.
bool readAll(const QByteArray &bytes, auto &...values)
{
    QDataStream stream(bytes);
    stream.setVersion(QDataStream::Qt_6_8);
    (stream >> ... >> values);
    return stream.status() == QDataStream::Ok && stream.atEnd();
}

}

QByteArray framed(const QByteArray &content)
{
    QByteArray frame(frameHeadSize, Qt::Uninitialized);
    qToLittleEndian(quint32(content.size()), frame.data());
    return frame + content;
}

qsizetype frameSize(QByteArrayView head) { return qFromLittleEndian<quint32>(head.data()); }

QByteArray encodeJob(const WorkerJob &job) { return written(job.engine, job.payload); }

std::optional<WorkerJob> decodeJob(const QByteArray &frame)
{
    WorkerJob job;
    return readAll(frame, job.engine, job.payload) ? std::optional(std::move(job)) : std::nullopt;
}

QByteArray encodeReply(const Result<QByteArray> &reply)
{
    if (reply)
        return written(true, *reply, QString(), QString(), qint32(0));
    const Error &error = reply.error();
    return written(false, QByteArray(), error.message, error.reason, qint32(error.code));
}

std::optional<Result<QByteArray>> decodeReply(const QByteArray &frame)
{
    bool isDone = false;
    QByteArray value;
    QString message;
    QString reason;
    qint32 code = 0;
    if (!readAll(frame, isDone, value, message, reason, code))
        return {};
    if (isDone)
        return Result<QByteArray>(std::move(value));
    if (code < 0 || code > qint32(ErrorCode::Internal))
        return {};
    return Result<QByteArray>(failure(Error::of(ErrorCode(code), std::move(message), std::move(reason))));
}

}
