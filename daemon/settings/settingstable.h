// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/settings/settings.h"
#include "shared/model/user.h"

#include <functional>
#include <vector>

namespace moe::settings {

enum class SettingType {
    Boolean,
    Integer,
    Text,
    Secret,         ///< a text that is never shown
    Document,       ///< a JSON object or array
    SecretDocument, ///< a document whose members "token", "api_key" and "password" are never shown
};

/// When a change takes effect.
enum class SettingEffect { Live, Restart };

/// Says what is wrong with a value: for documents with the JSON, for texts with the text itself.
using SettingCheck = std::function<Result<void>(const QByteArray &value)>;

/// What is known about one setting.
struct Setting {
    QString key;
    SettingType type = SettingType::Text;
    QByteArray standard = {};     ///< default value as JSON; null: none
    QString description = {};     ///< one sentence
    SettingEffect effect = SettingEffect::Live;
    Role role = Role::Operator; ///< needed to change it
    qint64 least = 0;        ///< of an integer
    qint64 most = 0;         ///< of an integer; of a text: characters; of a document: bytes
    SettingCheck check = {};

    [[nodiscard]] bool isSecret() const { return type == SettingType::Secret; }
};

/// Where the value in force comes from.
enum class SettingSource { Default, Option, Stored };

struct SettingValue {
    QByteArray json; ///< null: a document that there is none of
    SettingSource source = SettingSource::Default;
};

/// What other parts of the daemon know about documents. Errors are InvalidRequest and never repeat a value.
struct SettingChecks {
    SettingCheck expertModels;
    SettingCheck inferenceServers;
    SettingCheck mcpServers;
};

/// The settings there are, in order of key.
class SettingsTable
{
public:
    explicit SettingsTable(std::vector<Setting> settings);
    /// All of settingkeys.h.
    [[nodiscard]] static SettingsTable standard(SettingChecks checks);

    /// Null if there is none.
    [[nodiscard]] const Setting *find(QAnyStringView key) const;
    [[nodiscard]] const std::vector<Setting> &all() const { return m_settings; }

private:
    std::vector<Setting> m_settings;
};

/// The value as it is stored, or InvalidRequest with the key as `param`. `value` is valid JSON.
[[nodiscard]] Result<QByteArray> checkedValue(const Setting &setting, QByteArrayView value);

/// A stored value wins over the option given at start, that over the default; what this version would not accept does
/// not count.
[[nodiscard]] SettingValue valueInForce(const Setting &setting, const SettingValues &options,
                                        const SettingValues &stored);

}
