// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>

#include <chrono>
#include <optional>

/// What the control API speaks of: requests and answers as values, whatever carries them (HTTP, the local socket).
namespace moe::control {

struct Request {
    QByteArray method;                        ///< "GET"
    QByteArray path;                          ///< as in a URL, with escapes
    QByteArray query;                         ///< as in a URL, without the question mark
    QByteArray body;
    QByteArray ifMatch;                       ///< as in the header; empty: none
};

struct Reply {
    int status = 200;
    QByteArray body;                          ///< empty with status 204
    QByteArray contentType;
    QByteArray etag;                          ///< as in the header; empty: none
    QByteArray location;                      ///< of what was made
    QByteArray allow;                         ///< methods, with status 405
    std::optional<std::chrono::seconds> retryAfter = {};

    [[nodiscard]] bool isSuccess() const { return status >= 200 && status < 300; }
};

/// The entity tag of a version, as the headers ETag and If-Match have it: "\"17\"".
[[nodiscard]] QByteArray entityTag(qint64 version);
/// The version that a header If-Match names; nothing for an empty one or "*". InvalidRequest.
[[nodiscard]] Result<std::optional<qint64>> versionOfTag(QByteArrayView ifMatch);

}
