// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/ids.h"
#include "shared/core/result.h"

#include <QString>
#include <QStringView>

#include <optional>

namespace moe::inference {

/// A model as callers name it: "name:tag", or "name:tag@server" to insist on a server.
struct ModelId {
    QString model;
    std::optional<ServerId> server;

    friend bool operator==(const ModelId &, const ModelId &) = default;
};

/// Splits "name:tag@server" at its last "@". InvalidRequest (param "model") if a part is empty, too long or holds
/// characters that no name has. Whether there is such a model or server is not checked here.
[[nodiscard]] Result<ModelId> resolveModelId(QStringView id);

/// The name under which equal models meet: without the tag ":latest", which is what a missing tag means.
[[nodiscard]] QString canonicalModelName(const QString &name);

/// True if `asked` means the model that a server lists as `listed`.
[[nodiscard]] bool modelMatches(QStringView listed, QStringView asked);

/// Printable, without spaces, at most 256 characters.
[[nodiscard]] bool isModelName(QStringView name);

/// Letters, digits, ".", "_" and "-", beginning with a letter or digit, at most 64 characters: safe in URLs, metrics
/// and model ids.
[[nodiscard]] bool isServerName(QStringView name);

}
