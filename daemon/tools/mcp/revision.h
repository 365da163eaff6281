// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayView>

#include <array>
#include <optional>

/// The Model Context Protocol, apart from what carries it.
namespace moe::tools::mcp {

/// The protocol's revisions that are spoken, oldest first.
enum class Revision { Of2024_11_05, Of2025_03_26, Of2025_06_18, Of2025_11_25 };

inline constexpr std::array<QByteArrayView, 4> revisionNames{"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"};
inline constexpr Revision latestRevision = Revision::Of2025_11_25;

[[nodiscard]] constexpr QByteArrayView revisionName(Revision revision) { return revisionNames[std::size_t(revision)]; }
[[nodiscard]] std::optional<Revision> revisionNamed(QByteArrayView name);
/// The one asked for, or the latest if that is not known: the client decides whether it can do with it.
[[nodiscard]] Revision negotiated(QByteArrayView asked);

/// Several messages at once.
[[nodiscard]] constexpr bool hasBatches(Revision revision) { return revision <= Revision::Of2025_03_26; }
/// Titles of tools, schemas of results, results as JSON beside their text.
[[nodiscard]] constexpr bool hasStructuredContent(Revision revision) { return revision >= Revision::Of2025_06_18; }
/// Streams that begin with an empty event, so that even one that is cut at once can be resumed.
[[nodiscard]] constexpr bool hasPrimingEvents(Revision revision) { return revision >= Revision::Of2025_11_25; }

}
