// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/secrettext.h"
#include "shared/core/text.h"

#include <QStringBuilder>

#include <openssl/evp.h>

#include <memory>
#include <new>
#include <stdexcept>

namespace moe::accounts {

namespace {

/// A digest context set up once a thread: a third of the cost of one that looks the algorithm up each time.
class Sha256
{
public:
    Sha256()
    {
        if (!m_context || EVP_DigestInit_ex2(m_context.get(), EVP_sha256(), nullptr) != 1)
            throw std::bad_alloc();
    }

    SecretHash operator()(QByteArrayView text)
    {
        SecretHash hash;
        unsigned int length = 0;
        if (EVP_DigestInit_ex2(m_context.get(), nullptr, nullptr) != 1
            || EVP_DigestUpdate(m_context.get(), text.data(), size_t(text.size())) != 1
            || EVP_DigestFinal_ex(m_context.get(), hash.data(), &length) != 1 || length != hash.size())
            throw std::runtime_error("SHA-256 failed");
        return hash;
    }

private:
    struct Free {
        void operator()(EVP_MD_CTX *context) const { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> m_context{EVP_MD_CTX_new()};
};

constexpr bool isLowerHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}

QByteArray newSecretText(QByteArrayView start) { return start.toByteArray() + randomHex(secretDigits / 2); }

bool isSecretText(QByteArrayView text, QByteArrayView start)
{
    return text.size() == start.size() + secretDigits && text.startsWith(start)
        && std::all_of(text.begin() + start.size(), text.end(), isLowerHex);
}

SecretHash hashOfSecret(QByteArrayView text)
{
    thread_local Sha256 sha256;
    return sha256(text);
}

}
