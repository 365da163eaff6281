// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/law/lawfixture.h"

#include <zip.h>

namespace moe::test {

namespace {

const QByteArray prologue = R"(<?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE dokumente SYSTEM "http://www.gesetze-im-internet.de/dtd/1.01/gii-norm.dtd">
)";

QByteArray heading(const QByteArray &number, const QByteArray &label, const QByteArray &title)
{
    return "<norm><metadaten><jurabk>X</jurabk><gliederungseinheit><gliederungskennzahl>" + number
        + "</gliederungskennzahl><gliederungsbez>" + label + "</gliederungsbez><gliederungstitel>" + title
        + "</gliederungstitel></gliederungseinheit></metadaten><textdaten/></norm>\n";
}

QByteArray norm(const QByteArray &label, const QByteArray &title, const QByteArray &content,
                const QByteArray &remarks = {})
{
    QByteArray xml
        = "<norm builddate=\"20260110080000\" doknr=\"X\"><metadaten><jurabk>X</jurabk><enbez>" + label + "</enbez>";
    if (!title.isEmpty())
        xml += "<titel format=\"parat\">" + title + "</titel>";
    xml += "</metadaten><textdaten><text format=\"XML\"><Content>" + content + "</Content></text>";
    if (!remarks.isEmpty())
        xml += "<fussnoten><Content>" + remarks + "</Content></fussnoten>";
    return xml + "</textdaten></norm>\n";
}

QByteArray document(const QByteArray &law, const QByteArray &norms, const QByteArray &buildDate = "20260110080000")
{
    return prologue + "<dokumente builddate=\"" + buildDate + "\" doknr=\"X\">\n<norm builddate=\"" + buildDate
        + "\" doknr=\"X\"><metadaten>" + law + "</metadaten><textdaten/></norm>\n" + norms + "</dokumente>\n";
}

}

QByteArray bgbXml()
{
    return document(
        R"(<jurabk>BGB</jurabk><amtabk>BGB</amtabk><ausfertigung-datum manuell="ja">1896-08-18</ausfertigung-datum>
<fundstelle typ="amtlich"><periodikum>RGBl</periodikum><zitstelle>1896, 195</zitstelle></fundstelle>
<langue>Bürgerliches Gesetzbuch</langue>
<standangabe checked="ja"><standtyp>Neuf</standtyp><standkommentar>Neugefasst durch Bek. v. 2.1.2002 I 42</standkommentar></standangabe>
<standangabe checked="ja"><standtyp>Stand</standtyp><standkommentar>zuletzt geändert durch Art. 1 G v. 17.7.2025 I Nr. 163</standkommentar></standangabe>)",
        heading("010", "Buch 1", "Allgemeiner Teil")
            + norm("§ 1", "Beginn der Rechtsfähigkeit",
                   "<P>Die Rechtsfähigkeit des Menschen beginnt mit der Vollendung der Geburt.</P>")
            + heading("020", "Buch 2", "Recht der Schuldverhältnisse")
            + heading("020080", "Abschnitt 8", "Einzelne Schuldverhältnisse")
            + heading("020080010", "Titel 1", "Kauf, Tausch")
            + norm(
                "§ 433", "Vertragstypische Pflichten beim Kaufvertrag",
                "<P>(1) Durch den Kaufvertrag wird der Verkäufer einer Sache verpflichtet, dem Käufer die Sache zu "
                "übergeben und das Eigentum an der Sache zu verschaffen. Der Verkäufer hat dem Käufer die Sache frei "
                "von Sach- und Rechtsmängeln zu verschaffen.</P><P>(2) Der Käufer ist verpflichtet, dem Verkäufer "
                "den vereinbarten Kaufpreis zu zahlen und die gekaufte Sache abzunehmen.</P>")
            + heading("020080050", "Titel 5", "Mietvertrag, Pachtvertrag")
            + norm("§ 573c", "Fristen der ordentlichen Kündigung",
                   "<P>(1) Die Kündigung ist spätestens am dritten Werktag eines Kalendermonats zum Ablauf des "
                   "übernächsten Monats zulässig. Die Kündigungsfrist für den Vermieter verlängert sich nach fünf und "
                   "acht Jahren seit der Überlassung des Wohnraums um jeweils drei Monate.</P>")
            + norm("§ 573d", "Außerordentliche Kündigung mit gesetzlicher Frist",
                   "<P>(1) Kann ein Mietverhältnis außerordentlich mit der gesetzlichen Frist gekündigt werden, so "
                   "gelten mit Ausnahme der Kündigung gegenüber Erben des Mieters nach § 564 die §§ 573 und 573a "
                   "entsprechend.</P>")
            + norm("(XXXX) §§ 1012 bis 1017", "(weggefallen)", ""));
}

QByteArray ggXml()
{
    return document("<jurabk>GG</jurabk><ausfertigung-datum manuell=\"ja\">1949-05-23</ausfertigung-datum>"
                    "<langue>Grundgesetz für die Bundesrepublik Deutschland</langue>",
                    heading("010", "I.", "Die Grundrechte")
                        + norm("Art 1", "",
                               "<P>(1) Die Würde des Menschen ist unantastbar. Sie zu achten und zu schützen ist "
                               "Verpflichtung aller staatlichen Gewalt.</P>"));
}

QByteArray egbgbXml()
{
    return document("<jurabk>BGBEG</jurabk><amtabk>EGBGB</amtabk>"
                    "<langue>Einführungsgesetz zum Bürgerlichen Gesetzbuche</langue>",
                    heading("010020010000229", "Art 229", "Weitere Überleitungsvorschriften")
                        + norm("§ 1", "Überleitungsvorschrift zum Gesetz zur Beschleunigung fälliger Zahlungen",
                               "<P>(1) § 284 Abs. 3 gilt auch für Geldforderungen.</P>"));
}

QByteArray spiegelXml()
{
    return document(
        "<jurabk>SpiegelG 2024</jurabk><amtabk>SpiegelG</amtabk><ausfertigung-datum manuell=\"ja\">2024-02-29"
        "</ausfertigung-datum><kurzue>Spiegelgesetz</kurzue><langue>Gesetz über das Aufstellen von Spiegeln</langue>",
        norm("Inhaltsübersicht", "", "<P>§ 1 Zweck<BR/>§ 2 Maße</P>")
            + norm("§ 1", "Zweck<BR/>und Ziel",
                   "<P>Zweck ist<DL Font=\"normal\" Type=\"arabic\"><DT>1.</DT><DD Font=\"normal\"><LA Size=\"normal\">"
                   "die Ordnung der Spiegel, insbesondere<DL Type=\"alpha\"><DT>a)</DT><DD><LA>der runden und</LA></DD>"
                   "<DT>b)</DT><DD><LA>der eckigen,</LA></DD></DL></LA></DD><DT>2.</DT><DD><LA>ihr Schutz.</LA></DD>"
                   "</DL>Das Nähere regelt die Anlage.<FnR ID=\"F1\"/></P>",
                   "<P>§ 1: Gilt seit 1.3.2024</P>")
            + norm("§ 2", "Maße",
                   "<P>Ein Spiegel hat höchstens 3 m<SUP>2</SUP> und wird in einer <I>Spiegelwerkstätte</I> "
                   "hergestellt &amp; geprüft.</P>"
                   "<table><tgroup cols=\"2\"><thead><row><entry>Form</entry><entry>Gebühr</entry></row></thead><tbody>"
                   "<row><entry><P>rund</P></entry><entry><P>5 €</P></entry></row>"
                   "<row><entry>eckig</entry><entry>7 €</entry></row></tbody></tgroup></table><P>Nach der Tafel.</P>")
            + norm("§ 3", "(weggefallen)", "")
            + norm("Anlage 1 (zu § 2)", "Muster", "<P>Bild: <IMG SRC=\"muster.jpg\" alt=\"Muster\"/></P>"));
}

QByteArray shortLawXml(const QByteArray &abbreviation, const QByteArray &text, const QByteArray &buildDate)
{
    return document("<jurabk>" + abbreviation + "</jurabk><langue>Gesetz " + abbreviation + "</langue>",
                    norm("§ 1", "Inhalt", "<P>" + text + "</P>"), buildDate);
}

QByteArray longLawXml(const QByteArray &abbreviation, const QByteArray &text, int norms)
{
    QByteArray all;
    for (int i = 1; i <= norms; ++i)
        all += norm("§ " + QByteArray::number(i), "Inhalt", "<P>" + text + "</P>");
    return document("<jurabk>" + abbreviation + "</jurabk><langue>Gesetz " + abbreviation + "</langue>", all);
}

QByteArray zipOf(const Files &files)
{
    zip_source_t *const target = zip_source_buffer_create(nullptr, 0, 0, nullptr);
    zip_source_keep(target);
    zip_t *const archive = zip_open_from_source(target, ZIP_TRUNCATE, nullptr);
    for (const auto &[name, content] : files) {
        zip_source_t *const source = zip_source_buffer(archive, content.constData(), zip_uint64_t(content.size()), 0);
        if (zip_file_add(archive, name.constData(), source, ZIP_FL_OVERWRITE) < 0)
            zip_source_free(source);
    }
    zip_close(archive);
    QByteArray bytes;
    if (zip_source_open(target) == 0) {
        zip_stat_t info;
        zip_source_stat(target, &info);
        bytes.resize(qsizetype(info.size));
        zip_source_read(target, bytes.data(), info.size);
        zip_source_close(target);
    }
    zip_source_free(target);
    return bytes;
}

QByteArray zipOf(const QByteArray &xml) { return zipOf(Files{{"BJNR000000000.xml", xml}}); }

QByteArray contentsXml(const QList<QByteArray> &ids)
{
    QByteArray xml = R"(<?xml version="1.0" encoding="UTF-8"?><items>)";
    for (const QByteArray &id : ids)
        xml += "<item><title>Law " + id + "</title><link>http://www.gesetze-im-internet.de/" + id
            + "/xml.zip</link></item>";
    return xml + "</items>";
}

}
