// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QHashFunctions>
#include <QString>

#include <compare>
#include <cstdint>

namespace moe {

/// An identifier that cannot be mixed up with another kind of identifier. `Value` is what is stored.
template <typename Tag, typename Value>
class StrongId
{
public:
    constexpr StrongId() = default;
    constexpr explicit StrongId(Value value) : m_value(std::move(value)) { }

    [[nodiscard]] constexpr const Value &value() const { return m_value; }
    friend bool operator==(const StrongId &, const StrongId &) = default;
    friend auto operator<=>(const StrongId &, const StrongId &) = default;
    friend size_t qHash(const StrongId &id, size_t seed = 0) { return ::qHash(id.m_value, seed); }

private:
    Value m_value{};
};

using UserId = StrongId<struct UserIdTag, qint64>;       ///< row id of the account store; 0: none
using KeyId = StrongId<struct KeyIdTag, qint64>;         ///< row id of the account store; 0: none
using GroupId = StrongId<struct GroupIdTag, qint64>;     ///< row id of the account store; 0: none
using SessionId = StrongId<struct SessionIdTag, qint64>; ///< row id of the account store; 0: none
using ServerId = StrongId<struct ServerIdTag, QString>;  ///< name of an inference server, unique in the configuration

/// "req_" and 24 base-62 characters, unique without coordination; seen in `x-request-id` and on every log line.
[[nodiscard]] QByteArray newRequestId();

}
