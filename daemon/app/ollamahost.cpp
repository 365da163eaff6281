// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/ollamahost.h"

#include <QHostAddress>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace moe::app {

namespace {

constexpr int usualPort = 11'434;

struct HostAndPort {
    QString host;
    QString port; ///< null: none was named
};

/// "h:1", ":1", "[::1]:1"; without a port "h", "::1" and "[::1]".
HostAndPort splitPort(const QString &text)
{
    const qsizetype colon = text.lastIndexOf(u':');
    const bool isBracketed = text.startsWith(u'[');
    const bool hasPort = isBracketed ? text.indexOf(u']') == colon - 1 : text.count(u':') == 1;
    QString host = hasPort ? text.first(colon) : text;
    if (isBracketed && host.endsWith(u']'))
        host = host.sliced(1, host.size() - 2);
    return {host, hasPort ? text.sliced(colon + 1) : QString()};
}

/// The address to connect to for one that may be meant for listening.
QString connectable(const QString &host)
{
    const QHostAddress address(host);
    if (address == QHostAddress(QHostAddress::AnyIPv6))
        return u"::1"_s;
    return host.isEmpty() || address == QHostAddress(QHostAddress::AnyIPv4) ? u"127.0.0.1"_s : host;
}

QString withoutQuotes(QStringView text)
{
    const auto isQuote = [](QChar c) { return c == u'"' || c == u'\''; };
    text = text.trimmed();
    while (!text.isEmpty() && isQuote(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isQuote(text.back()))
        text.chop(1);
    return text.trimmed().toString();
}

}

Result<OllamaAddress> parseOllamaHost(const QString &value)
{
    QString rest = withoutQuotes(value);
    QString scheme = u"http"_s;
    int port = usualPort;
    if (const qsizetype end = rest.indexOf("://"_L1); end >= 0) {
        scheme = rest.first(end).toLower();
        rest.remove(0, end + 3);
        port = scheme == "https"_L1 ? 443 : 80;
    }
    const qsizetype slash = rest.indexOf(u'/');
    const HostAndPort named = splitPort(slash < 0 ? rest : rest.first(slash));

    OllamaAddress address;
    bool isNumber = false;
    const ushort number = named.port.toUShort(&isNumber);
    if (isNumber)
        port = number;
    else if (!named.port.isNull())
        address.warning = u"OLLAMA_HOST names no valid port; %1 is used."_s.arg(port);

    QUrl url;
    url.setScheme(scheme);
    url.setHost(connectable(named.host), QUrl::StrictMode);
    url.setPort(port);
    if (slash >= 0)
        url.setPath(rest.sliced(slash), QUrl::DecodedMode);
    while (url.path().endsWith(u'/'))
        url.setPath(url.path().chopped(1));
    if ((scheme != "http"_L1 && scheme != "https"_L1) || !url.isValid() || url.host().isEmpty())
        return failure(Error::invalid(u"OLLAMA_HOST: expected host, host:port or http://host:port."_s));
    address.url = url.toEncoded(QUrl::FullyEncoded);
    return address;
}

}
