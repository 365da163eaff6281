// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/startpassword.h"

#include <QRandomGenerator>

namespace moe::accounts {

QByteArray newStartPassword()
{
    constexpr QByteArrayView characters("abcdefghjkmnpqrstuvwxyz23456789");
    constexpr int parts = 4;
    constexpr int partLength = 4;
    QByteArray password;
    password.reserve(parts * (partLength + 1));
    for (int part = 0; part < parts; ++part) {
        if (part > 0)
            password.append('-');
        for (int i = 0; i < partLength; ++i)
            password.append(characters[QRandomGenerator::system()->bounded(characters.size())]);
    }
    return password;
}

}
