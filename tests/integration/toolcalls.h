// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/httpresponse.h"

#include <QByteArrayList>
#include <QString>

/// What is sent to the tool server, and what is in its answers.
namespace moe::test {

/// The body of a request to /invoke; `args` is JSON text.
[[nodiscard]] QByteArray invocation(const char *tool, const char *args);
/// The same for /mcp; `id` and `arguments` are JSON text.
[[nodiscard]] QByteArray callMessage(const QByteArray &id, const QByteArray &tool, const QByteArray &arguments = "{}");
[[nodiscard]] QByteArray message(const QByteArray &id, const QByteArray &method);
/// Of an answer on /mcp; empty: it is none that failed.
[[nodiscard]] QString errorCode(const HttpResponse &answer);
/// Arguments of structured_validate that would take for ever: each schema asks for the next one twice.
[[nodiscard]] QByteArray endlessValidation();
/// The calls of a program in one section of a manual, as they are printed.
[[nodiscard]] QByteArrayList examplesIn(const QByteArray &manual, const QByteArray &section, const QByteArray &program);

}
