// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/sqlsessionstore.h"
#include "daemon/storage/relational/rows.h"
#include "daemon/storage/relational/userrows.h"

namespace moe::storage {

using accounts::DirectorySession;
using accounts::NewSession;
using accounts::SessionTouch;

// The functions in here run on the executor's thread; the members below only carry them there.
namespace {

constexpr QStringView sessionColumns = u"id, user_id, address, user_agent, created_at, last_used_at";

Session sessionOf(const QSqlQuery &row)
{
    return Session{SessionId(row.value(0).toLongLong()),
                   UserId(row.value(1).toLongLong()),
                   row.value(2).toString(),
                   row.value(3).toString(),
                   timeOf(row.value(4)),
                   timeOf(row.value(5))};
}

Result<Session> insertSession(QSqlDatabase &db, const NewSession &session)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(oneUser(db, u"id = ?", session.user.value()));
    TRY(const Session stored,
        selectOne<Session>(db,
                           u"INSERT INTO sessions (token_hash, user_id, address, user_agent, created_at, last_used_at) "
                           "VALUES (?, ?, ?, ?, ?, ?) RETURNING "
                               % sessionColumns,
                           {toSql(session.tokenHash), session.user.value(), session.address, session.userAgent,
                            toSql(session.created), toSql(session.created)},
                           &sessionOf, QString()));
    TRY_VOID(transaction.commit());
    return stored;
}

DirectorySession directorySessionOf(const QSqlQuery &row)
{
    return DirectorySession{hashOf(row.value(0)),
                            {SessionId(row.value(1).toLongLong()),
                             {UserId(row.value(2).toLongLong()), row.value(3).toString(),
                              enumOf(roleNames, row.value(4).toString()), row.value(5).toBool()}},
                            timeOf(row.value(6))};
}

Result<std::vector<DirectorySession>> selectDirectory(QSqlDatabase &db)
{
    return select<std::vector<DirectorySession>>(
        db,
        QStringLiteral("SELECT s.token_hash, s.id, s.user_id, u.name, u.role, u.must_change_password, s.last_used_at "
                       "FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.is_active ORDER BY s.id"),
        {}, &directorySessionOf);
}

Result<void> updateTouches(QSqlDatabase &db, const std::vector<SessionTouch> &touches)
{
    QList<QVariantList> rows;
    for (const SessionTouch &touch : touches)
        rows.append({toSql(touch.at), touch.session.value(), toSql(touch.at)});
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(executeMany(db, QStringLiteral("UPDATE sessions SET last_used_at = ? WHERE id = ? AND last_used_at < ?"),
                         rows));
    return transaction.commit();
}

Result<Session> deleteOne(QSqlDatabase &db, SessionId id, std::optional<UserId> owner)
{
    const QStringView ofOwner = owner ? u" AND user_id = ?" : u"";
    QVariantList values{id.value()};
    if (owner)
        values.append(owner->value());
    return selectOne<Session>(db, u"DELETE FROM sessions WHERE id = ?" % ofOwner % u" RETURNING " % sessionColumns,
                              values, &sessionOf, QStringLiteral("There is no such session."));
}

Result<qint64> deleteOf(QSqlDatabase &db, UserId user, std::optional<SessionId> kept)
{
    return change(db, QStringLiteral("DELETE FROM sessions WHERE user_id = ? AND id <> ?"),
                  {user.value(), kept.value_or(SessionId()).value()});
}

}

Task<Session> SqlSessionStore::addSession(NewSession session, RequestContext context)
{
    return m_executor.run<Session>(
        [session = std::move(session)](QSqlDatabase &db) { return insertSession(db, session); }, std::move(context));
}

Task<std::vector<DirectorySession>> SqlSessionStore::loadSessions(RequestContext context)
{
    return m_executor.run<std::vector<DirectorySession>>([](QSqlDatabase &db) { return selectDirectory(db); },
                                                         std::move(context));
}

Task<QList<Session>> SqlSessionStore::sessionsOf(UserId user, RequestContext context)
{
    return m_executor.run<QList<Session>>(
        [user](QSqlDatabase &db) {
            return select<QList<Session>>(
                db, u"SELECT " % sessionColumns % u" FROM sessions WHERE user_id = ? ORDER BY id DESC LIMIT 500",
                {user.value()}, &sessionOf);
        },
        std::move(context));
}

Task<void> SqlSessionStore::touchSessions(std::vector<SessionTouch> touches, RequestContext context)
{
    return m_executor.run<void>([touches = std::move(touches)](QSqlDatabase &db) { return updateTouches(db, touches); },
                                std::move(context));
}

Task<Session> SqlSessionStore::removeSession(SessionId id, std::optional<UserId> owner, RequestContext context)
{
    return m_executor.run<Session>([=](QSqlDatabase &db) { return deleteOne(db, id, owner); }, std::move(context));
}

Task<qint64> SqlSessionStore::removeSessionsOf(UserId user, std::optional<SessionId> kept, RequestContext context)
{
    return m_executor.run<qint64>([=](QSqlDatabase &db) { return deleteOf(db, user, kept); }, std::move(context));
}

Task<qint64> SqlSessionStore::removeUnusedSince(Clock::System time, RequestContext context)
{
    return m_executor.run<qint64>(
        [time](QSqlDatabase &db) {
            return change(db, QStringLiteral("DELETE FROM sessions WHERE last_used_at < ?"), {toSql(time)});
        },
        std::move(context));
}

}
