// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArrayView>
#include <QString>

#include <jsoncons/json.hpp>

#include <optional>

namespace moe::inference {

// Reading of small JSON documents that others wrote. Only for source files: the library's header is a heavy one.

/// The document, or where it is malformed ("line 3, column 7"), without any of its content. At most `maxBytes` long.
[[nodiscard]] Result<jsoncons::json> parseJson(QByteArrayView text, qsizetype maxBytes);

// Members of an object by name; nothing if it is no object, has no such member, or one of another type.
[[nodiscard]] const jsoncons::json *memberOf(const jsoncons::json &object, const char *name);
[[nodiscard]] const jsoncons::json *arrayIn(const jsoncons::json &object, const char *name);
[[nodiscard]] const jsoncons::json *objectIn(const jsoncons::json &object, const char *name);
/// At most 512 characters.
[[nodiscard]] std::optional<QString> stringIn(const jsoncons::json &object, const char *name);
/// Finite.
[[nodiscard]] std::optional<double> numberIn(const jsoncons::json &object, const char *name);

}
