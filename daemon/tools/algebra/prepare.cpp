// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/algebraengines.h"
#include "daemon/tools/algebra/replies.h"
#include "shared/wire/codec.h"

#include <unistd.h>

// NOLINTBEGIN(bugprone-reserved-identifier)
/// The C library's own, under its other name.
extern "C" long __sysconf(int name) noexcept;
// NOLINTEND(bugprone-reserved-identifier)

/// Takes the C library's place in programs that have engines. The number theory inside the algebra library shares its
/// work among as many threads as there are processors and waits for them; a worker process cannot start any. No
/// setting of either library keeps all of that work in one thread; that there is one processor does. It stands beside
/// prepareAlgebra(), which every table of engines names, so that no linker leaves it out.
extern "C" [[gnu::visibility("default"), gnu::used]] long sysconf(int name) noexcept
{
    const bool isNumberOfProcessors = name == _SC_NPROCESSORS_CONF || name == _SC_NPROCESSORS_ONLN;
    return isNumberOfProcessors ? 1 : __sysconf(name);
}

namespace moe::tools {

void prepareAlgebra()
{
    // Tables that are made on first use, of what later calls use.
    for (const char *expression : {"sqrt(2)*sqrt(3)+pi", "acos(1/3)", "log10(7)+exp(1/3)", "floor(10^20*pi)"})
        (void)calculateEngine(expression);
    (void)solveEngine(wire::write(SolveJob{u"x^5-x-1=0"_s, u"x"_s}));
    (void)solveEngine(wire::write(SolveJob{u"cos(x)=x"_s, u"x"_s}));
    (void)factorizeEngine("18446744073709551557");
}

}
