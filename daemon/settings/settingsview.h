// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/settings/settingstable.h"

#include <QList>

/// What people get to see of settings: never a secret, and nothing of keys that this version does not know.
namespace moe::settings {

/// One setting in two versions.
struct SettingDifference {
    QString key;
    QByteArray before; ///< JSON; "null" where nothing is stored, "\"(changed)\"" for a secret
    QByteArray after;

    friend bool operator==(const SettingDifference &, const SettingDifference &) = default;
};

/// What differs between two stored documents, in order of key.
[[nodiscard]] QList<SettingDifference> differences(const SettingsTable &table, const SettingValues &before,
                                                   const SettingValues &after);

/// A JSON object of key to value: one side of the differences.
[[nodiscard]] QByteArray sideOf(const QList<SettingDifference> &differences, QByteArray SettingDifference::*side);

/// The list of all settings as a JSON array, for somebody with this role; SettingsService::document() tells its shape.
[[nodiscard]] QByteArray describeSettings(const SettingsTable &table, const SettingValues &options,
                                          const SettingValues &stored, Role role);

}
