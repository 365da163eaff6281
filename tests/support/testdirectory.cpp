// SPDX-License-Identifier: Apache-2.0
#include "tests/support/testdirectory.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace moe::test {

TestDirectory::TestDirectory()
{
    if (!m_directory.isValid())
        qFatal("No temporary folder: %s", qPrintable(m_directory.errorString()));
}

bool TestDirectory::contains(const QString &name) const { return QFileInfo::exists(file(name)); }

QString TestDirectory::write(const QString &name, const QByteArray &content) const
{
    const QString path = file(name);
    QDir().mkpath(QFileInfo(path).path());
    QFile out(path);
    if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size())
        qFatal("Cannot write %s: %s", qPrintable(path), qPrintable(out.errorString()));
    return path;
}

QByteArray TestDirectory::read(const QString &name) const
{
    QFile in(file(name));
    if (!in.open(QIODevice::ReadOnly))
        qFatal("Cannot read %s: %s", qPrintable(in.fileName()), qPrintable(in.errorString()));
    return in.readAll();
}

}
