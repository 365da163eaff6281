// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <expected>

namespace moe::tools {

/// The bytes that a base64 text stands for: RFC 4648's usual or URL-safe letters, with or without padding, white space
/// ignored. Anything else is refused, also left-over bits that are not 0. The error says what is wrong and where.
[[nodiscard]] std::expected<QByteArray, QString> base64Bytes(const QString &text);

}
