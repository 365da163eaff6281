// SPDX-License-Identifier: Apache-2.0
#include "tests/support/testcertificate.h"

#include <QProcess>
#include <QSslCertificate>
#include <QSslKey>

using namespace Qt::StringLiterals;

namespace moe::test {

TestCertificate::TestCertificate()
    : m_file(m_folder.file(u"certificate.pem"_s))
    , m_tls(QSslConfiguration::defaultConfiguration())
{
    const QString key = m_folder.file(u"key.pem"_s);
    QProcess openssl;
    openssl.start(u"openssl"_s,
                  {u"req"_s, u"-x509"_s, u"-newkey"_s, u"rsa:2048"_s, u"-nodes"_s, u"-keyout"_s, key, u"-out"_s, m_file,
                   u"-days"_s, u"2"_s, u"-subj"_s, u"/CN=127.0.0.1"_s, u"-addext"_s, u"subjectAltName=IP:127.0.0.1"_s});
    if (!openssl.waitForFinished() || openssl.exitCode() != 0)
        qFatal("openssl made no certificate: %s", openssl.readAllStandardError().constData());
    m_tls.setLocalCertificateChain(QSslCertificate::fromPath(m_file));
    m_tls.setPrivateKey(QSslKey(m_folder.read(u"key.pem"_s), QSsl::Rsa));
}

QByteArray TestCertificate::fingerprint() const
{
    return m_tls.localCertificate().digest(QCryptographicHash::Sha256).toHex();
}

}
