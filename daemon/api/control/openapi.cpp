// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/operationinfo.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace {

using moe::control::Access;

QString accessText(Access access)
{
    switch (access) {
    case Access::Open: return u"Open to everybody."_s;
    case Access::SignedIn: return u"For whoever is signed in."_s;
    case Access::Operator: return u"For operators and administrators."_s;
    case Access::Admin: return u"For administrators."_s;
    }
    Q_UNREACHABLE_RETURN(QString());
}

QJsonObject plainSchema(QLatin1StringView type) { return {{u"type"_s, QString(type)}}; }

QJsonObject jsonContent(const QString &type, const QJsonValue &schema)
{
    return {{type, QJsonObject{{u"schema"_s, schema}}}};
}

QJsonObject reference(const QString &name) { return {{u"$ref"_s, QString(u"#/components/schemas/" % name)}}; }

QJsonArray parametersOf(const OperationInfo &operation)
{
    QJsonArray parameters;
    static const QRegularExpression name(u"\\{(\\w+)\\}"_s);
    for (const auto &match : name.globalMatch(operation.path)) {
        parameters.append(QJsonObject{{u"name"_s, match.captured(1)},
                                      {u"in"_s, u"path"_s},
                                      {u"required"_s, true},
                                      {u"schema"_s, plainSchema("string"_L1)}});
    }
    const auto ofQuery = operation.query ? operation.query->members : std::span<const wire::Schema::Member>();
    for (const wire::Schema::Member &parameter : ofQuery) {
        parameters.append(QJsonObject{{u"name"_s, QString(parameter.name)},
                                      {u"in"_s, u"query"_s},
                                      {u"required"_s, parameter.isRequired},
                                      {u"schema"_s, wire::jsonSchema(*parameter.schema)}});
    }
    if (operation.isVersioned && operation.method != "GET"_L1 && operation.method != "POST"_L1)
        parameters.append(QJsonObject{{u"name"_s, u"If-Match"_s},
                                      {u"in"_s, u"header"_s},
                                      {u"required"_s, false},
                                      {u"schema"_s, plainSchema("string"_L1)}});
    return parameters;
}

QJsonObject responsesOf(const OperationInfo &operation)
{
    QJsonObject success{{u"description"_s, u"It was done."_s}};
    if (operation.answer != nullptr)
        success.insert(u"content"_s,
                       jsonContent(u"application/json"_s, reference(QString(operation.id % "Answer"_L1))));
    if (operation.isVersioned && operation.answer != nullptr)
        success.insert(u"headers"_s, QJsonObject{{u"ETag"_s, QJsonObject{{u"schema"_s, plainSchema("string"_L1)}}}});
    return {{QString::number(operation.status), success},
            {u"default"_s,
             QJsonObject{{u"description"_s, u"What went wrong."_s},
                         {u"content"_s, jsonContent(u"application/problem+json"_s, reference(u"Problem"_s))}}}};
}

QJsonObject operationObject(const OperationInfo &operation)
{
    QJsonObject object{{u"operationId"_s, QString(operation.id)},
                       {u"summary"_s, QString(operation.summary)},
                       {u"description"_s, accessText(operation.access)},
                       {u"responses"_s, responsesOf(operation)}};
    if (const QJsonArray parameters = parametersOf(operation); !parameters.isEmpty())
        object.insert(u"parameters"_s, parameters);
    if (operation.isBodyRaw)
        object.insert(
            u"requestBody"_s,
            QJsonObject{{u"required"_s, true}, {u"content"_s, jsonContent(u"text/csv"_s, plainSchema("string"_L1))}});
    else if (operation.body != nullptr)
        object.insert(u"requestBody"_s,
                      QJsonObject{{u"required"_s, true},
                                  {u"content"_s,
                                   jsonContent(u"application/json"_s, reference(QString(operation.id % "Body"_L1)))}});
    object.insert(u"security"_s,
                  operation.access == Access::Open ? QJsonArray()
                                                   : QJsonArray{QJsonObject{{u"session"_s, QJsonArray()}}});
    return object;
}

QJsonObject problemSchema()
{
    const QJsonObject text = plainSchema("string"_L1);
    const QJsonObject number = plainSchema("integer"_L1);
    return {{u"type"_s, u"object"_s},
            {u"required"_s, QJsonArray{u"title"_s, u"status"_s, u"detail"_s, u"code"_s}},
            {u"properties"_s,
             QJsonObject{{u"type"_s, text},
                         {u"title"_s, text},
                         {u"status"_s, number},
                         {u"detail"_s, text},
                         {u"code"_s, text},
                         {u"param"_s, text},
                         {u"reason"_s, text},
                         {u"retry_after"_s, number},
                         {u"request_id"_s, text}}}};
}

}

QByteArray openApiDocument(const std::vector<OperationInfo> &operations)
{
    QJsonObject paths;
    QJsonObject schemas{{u"Problem"_s, problemSchema()}};
    for (const OperationInfo &operation : operations) {
        const QString path(operation.path);
        QJsonObject item = paths.value(path).toObject();
        item.insert(QString(operation.method).toLower(), operationObject(operation));
        paths.insert(path, item);
        if (operation.body != nullptr)
            schemas.insert(QString(operation.id % "Body"_L1), wire::jsonSchema(*operation.body));
        if (operation.answer != nullptr)
            schemas.insert(QString(operation.id % "Answer"_L1), wire::jsonSchema(*operation.answer));
    }
    const QJsonObject security{{u"session"_s, QJsonObject{{u"type"_s, u"http"_s}, {u"scheme"_s, u"bearer"_s}}}};
    const QJsonObject document{
        {u"openapi"_s, u"3.1.0"_s},
        {u"info"_s,
         QJsonObject{{u"title"_s, u"Sovereign MoE control API"_s}, {u"version"_s, QStringLiteral(MOE_VERSION)}}},
        {u"paths"_s, paths},
        {u"components"_s, QJsonObject{{u"schemas"_s, schemas}, {u"securitySchemes"_s, security}}}};
    return QJsonDocument(document).toJson(QJsonDocument::Compact);
}

}
