// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QStringView>

#include <concepts>

namespace moe::sim {

/// Writes compact JSON with the members in the order given, as the imitated servers do.
class JsonWriter
{
public:
    JsonWriter &beginObject() { return open('{'); }
    JsonWriter &endObject() { return close('}'); }
    JsonWriter &beginArray() { return open('['); }
    JsonWriter &endArray() { return close(']'); }
    JsonWriter &key(QByteArrayView name);
    JsonWriter &key(QStringView name) { return key(QByteArrayView(name.toUtf8())); }

    JsonWriter &value(QByteArrayView utf8);
    JsonWriter &value(QStringView text);
    JsonWriter &value(std::integral auto number)
    {
        if constexpr (std::same_as<decltype(number), bool>)
            return raw(number ? "true" : "false");
        else
            return raw(QByteArray::number(qint64(number)));
    }
    JsonWriter &value(float number);
    JsonWriter &null() { return raw("null"); }
    /// A value that is JSON already.
    JsonWriter &raw(QByteArrayView json);

    JsonWriter &field(const auto &name, const auto &content)
    {
        key(name);
        return value(content);
    }
    JsonWriter &rawField(QByteArrayView name, QByteArrayView json) { return key(name).raw(json); }

    [[nodiscard]] QByteArray take() { return std::move(m_out); }

private:
    JsonWriter &open(char bracket);
    JsonWriter &close(char bracket);
    void separate();

    QByteArray m_out;
    bool m_needsComma = false;
};

}
