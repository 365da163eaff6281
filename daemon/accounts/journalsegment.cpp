// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/journalsegment.h"

#include <QFile>
#include <QFileInfo>

#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace moe::accounts {

namespace {

// Its last byte is the version of the format.
constexpr QByteArrayView magic("MOEJRNL\x01", JournalSegment::start);

class Descriptor
{
public:
    Descriptor(const QString &path, int flags)
        : m_value(::open(QFile::encodeName(path).constData(), flags | O_CLOEXEC, 0600))
    { }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor()
    {
        if (isOpen())
            ::close(m_value);
    }
    [[nodiscard]] bool isOpen() const { return m_value >= 0; }
    [[nodiscard]] int value() const { return m_value; }

private:
    const int m_value;
};

Error systemError(const QString &attempt, int number)
{
    return Error::of(ErrorCode::Unavailable, attempt % QStringLiteral(": ") % qt_error_string(number));
}

// The name of a new file is only safe when its folder is.
int syncFolderOf(const QString &path)
{
    const Descriptor folder(QFileInfo(path).path(), O_RDONLY | O_DIRECTORY);
    return folder.isOpen() && ::fsync(folder.value()) == 0 ? 0 : errno;
}

// Touches all pages, so that what a file system without preallocation finds out only then happens here, and lets go of
// them: the room counts for the daemon only as it is used. Kernels before 5.14 cannot.
int touchPages(char *data, qsizetype bytes)
{
    if (::madvise(data, size_t(bytes), MADV_POPULATE_WRITE) != 0)
        return errno == EINVAL ? 0 : errno;
    (void)::madvise(data, size_t(bytes), MADV_DONTNEED); // of a shared mapping: the file keeps what was written
    return 0;
}

Result<char *> makeFile(const QString &path, qsizetype bytes)
{
    const QString attempt = QStringLiteral("Cannot make room for a segment of the usage journal");
    const Descriptor file(path, O_RDWR | O_CREAT | O_EXCL);
    if (!file.isOpen())
        return failure(systemError(attempt, errno));
    if (const int error = ::posix_fallocate(file.value(), 0, bytes))
        return failure(systemError(attempt, error));
    void *data = ::mmap(nullptr, size_t(bytes), PROT_READ | PROT_WRITE, MAP_SHARED, file.value(), 0);
    if (data == MAP_FAILED)
        return failure(systemError(attempt, errno));
    int error = touchPages(static_cast<char *>(data), bytes);
    if (!error)
        error = syncFolderOf(path);
    if (!error)
        return static_cast<char *>(data);
    ::munmap(data, size_t(bytes));
    return failure(systemError(attempt, error));
}

}

Result<std::unique_ptr<JournalSegment>> JournalSegment::create(const QString &path, qsizetype bytes)
{
    Result<char *> data = makeFile(path, bytes);
    if (!data) {
        QFile::remove(path); // half a file would take the room that is missing
        return std::unexpected(std::move(data).error());
    }
    std::memcpy(*data, magic.data(), size_t(magic.size()));
    return std::unique_ptr<JournalSegment>(new JournalSegment(path, *data, bytes));
}

Result<std::unique_ptr<JournalSegment>> JournalSegment::open(const QString &path)
{
    const QString attempt = QStringLiteral("Cannot read the usage journal");
    const Descriptor file(path, O_RDONLY);
    struct stat status = {};
    if (!file.isOpen() || ::fstat(file.value(), &status) != 0)
        return failure(systemError(attempt, errno));
    void *data = nullptr;
    if (status.st_size > 0) {
        data = ::mmap(nullptr, size_t(status.st_size), PROT_READ, MAP_SHARED, file.value(), 0);
        if (data == MAP_FAILED)
            return failure(systemError(attempt, errno));
    }
    std::unique_ptr<JournalSegment> segment(new JournalSegment(path, static_cast<char *>(data), status.st_size));
    const QByteArrayView head = segment->bytes().first(std::min(segment->m_size, start));
    // A process that died while it made the file leaves nothing or zeros.
    if (std::ranges::all_of(head, [](char byte) { return byte == 0; }))
        return segment;
    if (head != magic)
        return failure(Error::of(ErrorCode::Conflict,
                                 QStringLiteral("%1 was not written by this version. Start the "
                                                "version that did, or move the file away.")
                                     .arg(QFileInfo(path).fileName())));
    qint64 last = 0;
    while (const auto frame = segment->frameAt(segment->m_end)) {
        if (frame->sequence <= last)
            break;
        last = frame->sequence;
        segment->m_end += frame->size;
    }
    return segment;
}

JournalSegment::JournalSegment(QString path, char *data, qsizetype size)
    : m_path(std::move(path))
    , m_data(data)
    , m_size(size)
{ }

JournalSegment::~JournalSegment()
{
    if (m_data)
        ::munmap(m_data, size_t(m_size));
}

bool JournalSegment::append(qint64 sequence, QByteArrayView payload)
{
    const qsizetype size = journalFrameSize(payload.size());
    if (size > m_size - m_end)
        return false;
    writeJournalFrame(m_data + m_end, sequence, payload);
    m_end += size;
    return true;
}

std::optional<JournalFrame> JournalSegment::frameAt(qsizetype offset) const
{
    return offset < m_size ? readJournalFrame(bytes().sliced(offset)) : std::nullopt;
}

Result<void> JournalSegment::sync(qsizetype from, qsizetype to)
{
    const auto page = qsizetype(::sysconf(_SC_PAGESIZE));
    const qsizetype first = from / page * page;
    if (from < to && ::msync(m_data + first, size_t(to - first), MS_SYNC) != 0)
        return failure(systemError(QStringLiteral("Cannot bring the usage journal to the disk"), errno));
    return {};
}

Result<void> JournalSegment::remove()
{
    if (::unlink(QFile::encodeName(m_path).constData()) != 0)
        return failure(systemError(QStringLiteral("Cannot remove a segment of the usage journal"), errno));
    return {};
}

}
