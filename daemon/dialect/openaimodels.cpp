// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/openaimodels.h"

#include "shared/wire/jsonscan.h"

#include <QDateTime>
#include <QTimeZone>

namespace moe::dialect {

namespace {

void appendModel(QByteArray &out, const ModelEntry &model)
{
    out += "{\"id\":";
    json::appendQuoted(out, model.id);
    out += ",\"object\":\"model\",\"created\":";
    out += QByteArray::number(model.created);
    out += ",\"owned_by\":";
    json::appendQuoted(out, model.ownedBy);
    out += ",\"type\":\"model\",\"display_name\":";
    json::appendQuoted(out, model.displayName.isEmpty() ? model.id : model.displayName);
    out += ",\"created_at\":\"";
    out += QDateTime::fromSecsSinceEpoch(model.created, QTimeZone::UTC).toString(Qt::ISODate).toLatin1();
    out += "\"}";
}

QByteArray idOrNull(const ModelEntry *model) { return model ? json::quoted(model->id) : QByteArray("null"); }

}

QByteArray modelObject(const ModelEntry &model)
{
    QByteArray out;
    appendModel(out, model);
    return out;
}

QByteArray modelList(const QList<ModelEntry> &models)
{
    QByteArray out = "{\"object\":\"list\",\"data\":[";
    for (const ModelEntry &model : models) {
        if (&model != &models.constFirst())
            out += ',';
        appendModel(out, model);
    }
    out += "],\"has_more\":false,\"first_id\":";
    out += idOrNull(models.isEmpty() ? nullptr : &models.first());
    out += ",\"last_id\":";
    out += idOrNull(models.isEmpty() ? nullptr : &models.last());
    out += '}';
    return out;
}

}
