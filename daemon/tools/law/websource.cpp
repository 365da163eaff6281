// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/lawsource.h"
#include "daemon/tools/law/statutearchive.h"
#include "daemon/tools/web/httpclient.h"
#include "shared/async/offload.h"

#include <QHostAddress>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::law {

namespace {

constexpr qsizetype largestContents = 32 * 1024 * 1024;
constexpr int mostRedirects = 3;
constexpr auto longestSilence = 30s;
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

/// The tag by which the server knows a version, ready to be sent back: an ETag, else the time of the last change.
QByteArray tagOf(const tools::HttpHead &head)
{
    const QByteArray tag = !head.entityTag.isEmpty() ? "etag " + head.entityTag
        : head.lastModified.isEmpty()                ? QByteArray()
                                                     : "date " + head.lastModified;
    return tag.size() <= longestTag ? tag : QByteArray();
}

class WebSource final : public LawSource
{
public:
    WebSource(QUrl base, const QByteArray &caFile)
        : m_base(std::move(base))
        , m_http(u"The server of the laws"_s, u"law_source"_s, caFile)
    { }

    Task<SourceContents> contents(RequestContext context) override
    {
        CO_TRY(const Answer answer, co_await fetch(u"gii-toc.xml"_s, {}, largestContents, std::move(context)));
        if (answer.status != 200)
            co_return failure(refused(answer.status));
        auto table = co_await offload([&answer] { return parseContents(answer.body); });
        if (!table)
            co_return std::unexpected(std::move(table).error());
        co_return SourceContents{*std::move(table), true};
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
        const bool isMissing = status == 404 || status == 410;
        return Error::of(isMissing ? ErrorCode::NotFound : ErrorCode::BadGateway,
                         u"The server of the laws answered with status %1."_s.arg(status), u"law_source"_s);
    }

    [[nodiscard]] tools::HttpCall callFor(const QString &path, const QByteArray &tag) const
    {
        QUrl url = m_base;
        url.setPath(m_base.path() + path);
        tools::HttpCall call{"GET", url.toEncoded(), {"User-Agent: sovereign-moe/" MOE_VERSION}};
        call.mostRedirects = mostRedirects;
        call.longestSilence = longestSilence;
        if (tag.startsWith("etag "))
            call.headers.append("If-None-Match: " + tag.sliced(5));
        else if (tag.startsWith("date "))
            call.headers.append("If-Modified-Since: " + tag.sliced(5));
        return call;
    }

    Task<Answer> fetch(QString path, QByteArray tag, qsizetype most, RequestContext context)
    {
        QByteArray body;
        const auto take = [&body, most](const tools::HttpHead &, const QByteArray &bytes) {
            body += bytes;
            return body.size() <= most;
        };
        context.deadline = std::min(context.deadline, std::chrono::steady_clock::now() + longestDownload);
        CO_TRY(const tools::HttpHead head, co_await m_http.call(callFor(path, tag), take, std::move(context)));
        co_return Answer{head.status, std::move(body), tagOf(head)};
    }

    const QUrl m_base; // its path ends with a slash
    tools::HttpClient m_http;
};

}

Result<std::unique_ptr<LawSource>> webSource(const QUrl &base, const QByteArray &caFile)
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
    return std::make_unique<WebSource>(std::move(url), caFile);
}

}
