// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/lawsource.h"
#include "daemon/tools/law/statutearchive.h"
#include "shared/async/completion.h"
#include "shared/async/offload.h"
#include "shared/async/wait.h"

#include <QHostAddress>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::law {

namespace {

constexpr qsizetype largestContents = 32 * 1024 * 1024;
constexpr int mostRedirects = 3;
constexpr auto silentTime = 30s;
constexpr auto longestDownload = 300s;
constexpr qsizetype longestTag = 256;

/// Whole answer of a server.
struct Answer {
    int status = 0;
    QByteArray body;
    QByteArray tag;
};

bool isThisMachine(const QString &host)
{
    return host.compare("localhost"_L1, Qt::CaseInsensitive) == 0 || QHostAddress(host).isLoopback();
}

int statusOf(const QNetworkReply &reply) { return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(); }

/// The tag by which the server knows a version, ready to be sent back: an ETag, else the time of the last change.
QByteArray tagOf(const QNetworkReply &reply)
{
    const QByteArray etag = reply.rawHeader("ETag");
    const QByteArray modified = reply.rawHeader("Last-Modified");
    const QByteArray tag = !etag.isEmpty() ? "etag " + etag : modified.isEmpty() ? QByteArray() : "date " + modified;
    return tag.size() <= longestTag ? tag : QByteArray();
}

Error errorOf(const QNetworkReply &reply)
{
    if (reply.error() == QNetworkReply::TimeoutError)
        return Error::timeout(u"The server of the laws does not answer."_s);
    return Error::of(ErrorCode::BadGateway, u"The server of the laws cannot be reached, or is not trusted."_s,
                     u"law_source"_s);
}

Answer answerOf(const QNetworkReply &reply, QByteArray body)
{
    return {statusOf(reply), std::move(body), tagOf(reply)};
}

class WebSource final : public LawSource
{
public:
    explicit WebSource(QUrl base) : m_base(std::move(base)) { m_network.setAutoDeleteReplies(false); }

    Task<SourceContents> contents(RequestContext context) override
    {
        CO_TRY(const Answer answer, co_await fetch(u"gii-toc.xml"_s, {}, largestContents, std::move(context)));
        if (answer.status != 200)
            co_return failure(refused(answer.status));
        auto entries = co_await offload([&answer] { return parseContents(answer.body); });
        if (!entries)
            co_return std::unexpected(std::move(entries).error());
        co_return SourceContents{*std::move(entries), true};
    }

    Task<SourceArchive> archive(QString id, QByteArray tag, RequestContext context) override
    {
        CO_TRY(Answer answer, co_await fetch(id + u"/xml.zip"_s, tag, largestArchive, std::move(context)));
        if (answer.status == 304 && !tag.isEmpty())
            co_return SourceArchive{true, {}, tag};
        if (answer.status != 200)
            co_return failure(refused(answer.status));
        co_return SourceArchive{false, std::move(answer.body), std::move(answer.tag)};
    }

private:
    static Error refused(int status)
    {
        return Error::of(ErrorCode::BadGateway, u"The server of the laws answered with status %1."_s.arg(status),
                         u"law_source"_s);
    }

    [[nodiscard]] QNetworkRequest requestFor(const QString &path, const QByteArray &tag) const
    {
        QUrl url = m_base;
        url.setPath(m_base.path() + path);
        QNetworkRequest request(url);
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::NoLessSafeRedirectPolicy);
        request.setMaximumRedirectsAllowed(mostRedirects);
        request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        request.setRawHeader("User-Agent", "sovereign-moe/" MOE_VERSION);
        request.setTransferTimeout(silentTime);
        if (tag.startsWith("etag "))
            request.setRawHeader("If-None-Match", tag.sliced(5));
        else if (tag.startsWith("date "))
            request.setRawHeader("If-Modified-Since", tag.sliced(5));
        return request;
    }

    Task<Answer> fetch(QString path, QByteArray tag, qsizetype most, RequestContext context)
    {
        const std::unique_ptr<QNetworkReply> reply(m_network.get(requestFor(path, tag)));
        QByteArray body;
        const Completion<Result<void>> done;
        // From the loop, not from inside a signal: whoever waits lets go of the reply.
        const auto end = [done](Result<void> result) {
            Mailbox::current()->post([done, result = std::move(result)] { done.complete(result); });
        };
        const auto take = [&body, most, end, from = reply.get()] {
            body += from->readAll();
            if (body.size() > most)
                end(failure(Error::of(ErrorCode::TooLarge, u"The answer of the server of the laws is too large."_s,
                                      u"law_source"_s)));
        };
        QObject guard;
        QObject::connect(reply.get(), &QNetworkReply::readyRead, &guard, take);
        QObject::connect(reply.get(), &QNetworkReply::redirected, &guard, [&body] { body.clear(); });
        QObject::connect(reply.get(), &QNetworkReply::finished, &guard, [end, take] {
            take();
            end({});
        });
        QTimer::singleShot(longestDownload, &guard,
                           [end] { end(failure(Error::timeout(u"The server of the laws takes too long."_s))); });
        const StopWatcher watcher(context.stop, [done] { done.complete(failure(Error::cancelled())); });
        const Result<void> result = co_await done;
        QObject::disconnect(reply.get(), nullptr, &guard, nullptr);
        CO_TRY_VOID(result);
        if (statusOf(*reply) == 0 || (reply->error() != QNetworkReply::NoError && statusOf(*reply) == 200))
            co_return failure(errorOf(*reply));
        co_return answerOf(*reply, std::move(body));
    }

    const QUrl m_base; // its path ends with a slash
    QNetworkAccessManager m_network;
};

}

Result<std::unique_ptr<LawSource>> webSource(const QUrl &base)
{
    const bool isSecure = base.scheme() == "https"_L1;
    const bool isLocal = base.scheme() == "http"_L1 && isThisMachine(base.host());
    if (!base.isValid() || base.host().isEmpty() || !(isSecure || isLocal) || !base.userInfo().isEmpty()
        || base.hasQuery() || base.hasFragment())
        return failure(Error::invalid(
            u"\"from\" must be an address such as https://www.gesetze-im-internet.de, without anything else."_s,
            u"from"_s, u"law_source"_s));
    QUrl url = base;
    if (!url.path().endsWith(u'/'))
        url.setPath(url.path() + u'/');
    return std::make_unique<WebSource>(std::move(url));
}

}
