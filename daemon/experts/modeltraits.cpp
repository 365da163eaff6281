// SPDX-License-Identifier: Apache-2.0
#include "daemon/experts/modeltraits.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace moe::experts {

namespace {

constexpr double largestT1 = 20;
constexpr double bytesPerParameter = 0.62; // of the 4-bit quantisation that servers install by default

bool containsAny(const QString &text, std::initializer_list<QLatin1StringView> words)
{
    return std::ranges::any_of(words, [&text](QLatin1StringView word) { return text.contains(word); });
}

}

double parametersInName(const QString &name)
{
    static const QRegularExpression size(u"(?:^|[^a-z0-9.])(?:(\\d+)x)?(\\d+(?:\\.\\d+)?)([bm])(?![a-z0-9])"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = size.match(name);
    if (!match.hasMatch())
        return 0;
    const double experts = match.hasCaptured(1) ? std::max(1.0, match.capturedView(1).toDouble()) : 1;
    const bool isMillions = match.capturedView(3).compare("m"_L1, Qt::CaseInsensitive) == 0;
    return experts * match.capturedView(2).toDouble() / (isMillions ? 1000 : 1);
}

double parametersOf(const inference::ModelInfo &model)
{
    if (model.parametersBillion > 0)
        return model.parametersBillion;
    if (const double named = parametersInName(model.name); named > 0)
        return named;
    return double(model.sizeBytes) / 1e9 / bytesPerParameter;
}

Tier tierOf(double parametersBillion) { return parametersBillion > largestT1 ? Tier::T2 : Tier::T1; }

ModelTraits traitsOf(const inference::ModelInfo &model)
{
    const QString name = model.name.toLower() + u' ' + model.family.toLower();
    const inference::ModelCapabilities &able = model.capabilities;
    ModelTraits traits;
    traits.isEmbeddingOnly
        = able.isKnown ? !able.completion : containsAny(name, {"embed"_L1, "minilm"_L1, "bge-"_L1, "bert"_L1});
    traits.isVision
        = able.isKnown ? able.vision : containsAny(name, {"llava"_L1, "vision"_L1, "moondream"_L1, "-vl"_L1, "vl:"_L1});
    traits.isCode = containsAny(name, {"code"_L1, "codestral"_L1, "devstral"_L1});
    traits.isMath = containsAny(name, {"math"_L1});
    traits.isMedical = containsAny(name, {"medgemma"_L1, "meditron"_L1, "medllama"_L1});
    traits.isTranslation = containsAny(name, {"translate"_L1});
    traits.isReasoning = able.thinking || containsAny(name, {"qwq"_L1, "-r1"_L1, "magistral"_L1, "reason"_L1});
    return traits;
}

}
