// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QString>

#include <memory>

namespace moe::ctl {

/// Holds a data directory for one daemon, or for the program that puts another database into it. The lock goes with the
/// process, however that ends.
class DataLock
{
public:
    /// Makes the directory (mode 0700) if need be. Conflict if another daemon has it.
    [[nodiscard]] static Result<std::unique_ptr<DataLock>> take(const QString &directory);
    DataLock(const DataLock &) = delete;
    DataLock &operator=(const DataLock &) = delete;
    ~DataLock();

private:
    explicit DataLock(int descriptor) : m_descriptor(descriptor) { }
    const int m_descriptor;
};

}
