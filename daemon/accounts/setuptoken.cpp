// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/setuptoken.h"
#include "daemon/telemetry/log.h"
#include "shared/core/text.h"

namespace moe::accounts {

using namespace Qt::StringLiterals;

namespace {

/// Stands for the token in the throttle; no user can be named like that.
QString throttledName() { return u":setup-token"_s; }

}

SetupToken::SetupToken(const QString &dataDirectory, const Clock &clock, SignInThrottle &throttle)
    : m_path(dataDirectory + "/setup-token"_L1)
    , m_clock(clock)
    , m_throttle(throttle)
{ }

bool SetupToken::isValid(const SetupTokenText &token) const
{
    const auto now = m_clock.system();
    // An end that is further away than we ever set it was not set by us, or the date was changed since.
    return isSecretText(token.text, setupTokenStart) && now < token.expires
        && token.expires <= now + setupTokenLifetime;
}

Result<SetupTokenText> SetupToken::offer()
{
    const std::lock_guard lock(m_mutex);
    std::optional<SetupTokenText> token = readSetupTokenFile(m_path);
    if (!token || !isValid(*token)) {
        const auto now = std::chrono::floor<std::chrono::seconds>(m_clock.system());
        token = SetupTokenText{newSecretText(setupTokenStart), now + setupTokenLifetime};
        TRY_VOID(writeSetupTokenFile(m_path, *token));
    }
    m_hash = hashOfSecret(token->text);
    m_expires = token->expires;
    m_state = State::Offered;
    return *token;
}

void SetupToken::withdraw()
{
    const std::lock_guard lock(m_mutex);
    forget();
}

Result<void> SetupToken::take(QByteArrayView presentedToken, const QString &address)
{
    TRY(const auto attempt, m_throttle.admit(throttledName(), address));
    if (!accept(presentedToken))
        return failure(Error::of(ErrorCode::Unauthenticated,
                                 u"This set-up token is not or no longer valid. While there is no administrator, the "
                                 "server writes a valid one to the file \"setup-token\" of its data directory when it "
                                 "starts."_s,
                                 u"invalid_setup_token"_s));
    m_throttle.succeeded(attempt);
    return {};
}

bool SetupToken::accept(QByteArrayView presentedToken)
{
    const SecretHash presented = hashOfSecret(presentedToken);
    const std::lock_guard lock(m_mutex);
    if (m_state == State::Offered && m_clock.system() >= m_expires)
        forget();
    if (m_state != State::Offered || !equalsInConstantTime(QByteArrayView(presented), QByteArrayView(m_hash)))
        return false;
    m_state = State::Taken;
    return true;
}

void SetupToken::giveBack()
{
    const std::lock_guard lock(m_mutex);
    if (m_state == State::Taken)
        m_state = State::Offered;
}

bool SetupToken::isOffered() const
{
    const std::lock_guard lock(m_mutex);
    return m_state == State::Offered && m_clock.system() < m_expires;
}

void SetupToken::forget()
{
    m_state = State::None;
    m_hash = {};
    if (!removeSetupTokenFile(m_path))
        MOE_LOG(Accounts, Warning, "", "The file of the set-up token cannot be removed; remove it by hand",
                {"file", m_path});
}

}
