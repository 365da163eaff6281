// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

/// JSON that the conformance suite wants to see.
namespace moe::test {

// Content blocks.
[[nodiscard]] QByteArray imageBlock();
[[nodiscard]] QByteArray audioBlock();
[[nodiscard]] QByteArray resourceBlock(const QByteArray &uri, const QByteArray &type, const QByteArray &text);
/// A picture of one point, in base64.
[[nodiscard]] QByteArray pictureData();

// Schemas of arguments.
[[nodiscard]] QByteArray noArguments();
[[nodiscard]] QByteArray messageArgument();
[[nodiscard]] QByteArray promptArgument();
[[nodiscard]] QByteArray richSchema();

// Schemas of what people are asked for.
[[nodiscard]] QByteArray elicitationSchema();
[[nodiscard]] QByteArray defaultsSchema();
[[nodiscard]] QByteArray enumsSchema();

// Lists.
[[nodiscard]] QByteArray promptList();
[[nodiscard]] QByteArray resourceList();
[[nodiscard]] QByteArray templateList();

}
