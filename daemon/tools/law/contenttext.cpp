// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/contenttext.h"

#include <QStringList>
#include <QXmlStreamReader>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace moe::law {

namespace {

constexpr int deepest = 100;

/// Collects lines.
class Lines
{
public:
    void add(QStringView text)
    {
        const bool beginsWithSpace = !text.isEmpty() && text.front().isSpace();
        const QString words = text.toString().simplified();
        if (beginsWithSpace)
            space();
        if (words.isEmpty())
            return;
        if (m_line.isEmpty())
            m_line = QString(2 * qsizetype(std::clamp(m_depth - 1, 0, 20)), u' ');
        m_line += words;
        if (text.back().isSpace())
            space();
    }
    void space()
    {
        if (!m_line.isEmpty() && !m_line.back().isSpace())
            m_line += u' ';
    }
    void end()
    {
        while (!m_line.isEmpty() && m_line.back().isSpace())
            m_line.chop(1);
        if (m_line.isEmpty())
            return;
        if (!m_text.isEmpty())
            m_text += u'\n';
        m_text += std::exchange(m_line, {});
    }
    void deepen() { ++m_depth; }
    void rise() { --m_depth; }
    [[nodiscard]] QString take()
    {
        end();
        return std::move(m_text);
    }

private:
    QString m_text;
    QString m_line;
    int m_depth = 0; // of lists
};

/// Raised figures, as in m²; anything else that is raised stays as it is.
QString raised(const QString &text)
{
    static constexpr std::array figures{u'⁰', u'¹', u'²', u'³', u'⁴', u'⁵', u'⁶', u'⁷', u'⁸', u'⁹'};
    const bool isNumber = std::ranges::all_of(text, [](QChar c) { return c >= u'0' && c <= u'9'; });
    if (!isNumber)
        return text;
    QString result;
    for (const QChar c : text)
        result += QChar(figures[std::size_t(c.unicode() - u'0')]);
    return result;
}

bool isOneOf(QStringView name, std::initializer_list<QLatin1StringView> names)
{
    return std::ranges::any_of(names, [name](QLatin1StringView known) { return known == name; });
}

/// Goes through the elements of one text.
class Renderer
{
public:
    explicit Renderer(QXmlStreamReader &xml) : m_xml(xml) { }

    QString text()
    {
        for (int depth = 1; depth > 0 && !m_xml.hasError();) {
            switch (m_xml.readNext()) {
            case QXmlStreamReader::StartElement: depth += begin() ? 1 : 0; break;
            case QXmlStreamReader::EndElement:
                if (--depth > 0)
                    end(m_xml.name());
                break;
            case QXmlStreamReader::Characters: m_lines.add(m_xml.text()); break;
            case QXmlStreamReader::EntityReference:
                m_xml.raiseError(u"the entity \"%1\" is not known"_s.arg(m_xml.name().left(40)));
                break;
            default: break;
            }
            if (depth > deepest)
                m_xml.raiseError(u"elements are nested too deeply"_s);
        }
        return m_lines.take();
    }

private:
    /// False if the element has been read to its end.
    bool begin()
    {
        const QStringView name = m_xml.name();
        if (isOneOf(name, {"FnR"_L1, "ABWFORMAT"_L1, "noindex"_L1})) {
            m_xml.skipCurrentElement();
            return false;
        }
        if (name == "SUP"_L1) {
            m_lines.add(raised(m_xml.readElementText(QXmlStreamReader::IncludeChildElements)));
            return false;
        }
        if (name == "IMG"_L1) {
            m_lines.add(u" [Abbildung] "_s);
        } else if (name == "entry"_L1) {
            if (m_cells++ > 0)
                m_lines.add(u" | "_s);
        } else if (isLine(name)) {
            m_lines.end();
        }
        if (name == "row"_L1)
            m_cells = 0;
        else if (name == "DL"_L1)
            m_lines.deepen();
        return true;
    }

    void end(QStringView name)
    {
        if (name == "DT"_L1)
            m_lines.space();
        else if (name == "DD"_L1 || isLine(name))
            m_lines.end();
        if (name == "row"_L1)
            m_cells = 0;
        else if (name == "DL"_L1)
            m_lines.rise();
    }

    /// What stands on lines of its own; within a cell of a table it does not.
    [[nodiscard]] bool isLine(QStringView name) const
    {
        if (isOneOf(name, {"row"_L1, "table"_L1, "DL"_L1, "DT"_L1, "Footnote"_L1}))
            return true;
        return m_cells == 0
            && isOneOf(name,
                       {"P"_L1, "BR"_L1, "Title"_L1, "Subtitle"_L1, "pre"_L1, "kommentar"_L1, "TOC"_L1, "Ident"_L1,
                        "Revision"_L1});
    }

    QXmlStreamReader &m_xml;
    Lines m_lines;
    int m_cells = 0; // begun in the present row
};

}

QString readContentText(QXmlStreamReader &xml) { return Renderer(xml).text(); }

QString readContentLine(QXmlStreamReader &xml) { return readContentText(xml).simplified(); }

}
