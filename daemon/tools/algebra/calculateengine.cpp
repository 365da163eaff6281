// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/algebra.h"
#include "daemon/tools/algebra/algebraengines.h"
#include "shared/wire/codec.h"

#if defined(__SANITIZE_ADDRESS__)
// What the library allocates while it is loaded is never freed.
extern "C" const char *__lsan_default_suppressions();
extern "C" const char *__lsan_default_suppressions() { return "leak:libgiac\n"; }
#endif

namespace moe::tools {

void prepareAlgebra()
{
    // Tables that are made on first use, of what later calls use.
    for (const char *expression : {"sqrt(2)*sqrt(3)+pi", "acos(2)", "log10(7)+exp(1/3)", "floor(10^20*pi)"})
        (void)calculateEngine(expression);
    (void)solveEngine(wire::write(SolveJob{u"x^5-x-1=0"_s, u"x"_s}));
    (void)solveEngine(wire::write(SolveJob{u"cos(x)=x"_s, u"x"_s}));
    (void)factorizeEngine("18446744073709551557");
}

Result<QByteArray> calculateEngine(const QByteArray &expression)
{
    TRY(const Expression parsed, parseExpression(QString::fromUtf8(expression)));
    Algebra algebra;
    TRY(const Value value, evaluate(algebra, parsed, Value(0)));
    return algebra.number(value).transform(&wire::write<NumberReply>);
}

Result<QByteArray> factorizeEngine(const QByteArray &number)
{
    Algebra algebra;
    const Value factors = algebra.call("ifactors", Algebra::integer(number));
    if (factors.type != giac::_VECT)
        return failure(Error::invalid(u"This number cannot be factorised."_s, {}, u"too_hard"_s));
    QList<FactorReply> reply;
    const giac::vecteur &list = *factors._VECTptr;
    for (std::size_t i = 0; i + 1 < list.size(); i += 2)
        reply.append({algebra.text(list[i]), list[i + 1].val});
    return wire::write(reply);
}

}
