// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <memory>

struct ssl_st;
struct ssl_ctx_st;
struct bio_st;

namespace moe::http {

class TlsSession;

/// The server's certificate and key, shared by all listeners. Immutable and thread-safe.
class TlsContext
{
public:
    /// PEM files; the certificate file may hold a chain.
    [[nodiscard]] static Result<std::shared_ptr<const TlsContext>> fromFiles(const QString &certificateFile,
                                                                             const QString &keyFile);
    /// Writes a new key (mode 0600) and a self-signed certificate for `hostNames`, valid for ten years.
    [[nodiscard]] static Result<void> makeSelfSigned(const QString &certificateFile, const QString &keyFile,
                                                     const QStringList &hostNames);

    /// SHA-256 of the certificate as upper-case hex pairs with colons, as browsers show it.
    [[nodiscard]] QString fingerprint() const;
    [[nodiscard]] std::unique_ptr<TlsSession> newSession() const;

    TlsContext(const TlsContext &) = delete;
    TlsContext &operator=(const TlsContext &) = delete;
    ~TlsContext();

private:
    explicit TlsContext(ssl_ctx_st *context) : m_context(context) { }
    ssl_ctx_st *m_context;
};

/// One connection's encryption, between memory buffers: whoever owns the socket moves the bytes. Single thread.
class TlsSession
{
public:
    explicit TlsSession(ssl_st *ssl);
    TlsSession(const TlsSession &) = delete;
    TlsSession &operator=(const TlsSession &) = delete;
    ~TlsSession();

    /// Takes bytes from the network; appends what they decrypt to. False if the peer broke the protocol.
    [[nodiscard]] bool receive(QByteArrayView network, QByteArray &plain);
    /// Encrypts `plain`; appends to `network` that and whatever the handshake has to say. Bytes given before the
    /// handshake is done wait inside. False if encryption failed.
    [[nodiscard]] bool send(QByteArrayView plain, QByteArray &network);
    /// Appends the goodbye that tells the peer from a cut.
    void close(QByteArray &network);

private:
    void collect(QByteArray &network);

    ssl_st *m_ssl;
    bio_st *m_fromNetwork; // owned by m_ssl
    bio_st *m_toNetwork;   // owned by m_ssl
    QByteArray m_waiting;
};

}
