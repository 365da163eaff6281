// SPDX-License-Identifier: Apache-2.0
// Whatever is uploaded as a list of users: reading ends, and whoever it lists could be added one by one.
#include "daemon/accounts/accountrules.h"
#include "daemon/accounts/passwordrules.h"
#include "daemon/accounts/usercsv.h"
#include "shared/core/csvreader.h"

#include <QSet>

#include <cstdlib>

using namespace moe;
using namespace moe::accounts;

namespace {

void require(bool isTrue)
{
    if (!isTrue)
        std::abort();
}

void checkUsers(const std::vector<CsvUser> &users)
{
    require(users.size() <= mostCsvUsers);
    QSet<QString> names;
    int line = 1;
    for (const CsvUser &user : users) {
        require(user.line > line);
        line = user.line;
        require(checkUserName(user.name) && !names.contains(user.name.toLower()));
        names.insert(user.name.toLower());
        require(checkDisplayName(user.displayName) && checkEmail(user.email) && checkLanguage(user.language));
        require(user.password.isEmpty() || checkPassword(user.password, user.name));
    }
}

void checkRecords(QByteArrayView text, char separator)
{
    CsvReader reader(text, separator);
    qsizetype length = 0;
    int line = 0;
    while (!reader.isAtEnd()) {
        const CsvRecord record = reader.next();
        require(record.line > line && !record.fields.isEmpty());
        line = record.line;
        for (const QByteArray &field : record.fields)
            length += field.size();
    }
    require(length <= text.size());
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    checkRecords(bytes, ',');
    checkRecords(bytes, ';');
    for (const QByteArray &csv :
         {bytes, QByteArray("username,display_name,email,groups,password,language\n" + bytes)}) {
        if (const auto users = parseUserCsv(csv))
            checkUsers(*users);
        else
            require(!users.error().message.isEmpty() && users.error().message.size() < 10'000);
    }
    return 0;
}
