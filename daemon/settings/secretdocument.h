// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QByteArrayView>

/// JSON documents that hold secrets: members named "token", "api_key" or "password", at any depth.
namespace moe::settings {

/// Without needless space; nothing if it is no JSON object or array. The order of members is not kept.
[[nodiscard]] std::optional<QByteArray> compactDocument(QByteArrayView document);

/// The document fit to be shown: null in place of each secret that is not empty.
[[nodiscard]] QByteArray withoutSecrets(const QByteArray &document);

/// The document with the secrets of the `previous` one where its own are null or missing, as they are after it was
/// shown; an empty text takes a secret away. Elements of arrays belong together if they have the same "name".
/// InvalidRequest, naming the place below `path`, if there is none to be kept, or if it would go to another "url": who
/// may not read a secret must not be able to send it elsewhere.
[[nodiscard]] Result<QByteArray> withKeptSecrets(const QByteArray &document, const QByteArray &previous, QString path);

}
