// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>

namespace moe::dialect {

/// One model as `/v1/models` shows it.
struct ModelEntry {
    QByteArray id;
    QByteArray displayName;           ///< for people; empty: the id
    QByteArray ownedBy;
    qint64 created = 0;               ///< seconds since 1970
};

/// One entry, with the members of OpenAI's and of Anthropic's shape: clients of both read the same list.
[[nodiscard]] QByteArray modelObject(const ModelEntry &model);

/// `{"object":"list","data":[…]}` with Anthropic's paging members, saying that this is all.
[[nodiscard]] QByteArray modelList(const QList<ModelEntry> &models);

}
