// SPDX-License-Identifier: Apache-2.0
// Settles requests on two threads until it is killed, and says on standard output what the journal has taken over:
// "p NUMBER TOKENS" after a progress, "s NUMBER TOKENS" after a settlement. Arguments: folder, last applied
// sequence, first number.
#include "tests/unit/accounts/usagefixture.h"

#include <unistd.h>

#include <cstdio>

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;

namespace {

void say(char what, qint64 number, qint64 tokens)
{
    char line[64];
    const int length = std::snprintf(line, sizeof line, "%c %lld %lld\n", what, number, tokens);
    if (::write(STDOUT_FILENO, line, size_t(length)) != length)
        std::_Exit(1);
}

// Numbers of its own for ever: every third request tells its progress, every ninth never ends.
void serve(UsageJournal &journal, qint64 number)
{
    for (;; number += 2) {
        qint64 tokens = 1;
        for (; number % 3 == 0 && tokens < 4; ++tokens) {
            journal.progress(usageNumber(number), charge(tokens));
            say('p', number, tokens);
        }
        if (number % 9 == 0)
            continue;
        journal.settle(usageNumber(number), charge(tokens));
        say('s', number, tokens);
    }
}

}

int main(int, char **arguments)
{
    auto journal = UsageJournal::open(smallJournal(QString::fromLocal8Bit(arguments[1])));
    const qint64 applied = QByteArray(arguments[2]).toLongLong();
    const qint64 first = QByteArray(arguments[3]).toLongLong();
    if (!journal)
        return 1;
    (*journal)->recover(applied);
    const std::thread other(serve, std::ref(**journal), first);
    serve(**journal, first + 1);
}
