// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

namespace moe::api::control {

/// A password as bytes; the text it came in is overwritten.
[[nodiscard]] inline QByteArray takeSecret(QString &text)
{
    QByteArray secret = text.toUtf8();
    text.fill(u'\0');
    text.clear();
    return secret;
}

}
