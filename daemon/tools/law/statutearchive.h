// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>

namespace moe::law {

inline constexpr qsizetype largestArchive = 32 * 1024 * 1024;

/// The one XML file in a zip archive; its name and other files (images) do not matter, and nothing is written anywhere.
/// InvalidRequest for what is no archive, is encrypted or damaged, has no XML or more than one; TooLarge as soon as it
/// unpacks to more than largestStatuteXml.
[[nodiscard]] Result<QByteArray> xmlOfArchive(const QByteArray &zip);

}
