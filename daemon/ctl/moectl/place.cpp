// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/place.h"

#include "daemon/ctl/moectl/files.h"
#include "shared/client/localtransport.h"
#include "shared/wire/codec.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

constexpr auto ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
constexpr auto othersMay = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup
    | QFileDevice::ReadOther | QFileDevice::WriteOther | QFileDevice::ExeOther;
constexpr qint64 largestSignIn = 64 * 1024;

Error unusable(const QString &why)
{
    return Error::of(ErrorCode::Conflict, u"%1 %2. Sign in again: moectl login."_s.arg(signInFile(), why));
}

}

client::HttpServer SignIn::httpServer() const
{
    return {QUrl(server, QUrl::StrictMode), token, authorityFile, fingerprint, isPlainHttpAllowed};
}

QString signInFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + "/moe/session.json"_L1;
}

Result<std::optional<SignIn>> readSignIn()
{
    QFile file(signInFile());
    if (!file.exists())
        return std::nullopt;
    if (file.permissions() & othersMay)
        return failure(unusable(u"can be read by others"_s));
    if (!file.open(QIODevice::ReadOnly))
        return failure(unusable(u"cannot be read"_s));
    auto signIn = wire::read<SignIn>(file.read(largestSignIn));
    if (!signIn)
        return failure(unusable(u"is damaged"_s));
    return std::optional(*std::move(signIn));
}

Result<void> writeSignIn(const SignIn &signIn)
{
    const QString folder = QFileInfo(signInFile()).absolutePath();
    if (!QDir(folder).exists() && !QDir().mkpath(folder))
        return failure(Error::of(ErrorCode::Unavailable, u"The folder %1 cannot be made."_s.arg(folder)));
    QFile::setPermissions(folder, ownerOnly | QFileDevice::ExeOwner);
    return writePrivateFile(signInFile(), wire::write(signIn) + '\n');
}

bool removeSignIn() { return QFile::remove(signInFile()) || !QFile::exists(signInFile()); }

Result<std::shared_ptr<client::ControlTransport>> Place::transport() const
{
    if (isLocal())
        return std::make_shared<client::LocalTransport>(dataDirectory);
    return client::HttpTransport::create(signIn->httpServer());
}

}
