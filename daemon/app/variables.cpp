// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/variables.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace moe::app {

namespace {

constexpr qint64 fileLimit = 1024 * 1024;

QString unquoted(QString value)
{
    const bool isQuoted
        = value.size() >= 2 && (value.front() == u'\'' || value.front() == u'"') && value.front() == value.back();
    return isQuoted ? value.sliced(1, value.size() - 2) : value;
}

}

Result<void> Variables::readFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::invalid(u"The configuration file %1 cannot be read: %2"_s.arg(path, file.errorString())));
    if (file.size() > fileLimit)
        return failure(Error::invalid(u"The configuration file %1 is too large."_s.arg(path)));
    int number = 0;
    for (const QByteArray &raw : file.readAll().split('\n')) {
        ++number;
        const QString line = QString::fromUtf8(raw).trimmed();
        if (line.isEmpty() || line.startsWith(u'#'))
            continue;
        const qsizetype equals = line.indexOf(u'=');
        if (equals <= 0)
            return failure(Error::invalid(u"%1, line %2: expected NAME=VALUE."_s.arg(path).arg(number)));
        m_file.insert(line.first(equals).trimmed(), unquoted(line.sliced(equals + 1).trimmed()));
    }
    return {};
}

QString Variables::value(const QString &name, const QString &standard) const
{
    if (m_environment.contains(name))
        return m_environment.value(name);
    return m_file.value(name, standard);
}

QStringList Variables::names() const
{
    QStringList names = m_environment.keys() + QStringList(m_file.keys());
    names.sort();
    names.removeDuplicates();
    return names;
}

}
