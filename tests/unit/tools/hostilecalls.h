// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <vector>

namespace moe::tools {

/// A call that is made to take long, or to end what it is made of.
struct HostileCall {
    QString tool;
    QByteArray arguments;
    QString code = {}; ///< of the error; empty: it may also have a result
};

/// Every argument of every tool, replaced by values that nobody means.
[[nodiscard]] std::vector<HostileCall> replacedArguments();
/// Arguments that are right but as costly as they can be, and some that are just too costly.
[[nodiscard]] std::vector<HostileCall> costlyCalls();

}
