// SPDX-License-Identifier: Apache-2.0
#include "shared/core/utf8locale.h"

#include <QByteArrayView>

#include <clocale>
#include <cstdlib>

#include <langinfo.h>

namespace moe {

void useUtf8()
{
    std::setlocale(LC_ALL, "");
    if (QByteArrayView(nl_langinfo(CODESET)) != "UTF-8")
        setenv("LC_ALL", "C.UTF-8", 1);
}

}
