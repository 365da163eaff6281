// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/settings/settingsservice.h"

#include <QTest>

namespace moe::test {

/// A database as settingsstore.h wants it, in memory.
class FakeSettingsStore final : public accounts::SettingsStore
{
public:
    bool isFailing = false;
    std::function<void()> beforeAppend; // once: what somebody else does meanwhile
    QList<accounts::SettingsVersion> versions; // number 1 first

    Task<accounts::SettingsVersion> append(accounts::SettingsVersion next, RequestContext) override
    {
        if (isFailing)
            co_return unavailable();
        if (const auto meanwhile = std::exchange(beforeAppend, nullptr))
            meanwhile();
        if (next.version != versions.size())
            co_return failure(Error::of(ErrorCode::Conflict, QStringLiteral("The settings were changed meanwhile."),
                                        QStringLiteral("version_mismatch")));
        ++next.version;
        versions.append(next);
        co_return next;
    }
    Task<accounts::SettingsVersion> latest(RequestContext) override
    {
        if (isFailing)
            co_return unavailable();
        co_return versions.isEmpty() ? accounts::SettingsVersion() : versions.last();
    }
    Task<accounts::SettingsVersion> version(qint64 number, RequestContext) override
    {
        if (number < 1 || number > versions.size())
            co_return failure(Error::of(ErrorCode::NotFound, QStringLiteral("There is no such version.")));
        accounts::SettingsVersion found = versions[number - 1];
        co_return found;
    }
    Task<QList<accounts::SettingsVersion>> history(std::optional<qint64> before, int limit, RequestContext) override
    {
        QList<accounts::SettingsVersion> found;
        for (qint64 number = before.value_or(versions.size() + 1) - 1; number > 0 && found.size() < limit; --number) {
            found.append(versions[number - 1]);
            found.last().document.clear();
        }
        co_return found;
    }
    Task<void> renameAuthor(QString author, QString name, RequestContext) override
    {
        for (accounts::SettingsVersion &version : versions) {
            if (version.author == author)
                version.author = name;
        }
        co_return {};
    }

private:
    static std::unexpected<Error> unavailable()
    {
        return failure(Error::of(ErrorCode::Unavailable, QStringLiteral("The store fails.")));
    }
};

/// The settings as the daemon has them, with simple checks of documents.
inline settings::SettingsTable settingsTable()
{
    const auto expect = [](char bracket) {
        return [bracket](const QByteArray &document) -> Result<void> {
            if (!document.startsWith(bracket))
                return failure(Error::invalid(QStringLiteral("expected another kind of document")));
            return {};
        };
    };
    return settings::SettingsTable::standard({expect('{'), expect('['), expect('[')});
}

inline const settings::SettingsAuthor admin{QStringLiteral("user:anna"), Role::Admin};
inline const settings::SettingsAuthor operatorBerta{QStringLiteral("user:berta"), Role::Operator};

template <typename T>
T await(QCoro::Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

}
