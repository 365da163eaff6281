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
