// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/calculation.h"

#include "shared/async/offload.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

QByteArray schemaText(const wire::Schema &schema, wire::UnknownKeys unknownKeys)
{
    return QJsonDocument(wire::jsonSchema(schema, unknownKeys)).toJson(QJsonDocument::Compact);
}

}

Error badCall(QString message, QString argument, QString code)
{
    return Error::invalid(std::move(message), std::move(argument), std::move(code));
}

ToolInfo toolInfo(const CalculationInfo &info, const wire::Schema &input, const wire::Schema &output)
{
    return {info.name, info.title, info.description, schemaText(input, wire::UnknownKeys::Refuse),
            schemaText(output, wire::UnknownKeys::Ignore)};
}

Result<ToolResult> withinLimits(Result<ToolResult> result)
{
    if (result && result->structured.size() + result->text.size() > largestResult)
        return failure(Error::of(ErrorCode::TooLarge, u"The result has more than %1 KiB."_s.arg(largestResult / 1024),
                                 u"result_too_large"_s));
    return result;
}

Result<void> checkCall(const QByteArray &arguments, const RequestContext &context)
{
    if (context.isStopped())
        return failure(Error::cancelled());
    if (arguments.size() > largestArguments)
        return failure(Error::of(ErrorCode::TooLarge,
                                 u"The arguments have more than %1 KiB."_s.arg(largestArguments / 1024),
                                 u"arguments_too_large"_s));
    return {};
}

Error asCallError(Error error)
{
    // The codec names a path such as "$.data[3]".
    if (error.param.startsWith("$."_L1))
        error.param.remove(0, 2);
    error.reason = u"invalid_arguments"_s;
    return error;
}

CalculationBase::CalculationBase(const CalculationInfo &info, const wire::Schema &input, const wire::Schema &output)
    : m_info(toolInfo(info, input, output))
    , m_largestInline(info.isHeavy ? 0 : largestInline)
{ }

Task<ToolResult> CalculationBase::call(QByteArray arguments, RequestContext context) const
{
    CO_TRY_VOID(checkCall(arguments, context));
    if (isQuick(arguments))
        co_return result(arguments);
    co_return co_await offload([this, &arguments] { return result(arguments); });
}

}
