// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/contentversion.h"

#include "shared/wire/codec.h"
#include "shared/wire/control/policies.h"

#include <QCryptographicHash>
#include <QtEndian>

namespace moe::api::control {

namespace {

qint64 versionOfText(const QByteArray &json)
{
    const QByteArray hash = QCryptographicHash::hash(json, QCryptographicHash::Sha256);
    return qint64(qFromBigEndian<quint64>(hash.constData()) >> 1) | 1;
}

}

qint64 contentVersion(const Group &group) { return versionOfText(wire::write(group)); }

qint64 contentVersion(const accounts::Limits &limits)
{
    return versionOfText(wire::write(moe::control::Limits{limits.budget, limits.rates}));
}

qint64 contentVersion(ApiKey key)
{
    key.lastUsed.reset();
    return versionOfText(wire::write(key));
}

Error versionMismatch()
{
    return Error::of(ErrorCode::Conflict, QStringLiteral("It was changed meanwhile. Read it again."),
                     QStringLiteral("version_mismatch"));
}

}
