// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/usercsv.h"
#include "daemon/accounts/accountrules.h"
#include "daemon/accounts/linefaults.h"
#include "daemon/accounts/passwordrules.h"
#include "shared/core/csvreader.h"
#include "shared/core/text.h"

#include <QHash>

namespace moe::accounts {

namespace {

enum class Column { Name, DisplayName, Email, Groups, Password, Language };

constexpr std::array<std::pair<Column, QLatin1StringView>, 6> columnNames{{
    {Column::Name, QLatin1StringView("username")},
    {Column::DisplayName, QLatin1StringView("display_name")},
    {Column::Email, QLatin1StringView("email")},
    {Column::Groups, QLatin1StringView("groups")},
    {Column::Password, QLatin1StringView("password")},
    {Column::Language, QLatin1StringView("language")},
}};

constexpr qsizetype mostGroups = 100; // of one user
constexpr qsizetype mostShown = 64;   // of a column that is not known

std::unexpected<Error> refuse(QString message)
{
    return failure(Error::invalid(std::move(message), QString(), QStringLiteral("bad_csv")));
}

Result<Column> columnNamed(const QByteArray &name)
{
    for (const auto &[column, known] : columnNames) {
        if (equalsIgnoringCase(trimmedBlank(name), QByteArrayView(known)))
            return column;
    }
    return refuse(QStringLiteral("The first line names a column \"%1\" that is not known; there are username, "
                                 "display_name, email, groups, password and language.")
                      .arg(QString::fromUtf8(trimmedBlank(name)).left(mostShown)));
}

Result<QList<Column>> columnsOf(const CsvRecord &header)
{
    if (!header.fault.isEmpty())
        return refuse(QStringLiteral("The first line cannot be read: %1.").arg(header.fault));
    QList<Column> columns;
    for (const QByteArray &name : header.fields) {
        TRY(const Column column, columnNamed(name));
        if (columns.contains(column))
            return refuse(QStringLiteral("The first line names a column twice."));
        columns.append(column);
    }
    if (!columns.contains(Column::Name))
        return refuse(QStringLiteral("The first line names no column \"username\"."));
    return columns;
}

/// Whichever comes first in the header: no column is named with either.
char separatorOf(QByteArrayView text)
{
    const qsizetype comma = text.indexOf(',');
    const qsizetype semicolon = text.indexOf(';');
    const qsizetype end = text.indexOf('\n');
    const bool isSemicolon = semicolon >= 0 && (comma < 0 || semicolon < comma) && (end < 0 || semicolon < end);
    return isSemicolon ? ';' : ',';
}

Result<QStringList> groupsOf(const QString &field)
{
    QStringList groups;
    for (const QStringView part : QStringView(field).split(u'|')) {
        const QString group = part.trimmed().toString();
        if (!group.isEmpty() && !groups.contains(group, Qt::CaseInsensitive))
            groups.append(group);
        if (groups.size() > mostGroups)
            return refuse(QStringLiteral("A user is in at most %1 groups.").arg(mostGroups));
    }
    return groups;
}

Result<void> setField(CsvUser &user, Column column, const QByteArray &field)
{
    const auto text = [&field] { return QString::fromUtf8(field); };
    switch (column) {
    case Column::Name: user.name = text(); return {};
    case Column::DisplayName: user.displayName = text(); return {};
    case Column::Email: user.email = text(); return {};
    case Column::Groups: {
        TRY(user.groups, groupsOf(text()));
        return {};
    }
    case Column::Password: user.password = field; return {};
    case Column::Language: user.language = text(); return {};
    }
    Q_UNREACHABLE();
}

Result<void> check(const CsvUser &user)
{
    TRY_VOID(checkUserName(user.name));
    TRY_VOID(checkDisplayName(user.displayName));
    TRY_VOID(checkEmail(user.email));
    TRY_VOID(checkLanguage(user.language));
    return user.password.isEmpty() ? Result<void>() : checkPassword(user.password, user.name);
}

Result<CsvUser> userOf(const CsvRecord &record, const QList<Column> &columns)
{
    if (!record.fault.isEmpty())
        return refuse(record.fault);
    if (record.fields.size() != columns.size())
        return refuse(QStringLiteral("%1 fields instead of %2").arg(record.fields.size()).arg(columns.size()));
    CsvUser user;
    user.line = record.line;
    for (qsizetype i = 0; i < columns.size(); ++i) {
        if (!isValidUtf8(record.fields[i]))
            return refuse(QStringLiteral("not well-formed UTF-8"));
        TRY_VOID(setField(user, columns[i], record.fields[i]));
    }
    TRY_VOID(check(user));
    return user;
}

/// Spreadsheets write separators alone for rows that have been emptied.
bool isBlank(const CsvRecord &record)
{
    return record.fault.isEmpty()
        && std::ranges::all_of(record.fields, [](const QByteArray &field) { return trimmedBlank(field).isEmpty(); });
}

/// Sentences become parts of one.
QString asPart(QString message)
{
    while (message.endsWith(u'.'))
        message.chop(1);
    return message;
}

/// Reads what follows the header.
class UserLines
{
public:
    UserLines(CsvReader &reader, QList<Column> columns) : m_reader(reader), m_columns(std::move(columns)) { }

    [[nodiscard]] Result<std::vector<CsvUser>> read()
    {
        std::size_t lines = 0;
        while (!m_reader.isAtEnd()) {
            const CsvRecord record = m_reader.next();
            if (isBlank(record))
                continue;
            if (++lines > mostCsvUsers)
                return failure(
                    Error::of(ErrorCode::TooLarge,
                              QStringLiteral("At most %1 users can be imported at a time.").arg(mostCsvUsers)));
            add(record);
        }
        if (!m_faults.isEmpty())
            return refuse(m_faults.message());
        return std::move(m_users);
    }

private:
    void add(const CsvRecord &record)
    {
        Result<CsvUser> user = userOf(record, m_columns);
        if (!user) {
            m_faults.add(record.line, asPart(user.error().message));
            return;
        }
        const QString name = user->name.toLower(); // ASCII, as it was checked
        if (const auto first = m_lines.constFind(name); first != m_lines.constEnd()) {
            m_faults.add(record.line, QStringLiteral("the user name stands in line %1 already").arg(*first));
            return;
        }
        m_lines.insert(name, record.line);
        m_users.push_back(*std::move(user));
    }

    CsvReader &m_reader;
    const QList<Column> m_columns;
    std::vector<CsvUser> m_users;
    QHash<QString, int> m_lines; // by user name
    LineFaults m_faults;
};

}

Result<std::vector<CsvUser>> parseUserCsv(const QByteArray &csv)
{
    if (csv.size() > largestUserCsv)
        return failure(Error::of(ErrorCode::TooLarge, QStringLiteral("A list of users has at most 5 MB.")));
    QByteArrayView text(csv);
    constexpr QByteArrayView byteOrderMark("\xEF\xBB\xBF");
    if (text.startsWith(byteOrderMark))
        text = text.sliced(byteOrderMark.size());
    if (text.isEmpty())
        return refuse(QStringLiteral("The list is empty."));
    CsvReader reader(text, separatorOf(text));
    TRY(QList<Column> columns, columnsOf(reader.next()));
    return UserLines(reader, std::move(columns)).read();
}

}
