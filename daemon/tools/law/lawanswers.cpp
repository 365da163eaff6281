// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/lawanswers.h"

namespace moe::law {

namespace {

QString dated(const QString &textDate) { return textDate.isEmpty() ? QString() : u" (Stand "_s + textDate + u')'; }

QString titled(const QString &title) { return title.isEmpty() ? QString() : u" – "_s + title; }

QString nextPart(int part, int parts)
{
    return part < parts ? u" [Teil %1 von %2; weiter mit part=%3]"_s.arg(part).arg(parts).arg(part + 1) : QString();
}

}

QString textOf(const FoundLaws &answer)
{
    QStringList laws;
    for (const FoundLaw &law : answer.laws) {
        const QString where = law.paragraphs.isEmpty() ? QString() : law.paragraphs + u' ';
        laws.append(where + law.law + titled(law.title) + dated(law.textDate));
    }
    return laws.isEmpty() ? u"Kein Gesetz gefunden."_s : laws.join(u"; "_s);
}

QString textOf(const Overview &answer)
{
    QStringList sections;
    for (const ContentsSection &section : answer.sections) {
        QStringList lines;
        for (const ContentsLine &line : section.paragraphs)
            lines.append(QString(line.paragraph + u' ' + line.title).trimmed());
        sections.append((section.section.isEmpty() ? QString() : section.section + u": "_s) + lines.join(u"; "_s));
    }
    return answer.law + titled(answer.title) + dated(answer.textDate) + u", "_s + QString::number(answer.count)
        + u" Vorschriften. "_s + sections.join(u". "_s) + nextPart(answer.part, answer.parts);
}

QString textOf(const Paragraph &answer)
{
    const QString selection = answer.selection.isEmpty() ? QString() : u' ' + answer.selection;
    const QString text = answer.text.isEmpty() && answer.isRepealed ? u"(weggefallen)"_s : answer.text.simplified();
    const QString note = answer.note ? u" ["_s + *answer.note + u']' : QString();
    return answer.paragraph + selection + u' ' + answer.law + titled(answer.title) + dated(answer.textDate) + u": "_s
        + text + nextPart(answer.part, answer.parts) + note;
}

QString textOf(const FoundTexts &answer)
{
    QStringList hits;
    for (const FoundText &hit : answer.hits)
        hits.append(hit.paragraph + u' ' + hit.law + titled(hit.title) + dated(hit.textDate) + u": "_s + hit.excerpt);
    return hits.isEmpty() ? u"Keine Fundstelle."_s : hits.join(u" | "_s);
}

}
