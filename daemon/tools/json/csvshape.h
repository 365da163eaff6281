// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QList>
#include <QStringList>

namespace moe::tools {

/// What is wrong with a line of a CSV text.
struct CsvFault {
    int line = 0; ///< as people count
    QString message;
};

/// The form of a CSV text: its first line names the columns, all others have as many fields.
struct CsvShape {
    QStringList columns;
    qint64 rows = 0;        ///< without the first line
    QList<CsvFault> faults; ///< the first fifty
    qint64 faultCount = 0;
};

/// `separator` 0: the one of comma, semicolon, tab that the first line has most of. `expected` empty: any columns.
[[nodiscard]] CsvShape csvShapeOf(const QByteArray &text, char separator, const QStringList &expected);

}
