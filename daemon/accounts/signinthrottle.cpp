// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/signinthrottle.h"
#include "daemon/accounts/networkblock.h"

namespace moe::accounts {

namespace {

using namespace std::chrono_literals;

/// After which one failure of an address is forgiven.
constexpr auto forgiveness
    = std::chrono::duration_cast<std::chrono::milliseconds>(SignInLimits::window) / SignInLimits::failuresOfAddress;
constexpr auto fullBucket = forgiveness * SignInLimits::failuresOfAddress;

SecretHash pairName(const QString &account, const QByteArray &block)
{
    QByteArray name = account.toUtf8();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return hashOfSecret(QByteArray(QByteArray::number(block.size()) + ':' + block + name));
}

std::unexpected<Error> refuse(Clock::Steady::duration wait)
{
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
    Error error = Error::of(
        ErrorCode::RateLimited,
        QStringLiteral("There were too many failed sign-ins. Try again in %1 seconds.").arg(seconds.count()),
        QStringLiteral("too_many_sign_ins"));
    error.retryAfter = seconds;
    return failure(std::move(error));
}

}

void SignInThrottle::Failures::add(Clock::Steady at)
{
    times[size_t(count)] = at;
    ++count;
}

void SignInThrottle::Failures::remove(Clock::Steady at)
{
    const auto end = times.begin() + count;
    if (const auto found = std::find(times.begin(), end, at); found != end) {
        std::move(found + 1, end, found);
        --count;
    }
}

void SignInThrottle::Failures::forgetUntil(Clock::Steady limit)
{
    while (count > 0 && times.front() <= limit)
        remove(times.front());
}

SignInThrottle::SignInThrottle(const Clock &clock, std::size_t limit)
    : m_clock(clock)
    , m_pairs(limit)
    , m_addresses(limit)
{ }

Result<SignInThrottle::Attempt> SignInThrottle::admit(const QString &account, const QString &address)
{
    const QByteArray block = networkBlock(address);
    Attempt attempt{pairName(account, block), hashOfSecret(block), {}};
    const std::lock_guard lock(m_mutex);
    attempt.at = m_clock.steady(); // under the lock, so that the times of a pair are in order
    forgetOld(attempt.at);
    if (Failures *const known = m_pairs.find(attempt.pair)) {
        known->forgetUntil(attempt.at - SignInLimits::window);
        if (known->count == SignInLimits::failuresOfPair)
            return refuse(known->times.front() + SignInLimits::window - attempt.at);
    }
    if (const Level *const known = m_addresses.find(attempt.address)) {
        const auto roomAt = known->emptyAt + forgiveness - fullBucket;
        if (roomAt > attempt.at)
            return refuse(roomAt - attempt.at);
    }
    m_pairs.change(attempt.pair).add(attempt.at);
    Level &level = m_addresses.change(attempt.address);
    level.emptyAt = std::max(level.emptyAt, attempt.at) + forgiveness;
    return attempt;
}

void SignInThrottle::succeeded(const Attempt &attempt)
{
    const std::lock_guard lock(m_mutex);
    m_pairs.remove(attempt.pair);
    forgive(attempt);
}

void SignInThrottle::withdrawn(const Attempt &attempt)
{
    const std::lock_guard lock(m_mutex);
    if (Failures *const known = m_pairs.find(attempt.pair))
        known->remove(attempt.at);
    forgive(attempt);
}

void SignInThrottle::forgive(const Attempt &attempt)
{
    if (Level *const known = m_addresses.find(attempt.address))
        known->emptyAt -= forgiveness;
}

void SignInThrottle::forgetOld(Clock::Steady now)
{
    // Entries stand in the order of their last change, so the old ones are in front.
    m_pairs.dropWhile([now](const Failures &failures) {
        return failures.count == 0 || failures.times[size_t(failures.count - 1)] + SignInLimits::window <= now;
    });
    m_addresses.dropWhile([now](const Level &level) { return level.emptyAt <= now; });
}

std::size_t SignInThrottle::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_pairs.size() + m_addresses.size();
}

}
