// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/testdirectory.h"

#include <QSslConfiguration>

namespace moe::test {

/// A self-signed certificate of 127.0.0.1, made by the openssl program. Without that the test program ends.
class TestCertificate
{
public:
    TestCertificate();

    /// The certificate, PEM.
    [[nodiscard]] const QString &file() const { return m_file; }
    /// For a server that shows it.
    [[nodiscard]] const QSslConfiguration &tls() const { return m_tls; }
    /// SHA-256, in lower case hexadecimal digits.
    [[nodiscard]] QByteArray fingerprint() const;

private:
    TestDirectory m_folder;
    QString m_file;
    QSslConfiguration m_tls;
};

}
