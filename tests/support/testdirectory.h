// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>
#include <QTemporaryDir>

namespace moe::test {

/// A folder of its own for a test, removed with everything in it. A folder that cannot be made, or a file that cannot
/// be written or read, ends the test program: no test means to test that.
class TestDirectory
{
public:
    TestDirectory();

    [[nodiscard]] QString path() const { return m_directory.path(); }
    /// Full path of `name`, which need not exist.
    [[nodiscard]] QString file(const QString &name) const { return m_directory.filePath(name); }
    [[nodiscard]] bool contains(const QString &name) const;

    /// Makes the folders on the way; returns the full path.
    QString write(const QString &name, const QByteArray &content) const;
    [[nodiscard]] QByteArray read(const QString &name) const;

private:
    QTemporaryDir m_directory;
};

}
