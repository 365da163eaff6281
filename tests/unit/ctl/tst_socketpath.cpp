// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/socketpath.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace moe;
using namespace moe::ctl;

class TestSocketPath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void socketPathFallsBackWhenTheDirectoryLiesDeep()
    {
        const QTemporaryDir folder;
        const auto deepFolder = [&folder](qsizetype length) {
            QString path = folder.path();
            while (path.size() < length)
                path += u'/' + QString(std::min<qsizetype>(20, std::max<qsizetype>(length - path.size() - 1, 1)), u'd');
            QDir().mkpath(path);
            return path;
        };
        const QString name = QStringLiteral("/control.socket");
        const QString longestDirect = deepFolder(107 - name.size());
        QCOMPARE(controlSocketPath(longestDirect).value(), longestDirect + name);

        QVERIFY(controlSocketPath(QStringLiteral("relative"))->startsWith(QDir::currentPath()));

        const QString deep = deepFolder(150);
        const QString runtime = folder.filePath(QStringLiteral("run"));
        QVERIFY(QDir().mkdir(runtime, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
        qputenv("XDG_RUNTIME_DIR", QFile::encodeName(runtime));
        QVERIFY(controlSocketPath(deep)->startsWith(runtime + QStringLiteral("/moe-")));
        QVERIFY(controlSocketPath(deep).value() != controlSocketPath(deepFolder(160)).value());

        // A runtime directory that others may enter is not trusted; our own folder below the temporary one is made.
        QVERIFY(QFile::setPermissions(runtime, QFile::permissions(runtime) | QFileDevice::ExeOther));
        const QString own = folder.filePath(QStringLiteral("moe-%1").arg(geteuid()));
        QVERIFY(controlSocketPath(deep, folder.path())->startsWith(own + u'/'));
        QVERIFY(controlSocketPath(deep, folder.path()));
        QVERIFY(QFile::setPermissions(own, QFile::permissions(own) | QFileDevice::WriteGroup));
        QCOMPARE(controlSocketPath(deep, folder.path()).error().code, ErrorCode::Conflict);
        QVERIFY(QDir().rmdir(own));
        QVERIFY(QFile::link(runtime, own)); // somebody else's link is not followed either
        QVERIFY(
            QFile::setPermissions(runtime, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
        qunsetenv("XDG_RUNTIME_DIR");
        QVERIFY(!controlSocketPath(deep, folder.path()));
    }
};

QTEST_GUILESS_MAIN(TestSocketPath)
#include "tst_socketpath.moc"
