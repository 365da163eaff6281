// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/passwordhasher.h"

#include <sodium.h>

#include <cerrno>

namespace moe::accounts {

namespace {

/// A password on its way, wiped at the end of it.
class Password
{
public:
    explicit Password(QByteArray text) : m_text(std::move(text)) { }
    Password(const Password &) = delete;
    Password &operator=(const Password &) = delete;
    ~Password() { wipe(m_text); }

    [[nodiscard]] const char *data() const { return m_text.constData(); }
    [[nodiscard]] unsigned long long size() const { return static_cast<unsigned long long>(m_text.size()); }

private:
    QByteArray m_text;
};

Error outOfMemory()
{
    Error error = Error::of(ErrorCode::Unavailable, QStringLiteral("There is no memory to check passwords. Try again."),
                            QStringLiteral("sign_in_busy"));
    error.retryAfter = std::chrono::seconds(10);
    return error;
}

Result<QByteArray> hashOf(const Password &password, PasswordCost cost)
{
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (crypto_pwhash_str(text.data(), password.data(), password.size(), cost.passes, cost.memoryBytes) != 0)
        return failure(outOfMemory());
    return QByteArray(text.data());
}

bool isReadable(const QByteArray &storedHash)
{
    // It is parsed as a C string; only its own form is told from another cost (1) by needs_rehash.
    return storedHash.size() < qsizetype(crypto_pwhash_STRBYTES)
        && crypto_pwhash_str_needs_rehash(storedHash.constData(), crypto_pwhash_OPSLIMIT_MIN,
                                          crypto_pwhash_MEMLIMIT_MIN)
        >= 0;
}

Result<bool> isPasswordOf(const Password &password, const QByteArray &storedHash, PasswordCost cost)
{
    if (!isReadable(storedHash)) {
        TRY_VOID(hashOf(password, cost)); // for the time it takes
        return false;
    }
    errno = 0;
    if (crypto_pwhash_str_verify(storedHash.constData(), password.data(), password.size()) == 0)
        return true;
    if (errno == ENOMEM)
        return failure(outOfMemory());
    return false;
}

}

void wipe(QByteArray &secret)
{
    if (secret.isDetached())
        sodium_memzero(secret.data(), size_t(secret.capacity())); // longer text may have been there before
    secret.resize(0);
}

PasswordHasher::PasswordHasher(PasswordHasherOptions options)
    : m_cost(options.cost)
    , m_threads(threads, options.queueLimit)
{ }

Result<std::unique_ptr<PasswordHasher>> PasswordHasher::create(PasswordHasherOptions options)
{
    if (sodium_init() < 0)
        return failure(Error::internal(QStringLiteral("The cryptographic library could not be set up.")));
    return std::unique_ptr<PasswordHasher>(new PasswordHasher(options));
}

Task<QByteArray> PasswordHasher::hash(QByteArray password, RequestContext context)
{
    const auto result = std::make_shared<Result<QByteArray>>();
    std::function<void()> work
        = [result, cost = m_cost, secret = std::make_shared<const Password>(std::move(password))] {
              *result = hashOf(*secret, cost);
          };
    CO_TRY_VOID(co_await m_threads.run(std::move(work), std::move(context)));
    co_return std::move(*result);
}

Task<bool> PasswordHasher::verify(QByteArray password, QByteArray storedHash, RequestContext context)
{
    const auto result = std::make_shared<Result<bool>>(false);
    std::function<void()> work
        = [result, storedHash, cost = m_cost, secret = std::make_shared<const Password>(std::move(password))] {
              *result = isPasswordOf(*secret, storedHash, cost);
          };
    CO_TRY_VOID(co_await m_threads.run(std::move(work), std::move(context)));
    co_return std::move(*result);
}

bool PasswordHasher::needsRehash(const QByteArray &storedHash) const
{
    return !isReadable(storedHash)
        || crypto_pwhash_str_needs_rehash(storedHash.constData(), m_cost.passes, m_cost.memoryBytes) != 0;
}

}
