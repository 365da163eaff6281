// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/budgetaccount.h"

#include <QDate>
#include <QTest>

#include <array>
#include <numeric>
#include <random>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const Clock::System start = std::chrono::sys_days(2024y / 2 / 28) + 22h;

QDate dateOf(Clock::System time)
{
    return QDate(1970, 1, 1).addDays(std::chrono::floor<std::chrono::days>(time).time_since_epoch().count());
}

Clock::System midnightOf(QDate date) { return Clock::System(std::chrono::days(QDate(1970, 1, 1).daysTo(date))); }

/// The account as one would write it down on paper: a list of charges and of what each reservation holds, added up anew
/// for every question.
struct Model {
    struct Charge {
        QDate day;
        qint64 tokens;
    };
    BudgetLimits limits;
    QDate today;
    std::vector<Charge> charges;
    std::vector<qint64> held;

    void passTo(Clock::System now) { today = std::max(today, dateOf(now)); }

    [[nodiscard]] qint64 reserved() const { return std::accumulate(held.begin(), held.end(), qint64(0)); }

    [[nodiscard]] BudgetState state() const
    {
        BudgetState sum;
        for (const Charge &charge : charges) {
            sum.daily.used += charge.day == today ? charge.tokens : 0;
            sum.monthly.used
                += charge.day.year() == today.year() && charge.day.month() == today.month() ? charge.tokens : 0;
            sum.total.used += charge.tokens;
        }
        sum.daily.limit = limits.daily;
        sum.monthly.limit = limits.monthly;
        sum.total.limit = limits.total;
        sum.daily.reserved = sum.monthly.reserved = sum.total.reserved = reserved();
        sum.daily.resetsAt = midnightOf(today.addDays(1));
        sum.monthly.resetsAt = midnightOf(QDate(today.year(), today.month(), 1).addMonths(1));
        return sum;
    }

    [[nodiscard]] bool admits(qint64 tokens) const
    {
        const BudgetState now = state();
        return std::ranges::all_of(std::array{now.daily, now.monthly, now.total}, [tokens](const BudgetLine &line) {
            return !line.limit || line.used + line.reserved + tokens <= *line.limit;
        });
    }

    /// Whether `tokens` may be charged: they fit beside what the others hold, or they were held and fit alone.
    [[nodiscard]] bool mayCharge(qint64 tokens, std::size_t who) const
    {
        const BudgetState now = state();
        return std::ranges::all_of(std::array{now.daily, now.monthly, now.total}, [&](const BudgetLine &line) {
            return !line.limit || line.used + tokens + line.reserved - held[who] <= *line.limit
                || (tokens <= held[who] && line.used + tokens <= *line.limit);
        });
    }

    qint64 charge(qint64 tokens, std::size_t who, bool isLast)
    {
        qint64 charged = tokens;
        while (charged > 0 && !mayCharge(charged, who))
            --charged;
        held[who] = isLast ? 0 : std::max<qint64>(0, held[who] - tokens);
        // Days before last month's are of no interest any more; one line for them keeps the list short.
        if (charges.size() > 100) {
            const qint64 all = state().total.used;
            std::erase_if(charges, [this](const Charge &old) { return old.day.daysTo(today) > 31; });
            charges.push_back({QDate(1970, 1, 1), all - state().total.used});
        }
        charges.push_back({today, charged});
        return charged;
    }
};

/// Account and model side by side, moved by random steps.
class Walk
{
public:
    explicit Walk(unsigned seed) : m_random(seed), m_account(BudgetAccount::create({}))
    {
        m_model.today = dateOf(m_now);
        changeLimits();
    }

    void step()
    {
        switch (below(16)) {
        case 0: changeLimits(); break;
        case 1:
        case 2: passTime(); break;
        case 3:
        case 4:
        case 5:
        case 6: reserve(); break;
        case 7:
        case 8: reserveUpTo(); break;
        default:
            if (!m_reservations.empty())
                useReservation(std::size_t(below(qint64(m_reservations.size()))));
        }
        check();
    }

    [[nodiscard]] const QByteArray &mistake() const { return m_mistake; }
    [[nodiscard]] std::array<int, 4> seen() const { return {m_admitted, m_refused, m_cut, m_late}; }

private:
    qint64 below(qint64 bound) { return std::uniform_int_distribution<qint64>(0, bound - 1)(m_random); }

    void expect(bool isTrue, const char *what)
    {
        if (!isTrue && m_mistake.isEmpty())
            m_mistake = what;
    }

    void changeLimits()
    {
        const auto limit = [this](qint64 most) { return below(4) == 0 ? std::nullopt : std::optional(below(most)); };
        m_model.limits = {limit(200), limit(1500), limit(40'000)};
        if (below(3) != 0)
            m_model.limits.total.reset();
        m_account->setLimits(m_model.limits);
        m_wasLowered = !m_model.admits(0);
    }

    void passTime()
    {
        constexpr std::array steps{Clock::System::duration(1s), Clock::System::duration(20min),
                                   Clock::System::duration(2h), Clock::System::duration(-3h),
                                   Clock::System::duration(std::chrono::days(9))};
        m_now += steps[std::size_t(below(steps.size()))];
    }

    void took(Result<BudgetReservation> reservation, bool isExpected)
    {
        expect(reservation.has_value() == isExpected, "admitted or refused wrongly");
        (isExpected ? m_admitted : m_refused)++;
        if (!reservation)
            return;
        m_model.held.push_back(reservation->held());
        m_reservations.push_back(*std::move(reservation));
    }

    void reserve()
    {
        const qint64 tokens = below(60);
        m_model.passTo(m_now);
        const bool isExpected = m_model.admits(tokens);
        auto reservation = m_account->reserve(tokens, m_now);
        expect(!reservation || reservation->held() == tokens, "held is not what was asked for");
        took(std::move(reservation), isExpected);
    }

    void reserveUpTo()
    {
        const qint64 prompt = below(30);
        const qint64 wanted = below(80);
        const qint64 least = below(20);
        m_model.passTo(m_now);
        qint64 most = wanted;
        while (most > std::min(least, wanted) && !m_model.admits(prompt + most))
            --most;
        const bool isExpected = m_model.admits(prompt + most);
        auto grant = m_account->reserveUpTo(prompt, wanted, least, m_now);
        expect(!grant || grant->completionTokens == most, "granted is not what is left");
        expect(!grant || grant->reservation.held() == prompt + most, "held is not what was granted");
        took(grant ? Result<BudgetReservation>(std::move(grant->reservation)) : failure(grant.error()), isExpected);
    }

    void useReservation(std::size_t who)
    {
        m_model.passTo(m_now);
        BudgetReservation &reservation = m_reservations[who];
        const qint64 tokens = below(90);
        switch (below(5)) {
        case 0: {
            const bool isExpected = m_model.admits(tokens);
            expect(reservation.extend(tokens, m_now).has_value() == isExpected, "extended wrongly");
            m_model.held[who] += isExpected ? tokens : 0;
            return;
        }
        case 1: charged(reservation.charge(tokens, m_now), tokens, who, false); return;
        case 2:
        case 3: charged(reservation.settle(tokens, m_now), tokens, who, true); break;
        default: break;
        }
        m_reservations.erase(m_reservations.begin() + std::ptrdiff_t(who));
        m_model.held.erase(m_model.held.begin() + std::ptrdiff_t(who));
    }

    void charged(BudgetCharge charge, qint64 tokens, std::size_t who, bool isLast)
    {
        const qint64 expected = m_model.charge(tokens, who, isLast);
        m_cut += expected < tokens;
        m_late += m_model.today > dateOf(m_now);
        expect(charge.tokens == expected, "charged wrongly");
        expect(Clock::System(charge.day) == midnightOf(m_model.today), "charged to the wrong day");
        expect(m_reservations[who].held() == m_model.held[who], "holds wrongly after a charge");
    }

    void check()
    {
        const BudgetState state = m_account->state(m_now);
        Model model = m_model; // looking moves nothing to another day
        model.passTo(m_now);
        expect(state == model.state(), "the account differs from the model");
        m_wasLowered = m_wasLowered && !m_model.admits(0);
        for (const BudgetLine &line : {state.daily, state.monthly, state.total}) {
            expect(line.used >= 0 && line.reserved >= 0, "a counter is negative");
            expect(m_wasLowered || !line.limit || line.used + line.reserved <= *line.limit, "a limit is exceeded");
        }
    }

    std::mt19937 m_random;
    Clock::System m_now = start;
    std::shared_ptr<BudgetAccount> m_account;
    Model m_model;
    std::vector<BudgetReservation> m_reservations; // as m_model.held
    bool m_wasLowered = false; // and is still below what is used and reserved
    QByteArray m_mistake;
    int m_admitted = 0;
    int m_refused = 0;
    int m_cut = 0;
    int m_late = 0;
};

}

class TestBudgetModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void behavesLikeASimpleModel()
    {
        const unsigned seed = 20250611;
        qInfo("seeds from %u", seed);
        std::array<int, 4> seen{};
        for (unsigned walk = 0; walk < 50; ++walk) {
            Walk both(seed + walk);
            for (int step = 0; step < 2000; ++step) {
                both.step();
                QVERIFY2(
                    both.mistake().isEmpty(),
                    qPrintable(
                        u"%1 (seed %2, step %3)"_s.arg(QLatin1StringView(both.mistake())).arg(seed + walk).arg(step)));
            }
            for (std::size_t i = 0; i < seen.size(); ++i)
                seen[i] += both.seen()[i];
        }
        qInfo("admitted %d, refused %d, charges cut %d, charged to a later day than the clock's %d", seen[0], seen[1],
              seen[2], seen[3]);
        QVERIFY(std::ranges::all_of(seen, [](int count) { return count > 100; }));
    }

    /// Limits, estimates and charges at the edges of their types: nothing overflows, no limit is exceeded.
    void edgesOfTheNumbers()
    {
        constexpr std::array<qint64, 12> edges{0,
                                               1,
                                               255,
                                               256,
                                               MaxBudgetLimit - 1,
                                               MaxBudgetLimit,
                                               MaxBudgetLimit + 1,
                                               qint64(1) << 62,
                                               std::numeric_limits<qint64>::max() - 1,
                                               std::numeric_limits<qint64>::max(),
                                               -1,
                                               std::numeric_limits<qint64>::min()};
        std::mt19937 random(7);
        const auto edge = [&] { return edges[random() % edges.size()]; };
        for (int round = 0; round < 200; ++round) {
            const auto limit = [&] { return random() % 2 ? std::optional(edge()) : std::nullopt; };
            const auto account = BudgetAccount::create({limit(), limit(), limit()});
            std::vector<BudgetReservation> reservations(8);
            for (int step = 0; step < 200; ++step) {
                BudgetReservation &reservation = reservations[random() % reservations.size()];
                if (!reservation.isOpen() || random() % 4 == 0) {
                    if (auto fresh = account->reserve(edge(), start))
                        reservation = *std::move(fresh);
                } else if (random() % 3 == 0) {
                    (void)reservation.extendUpTo(edge(), edge(), edge(), start);
                } else {
                    random() % 2 ? reservation.charge(edge(), start) : reservation.settle(edge(), start);
                }
                const BudgetState state = account->state(start);
                const auto sum = std::accumulate(reservations.begin(), reservations.end(), qint64(0),
                                                 [](qint64 held, const auto &one) { return held + one.held(); });
                for (const BudgetLine &line : {state.daily, state.monthly, state.total}) {
                    QCOMPARE(line.reserved, sum);
                    QVERIFY(line.used >= 0 && line.used <= MaxBudgetLimit);
                    QVERIFY(!line.limit || line.used + line.reserved <= *line.limit);
                }
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestBudgetModel)
#include "tst_budgetmodel.moc"
