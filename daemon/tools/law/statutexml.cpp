// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/statutexml.h"

#include "daemon/tools/law/contenttext.h"

#include <QDate>
#include <QRegularExpression>
#include <QXmlStreamReader>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace moe::law {

namespace {

constexpr qsizetype mostContents = 100'000;
constexpr qsizetype longestTitle = 2'000;

Error unusable(const QString &what) { return Error::invalid(what, {}, u"law_format"_s); }

/// What the parts of the document have in common.
Result<void> checkDocument(QXmlStreamReader &xml, QLatin1StringView root)
{
    while (xml.readNext() != QXmlStreamReader::StartElement && !xml.hasError()) {
        if (xml.tokenType() == QXmlStreamReader::DTD && !xml.entityDeclarations().isEmpty())
            return failure(unusable(u"The XML declares entities of its own."_s));
    }
    if (!xml.hasError() && xml.name() != root)
        return failure(unusable(u"The XML begins with <%1> instead of <%2>."_s.arg(xml.name().left(40), root)));
    return {};
}

Result<void> checkEnd(const QXmlStreamReader &xml)
{
    if (!xml.hasError())
        return {};
    return failure(unusable(
        u"The XML is not well-formed at line %1: %2"_s.arg(xml.lineNumber()).arg(xml.errorString().left(200))));
}

/// The headings above the present norm.
class Headings
{
public:
    struct Heading {
        QString number;
        QString label;
        QString title;
    };

    void enter(Heading heading)
    {
        while (!m_open.isEmpty()
               && !(heading.number.startsWith(m_open.last().number) && heading.number != m_open.last().number))
            m_open.removeLast();
        m_open.append(std::move(heading));
    }
    [[nodiscard]] QString path() const
    {
        QStringList parts;
        for (const Heading &heading : m_open)
            parts.append(QString(heading.label + u' ' + heading.title).trimmed());
        return parts.join(u" › "_s);
    }
    /// "Art 232" if the norms here are paragraphs of an article.
    [[nodiscard]] QString article() const
    {
        static const QRegularExpression pattern(u"^Art(?:ikel)?\\.? (\\d+[a-z]?)$"_s);
        const auto match = pattern.match(m_open.isEmpty() ? QString() : m_open.last().label);
        return match.hasMatch() ? u"Art "_s + match.captured(1) : QString();
    }

private:
    QList<Heading> m_open;
};

bool saysRepealed(const QString &text)
{
    const QString plain = text.simplified();
    return plain == u"(weggefallen)" || plain == u"(aufgehoben)" || plain == u"weggefallen"
        || plain == u"(gegenstandslos)";
}

class StatuteParser
{
public:
    explicit StatuteParser(const QByteArray &xml) : m_xml(xml) { }

    Result<Statute> parse()
    {
        TRY_VOID(checkDocument(m_xml, "dokumente"_L1));
        noteDate();
        while (!m_xml.hasError() && m_xml.readNextStartElement()) {
            if (m_xml.name() == "norm"_L1)
                readNorm();
            else
                m_xml.skipCurrentElement();
        }
        TRY_VOID(checkEnd(m_xml));
        if (m_statute.abbreviation.isEmpty())
            return failure(unusable(u"The XML does not say how the law is called (<jurabk>)."_s));
        if (m_statute.title.isEmpty())
            m_statute.title = m_statute.shortTitle.isEmpty() ? m_statute.abbreviation : m_statute.shortTitle;
        return std::move(m_statute);
    }

private:
    void noteDate()
    {
        if (!m_statute.textDate.isEmpty())
            return;
        const QDate date = QDate::fromString(m_xml.attributes().value("builddate"_L1).left(8).toString(), u"yyyyMMdd");
        if (date.isValid())
            m_statute.textDate = date.toString(Qt::ISODate);
    }

    void readNorm()
    {
        noteDate();
        Norm norm;
        while (m_xml.readNextStartElement()) {
            if (m_xml.name() == "metadaten"_L1)
                readMetadata(norm);
            else if (m_xml.name() == "textdaten"_L1)
                readTexts(norm);
            else
                m_xml.skipCurrentElement();
        }
        finish(std::move(norm));
    }

    void readMetadata(Norm &norm)
    {
        while (m_xml.readNextStartElement()) {
            const QStringView name = m_xml.name();
            if (name == "enbez"_L1)
                norm.label = line();
            else if (name == "titel"_L1)
                norm.title = QString(norm.title + u' ' + line()).trimmed();
            else if (name == "gliederungseinheit"_L1)
                readHeading();
            else if (name == "standangabe"_L1)
                readStatus();
            else
                readLawField(name.toString());
        }
    }

    /// Said by the first norm that says it.
    void readLawField(const QString &name)
    {
        static constexpr std::array fields{
            std::pair{"jurabk"_L1, &Statute::abbreviation}, std::pair{"amtabk"_L1, &Statute::officialAbbreviation},
            std::pair{"langue"_L1, &Statute::title}, std::pair{"kurzue"_L1, &Statute::shortTitle},
            std::pair{"ausfertigung-datum"_L1, &Statute::issued}};
        const auto field = std::ranges::find(fields, name, &std::pair<QLatin1StringView, QString Statute::*>::first);
        if (field == fields.end() || !(m_statute.*(field->second)).isEmpty())
            m_xml.skipCurrentElement();
        else
            m_statute.*(field->second) = line();
    }

    void readHeading()
    {
        Headings::Heading heading;
        while (m_xml.readNextStartElement()) {
            const QStringView name = m_xml.name();
            if (name == "gliederungskennzahl"_L1)
                heading.number = line();
            else if (name == "gliederungsbez"_L1)
                heading.label = line();
            else if (name == "gliederungstitel"_L1)
                heading.title = line();
            else
                m_xml.skipCurrentElement();
        }
        m_headings.enter(std::move(heading));
    }

    void readStatus()
    {
        QString kind;
        QString comment;
        while (m_xml.readNextStartElement()) {
            if (m_xml.name() == "standtyp"_L1)
                kind = line();
            else if (m_xml.name() == "standkommentar"_L1)
                comment = line();
            else
                m_xml.skipCurrentElement();
        }
        // "Hinweis" tells of changes that are not in the text yet.
        if (!comment.isEmpty() && !m_statute.status.contains(comment)) {
            const QString remark = kind == u"Hinweis" ? u"Hinweis: "_s + comment : comment;
            m_statute.status += (m_statute.status.isEmpty() ? QString() : u"; "_s) + remark;
        }
    }

    void readTexts(Norm &norm)
    {
        while (m_xml.readNextStartElement()) {
            if (m_xml.name() == "text"_L1)
                append(norm.text, readContentText(m_xml));
            else if (m_xml.name() == "fussnoten"_L1)
                append(norm.footnotes, readContentText(m_xml));
            else
                m_xml.skipCurrentElement();
        }
    }

    static void append(QString &text, const QString &more)
    {
        if (!text.isEmpty() && !more.isEmpty())
            text += u'\n';
        text += more;
    }

    void finish(Norm norm)
    {
        static const QRegularExpression mark(u"^\\(X+\\)\\s*"_s); // before norms that are no longer there
        const bool isMarked = norm.label.contains(mark);
        norm.label.remove(mark);
        norm.isRepealed = isMarked || saysRepealed(norm.title) || (norm.title.isEmpty() && saysRepealed(norm.text));
        norm.section = m_headings.path();
        if (norm.label.isEmpty()) {
            if (norm.text.isEmpty())
                return; // a heading, or remarks on the law as a whole
            norm.label = norm.title.isEmpty() ? u"Text"_s : norm.title.left(60);
        } else if (norm.label.startsWith(u'§') && !m_headings.article().isEmpty()) {
            norm.label = m_headings.article() + u' ' + norm.label;
        }
        if (m_statute.norms.size() >= mostNorms)
            return m_xml.raiseError(u"it has more norms than any law"_s);
        m_statute.norms.append(std::move(norm));
    }

    QString line() { return readContentLine(m_xml).left(longestTitle); }

    QXmlStreamReader m_xml;
    Statute m_statute;
    Headings m_headings;
};

/// "http://www.gesetze-im-internet.de/bgb/xml.zip" → "bgb"; empty: no such link.
QString idOfLink(const QString &link)
{
    static const QRegularExpression pattern(u"(?:^|/)([A-Za-z0-9_-][A-Za-z0-9_.-]{0,99})/xml\\.zip$"_s);
    return pattern.match(link.trimmed()).captured(1);
}

}

Result<Statute> parseStatute(const QByteArray &xml)
{
    if (xml.size() > largestStatuteXml)
        return failure(unusable(u"The XML has more than %1 MiB."_s.arg(largestStatuteXml / 1024 / 1024)));
    return StatuteParser(xml).parse();
}

Result<ContentsTable> parseContents(const QByteArray &text)
{
    QXmlStreamReader xml(text);
    TRY_VOID(checkDocument(xml, "items"_L1));
    ContentsTable table;
    while (!xml.hasError() && xml.readNextStartElement()) {
        ContentsEntry entry;
        while (xml.readNextStartElement()) {
            if (xml.name() == "title"_L1)
                entry.title = readContentLine(xml).left(longestTitle);
            else if (xml.name() == "link"_L1)
                entry.id = idOfLink(readContentLine(xml));
            else
                xml.skipCurrentElement();
        }
        if (entry.id.isEmpty())
            table.unreadable.append(entry.title);
        else
            table.entries.append(std::move(entry));
        if (table.entries.size() + table.unreadable.size() > mostContents)
            xml.raiseError(u"it has too many items"_s);
    }
    TRY_VOID(checkEnd(xml));
    if (table.entries.isEmpty())
        return failure(unusable(u"The table of contents names no law."_s));
    return table;
}

}
