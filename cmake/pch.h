// SPDX-License-Identifier: Apache-2.0
// Precompiled for every target: only stable headers that most files include anyway.
#pragma once

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QString>

#include <algorithm>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>
