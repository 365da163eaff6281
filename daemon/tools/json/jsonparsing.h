// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/json/jsonjobs.h"

#include <jsoncons/json.hpp>

/// For the .cpp files of this folder only: the library's headers are large.
namespace moe::tools {

/// A text that is JSON (RFC 8259: no comments), at most 200 levels deep, and means the same to all readers: no object
/// has a member twice. Numbers stay as they are written. Else the first thing that is wrong.
[[nodiscard]] std::expected<jsoncons::ojson, Fault> readJson(const QByteArray &text);

/// The same; InvalidRequest "invalid_json" naming the argument.
[[nodiscard]] Result<jsoncons::ojson> parseJson(const QByteArray &text, const QString &argument);

/// What comparableNumbers() made of such a text, to be computed with.
[[nodiscard]] jsoncons::ojson computableJson(const QByteArray &text);

}
