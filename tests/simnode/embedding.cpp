// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/embedding.h"

#include "tests/simnode/jsonwriter.h"

#include <QtEndian>

#include <cmath>

namespace moe::sim {

namespace {

constexpr float wordWeight = 1.0F;
constexpr float tripleWeight = 0.3F;
constexpr float emptyWeight = 0.01F; ///< of a direction all texts share, so that no vector is zero

quint64 fnv1a(QByteArrayView bytes)
{
    quint64 hash = Q_UINT64_C(0xcbf29ce484222325);
    for (const char c : bytes)
        hash = (hash ^ static_cast<unsigned char>(c)) * Q_UINT64_C(0x100000001b3);
    return hash;
}

quint64 splitMix(quint64 &state)
{
    quint64 z = (state += Q_UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * Q_UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * Q_UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/// Adds the direction that belongs to the hash: random signs, one bit for each dimension.
void addDirection(std::vector<float> &sum, quint64 hash, float weight)
{
    quint64 bits = 0;
    for (size_t i = 0; i < sum.size(); ++i) {
        if (i % 64 == 0)
            bits = splitMix(hash);
        sum[i] += (bits >> (i % 64)) & 1 ? weight : -weight;
    }
}

void addWord(std::vector<float> &sum, QStringView word)
{
    addDirection(sum, fnv1a(word.toUtf8()), wordWeight);
    for (qsizetype i = 0; i + 3 <= word.size(); ++i)
        addDirection(sum, ~fnv1a(word.sliced(i, 3).toUtf8()), tripleWeight);
}

}

std::vector<float> pseudoEmbedding(const QString &text, int dimensions)
{
    std::vector<float> sum(size_t(dimensions), 0.0F);
    addDirection(sum, 0, emptyWeight);
    const QString lower = text.toLower();
    qsizetype begin = 0;
    for (qsizetype i = 0; i <= lower.size(); ++i) {
        if (i < lower.size() && (lower[i].isLetterOrNumber() || lower[i].isSurrogate()))
            continue;
        if (i > begin)
            addWord(sum, QStringView(lower).sliced(begin, i - begin));
        begin = i + 1;
    }
    float square = 0;
    for (const float value : sum)
        square += value * value;
    for (float &value : sum)
        value /= std::sqrt(square);
    return sum;
}

QByteArray embeddingJson(const std::vector<float> &vector)
{
    JsonWriter json;
    json.beginArray();
    for (const float value : vector)
        json.value(value);
    return json.endArray().take();
}

QByteArray embeddingBase64(const std::vector<float> &vector)
{
    QByteArray bytes(qsizetype(vector.size() * sizeof(float)), Qt::Uninitialized);
    qToLittleEndian<float>(vector.data(), qsizetype(vector.size()), bytes.data());
    return bytes.toBase64();
}

}
