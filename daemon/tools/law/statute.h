// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>

namespace moe::law {

/// One norm of a law as people cite it, with its text. Order is the law's.
struct Norm {
    QString label;          ///< "§ 433", "Art 1", "§§ 7 bis 9", "Anlage 1", "Art 232 § 1"
    QString title;          ///< may be empty
    QString section;        ///< where it stands: "Buch 2 Recht der Schuldverhältnisse › Abschnitt 8 …"
    QString text;           ///< lines: paragraphs, items of lists (indented), rows of tables; may be empty
    QString footnotes;      ///< the publisher's remarks, likewise
    bool isRepealed = false; ///< "(weggefallen)", "(aufgehoben)"

    friend bool operator==(const Norm &, const Norm &) = default;
};

/// A law as its publisher hands it out.
struct Statute {
    QString abbreviation;         ///< "BGB", "SGB 5", "AufenthG 2004"
    QString officialAbbreviation; ///< "AufenthG"; may be empty
    QString title;                ///< in full
    QString shortTitle;           ///< may be empty
    QString issued;               ///< "1896-08-18"
    QString status;               ///< what it was last changed by, in the publisher's words; may be empty
    QString textDate;             ///< when the publisher made this text: "2026-01-31"
    QList<Norm> norms;
};

}
