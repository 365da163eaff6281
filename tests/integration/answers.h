// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/httpresponse.h"

#include <QJsonObject>

namespace moe::test {

/// The body of a chat request with one user message; `more` are further members, such as `"stream":true`.
[[nodiscard]] QByteArray chatBody(const QByteArray &model, const QByteArray &text, const QByteArray &more = {});

/// The document in the body; empty if it is none.
[[nodiscard]] QJsonObject jsonOf(const HttpResponse &response);
[[nodiscard]] QJsonObject jsonOf(const QByteArray &text);

/// What is wrong with an error answer of that status: all four keys, the code, a request id. Empty: nothing.
[[nodiscard]] QByteArray errorProblem(const HttpResponse &response, int status, const QByteArray &code);

/// The text of a chat answer, streamed or not.
[[nodiscard]] QByteArray textOf(const HttpResponse &response);
/// The finish reason, streamed or not; empty if there is none.
[[nodiscard]] QByteArray finishReasonOf(const HttpResponse &response);
/// The data of a stream's events; comments are left out.
[[nodiscard]] QByteArrayList framesOf(const HttpResponse &response);
/// Whether a stream ended as a whole one does.
[[nodiscard]] bool endsProperly(const HttpResponse &response);
/// Whether a stream's last event is an error and nothing in it looks like a proper end.
[[nodiscard]] bool endsWithError(const HttpResponse &response);

}
