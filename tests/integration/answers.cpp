// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/answers.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace moe::test {

namespace {

QJsonObject choiceOf(const QJsonObject &document) { return document[u"choices"][0].toObject(); }

/// Every document of the answer: the frames of a stream, or the body.
QList<QJsonObject> documentsOf(const HttpResponse &response)
{
    QList<QJsonObject> documents;
    for (const QByteArray &frame : framesOf(response))
        documents.append(jsonOf(frame));
    if (documents.isEmpty())
        documents.append(jsonOf(response));
    return documents;
}

}

QByteArray chatBody(const QByteArray &model, const QByteArray &text, const QByteArray &more)
{
    return R"({"model":")" + model + R"(","messages":[{"role":"user","content":")" + text + R"("}])"
        + (more.isEmpty() ? more : ',' + more) + '}';
}

QJsonObject jsonOf(const QByteArray &text) { return QJsonDocument::fromJson(text).object(); }

QJsonObject jsonOf(const HttpResponse &response) { return jsonOf(response.body); }

QByteArray errorProblem(const HttpResponse &response, int status, const QByteArray &code)
{
    if (response.status != status)
        return "status " + QByteArray::number(response.status) + ": " + response.body.left(500);
    if (response.header("x-request-id").value_or("").isEmpty())
        return "no x-request-id";
    const QJsonObject error = jsonOf(response)[u"error"].toObject();
    for (const char *key : {"message", "type", "param", "code"}) {
        if (!error.contains(QLatin1StringView(key)))
            return QByteArray("no ") + key + " in " + response.body;
    }
    if (error[u"message"].toString().isEmpty() || error[u"type"].toString().isEmpty())
        return "empty message or type: " + response.body;
    if (error[u"code"].toString().toUtf8() != code)
        return "code in " + response.body;
    return {};
}

QByteArray textOf(const HttpResponse &response)
{
    QString text;
    for (const QJsonObject &document : documentsOf(response)) {
        const QJsonObject choice = choiceOf(document);
        text += choice[u"delta"][u"content"].toString() + choice[u"message"][u"content"].toString()
            + choice[u"text"].toString();
    }
    return text.toUtf8();
}

QByteArray finishReasonOf(const HttpResponse &response)
{
    QString reason;
    for (const QJsonObject &document : documentsOf(response)) {
        if (const QString found = choiceOf(document)[u"finish_reason"].toString(); !found.isEmpty())
            reason = found;
    }
    return reason.toUtf8();
}

QByteArrayList framesOf(const HttpResponse &response)
{
    QByteArrayList frames;
    if (!response.header("content-type").value_or("").startsWith("text/event-stream"))
        return frames;
    for (const SseEvent &event : response.events()) {
        if (!event.data.isEmpty())
            frames.append(event.data);
    }
    return frames;
}

bool endsProperly(const HttpResponse &response)
{
    const QByteArrayList frames = framesOf(response);
    return response.isComplete && !frames.isEmpty() && frames.last() == "[DONE]" && !finishReasonOf(response).isEmpty()
        && !response.body.contains("\"error\"");
}

bool endsWithError(const HttpResponse &response)
{
    const QByteArrayList frames = framesOf(response);
    return !frames.isEmpty() && jsonOf(frames.last())[u"error"].isObject() && finishReasonOf(response).isEmpty()
        && !response.body.contains("[DONE]");
}

}
