// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/tls.h"

#include <QFile>
#include <QHostAddress>
#include <QSaveFile>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace moe::http {

namespace {

template <auto Free>
struct Deleter {
    template <typename T>
    void operator()(T *pointer) const
    {
        Free(pointer);
    }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using CertificatePointer = std::unique_ptr<X509, Deleter<X509_free>>;
using BioPointer = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using ContextPointer = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;

QString lastOpenSslError()
{
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    return QString::fromLatin1(text.data());
}

QByteArray contents(BIO *bio)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return QByteArray(data, qsizetype(size));
}

bool addExtension(X509 *certificate, int nid, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION *const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.constData());
    if (!extension)
        return false;
    const bool isAdded = X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return isAdded;
}

QByteArray alternativeNames(const QStringList &hostNames)
{
    QByteArrayList names;
    for (const QString &name : hostNames)
        names.append((QHostAddress(name).isNull() ? "DNS:" : "IP:") + name.toUtf8());
    return names.join(',');
}

CertificatePointer selfSigned(EVP_PKEY *key, const QStringList &hostNames)
{
    constexpr long tenYears = 3650L * 24 * 3600;
    CertificatePointer certificate(X509_new());
    X509 *const x509 = certificate.get();
    X509_set_version(x509, X509_VERSION_3);
    BIGNUM *const serial = BN_new();
    BN_rand(serial, 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
    BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x509));
    BN_free(serial);
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), tenYears);
    X509_set_pubkey(x509, key);
    X509_NAME *const name = X509_get_subject_name(x509);
    const QByteArray common = hostNames.value(0, QStringLiteral("localhost")).toUtf8();
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char *>(common.constData()),
                               -1, -1, 0);
    X509_set_issuer_name(x509, name);
    if (!addExtension(x509, NID_subject_alt_name, alternativeNames(hostNames))
        || !addExtension(x509, NID_basic_constraints, "critical,CA:FALSE")
        || !addExtension(x509, NID_ext_key_usage, "serverAuth") || X509_sign(x509, key, EVP_sha256()) == 0)
        return nullptr;
    return certificate;
}

Result<void> writeFile(const QString &name, const QByteArray &data, QFile::Permissions permissions)
{
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(permissions) || file.write(data) != data.size()
        || !file.commit())
        return failure(Error::of(ErrorCode::Unavailable,
                                 QStringLiteral("The file %1 cannot be written: %2").arg(name, file.errorString())));
    return {};
}

}

Result<std::shared_ptr<const TlsContext>> TlsContext::fromFiles(const QString &certificateFile, const QString &keyFile)
{
    ContextPointer context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    if (SSL_CTX_use_certificate_chain_file(context.get(), QFile::encodeName(certificateFile).constData()) != 1)
        return failure(Error::invalid(
            QStringLiteral("The TLS certificate %1 cannot be used: %2").arg(certificateFile, lastOpenSslError())));
    if (SSL_CTX_use_PrivateKey_file(context.get(), QFile::encodeName(keyFile).constData(), SSL_FILETYPE_PEM) != 1
        || SSL_CTX_check_private_key(context.get()) != 1)
        return failure(
            Error::invalid(QStringLiteral("The TLS key %1 cannot be used: %2").arg(keyFile, lastOpenSslError())));
    return std::shared_ptr<const TlsContext>(new TlsContext(context.release()));
}

Result<void> TlsContext::makeSelfSigned(const QString &certificateFile, const QString &keyFile,
                                        const QStringList &hostNames)
{
    const KeyPointer key(EVP_EC_gen("P-256"));
    const CertificatePointer certificate = key ? selfSigned(key.get(), hostNames) : nullptr;
    if (!certificate)
        return failure(
            Error::internal(QStringLiteral("A TLS certificate could not be made: %1").arg(lastOpenSslError())));
    const BioPointer keyText(BIO_new(BIO_s_mem()));
    const BioPointer certificateText(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(keyText.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    PEM_write_bio_X509(certificateText.get(), certificate.get());
    TRY_VOID(writeFile(keyFile, contents(keyText.get()), QFile::ReadOwner | QFile::WriteOwner));
    return writeFile(certificateFile, contents(certificateText.get()),
                     QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther);
}

QString TlsContext::fingerprint() const
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    X509_digest(SSL_CTX_get0_certificate(m_context), EVP_sha256(), digest.data(), &size);
    return QString::fromLatin1(QByteArray(reinterpret_cast<const char *>(digest.data()), size).toHex(':').toUpper());
}

std::unique_ptr<TlsSession> TlsContext::newSession() const { return std::make_unique<TlsSession>(SSL_new(m_context)); }

TlsContext::~TlsContext() { SSL_CTX_free(m_context); }

TlsSession::TlsSession(ssl_st *ssl) : m_ssl(ssl), m_fromNetwork(BIO_new(BIO_s_mem())), m_toNetwork(BIO_new(BIO_s_mem()))
{
    SSL_set_bio(m_ssl, m_fromNetwork, m_toNetwork);
    SSL_set_accept_state(m_ssl);
}

TlsSession::~TlsSession() { SSL_free(m_ssl); }

bool TlsSession::receive(QByteArrayView network, QByteArray &plain)
{
    ERR_clear_error();
    BIO_write(m_fromNetwork, network.data(), int(network.size()));
    constexpr int recordBytes = 16 * 1024;
    for (;;) {
        const qsizetype before = plain.size();
        plain.resize(before + recordBytes);
        const int count = SSL_read(m_ssl, plain.data() + before, recordBytes);
        plain.resize(before + std::max(count, 0));
        if (count > 0)
            continue;
        const int error = SSL_get_error(m_ssl, count);
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_ZERO_RETURN;
    }
}

bool TlsSession::send(QByteArrayView plain, QByteArray &network)
{
    ERR_clear_error();
    m_waiting.append(plain);
    if (!SSL_is_init_finished(m_ssl)) {
        collect(network);
        return true;
    }
    qsizetype sent = 0;
    while (sent < m_waiting.size()) {
        const int count = SSL_write(m_ssl, m_waiting.constData() + sent,
                                    int(std::min<qsizetype>(m_waiting.size() - sent, 1 << 20)));
        if (count <= 0)
            return false; // a memory buffer always takes everything
        sent += count;
    }
    m_waiting.clear();
    collect(network);
    return true;
}

void TlsSession::close(QByteArray &network)
{
    ERR_clear_error();
    if (SSL_is_init_finished(m_ssl))
        SSL_shutdown(m_ssl);
    collect(network);
}

void TlsSession::collect(QByteArray &network)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(m_toNetwork, &data);
    network.append(data, qsizetype(size));
    (void)BIO_reset(m_toNetwork);
}

}
