// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

namespace moe::accounts {

/// What counts as one client when addresses are counted: an IPv4 address (also one that is wrapped in IPv6), or the
/// /64 of an IPv6 address, all of which one machine may use. Anything else stands for itself, cut to 64 bytes.
[[nodiscard]] QByteArray networkBlock(const QString &address);

}
