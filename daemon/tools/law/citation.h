// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QString>
#include <QStringList>

/// How norms are cited.
namespace moe::law {

/// "§ 433 Abs. 1 Satz 2 BGB", taken apart.
struct Citation {
    QString norm;      ///< as in normKeys(): "§433", "art1", "anlage2"; "433" if it was not said what it is
    QString paragraph; ///< of the norm: "1", "2a"; empty: the whole norm
    QString details;   ///< what was said below that: "Satz 2 Nr. 3"; may be empty
    QString law;       ///< "BGB"; empty: not said
    bool isFirstOfSeveral = false; ///< further norms or paragraphs were cited
};

/// Of "§ 433 BGB", "Art. 1 GG", "433", "BGB § 433 Abs. 1", "§433 I 2 BGB", "§ 433 (1) BGB", "§ 433 BGB Abs. 1",
/// "Anlage 1 BArtSchV", "Art 232 § 1 EGBGB" … in any case and with any spaces; of several norms ("§§ 433 ff.", "§ 433
/// i.V.m. § 434") the first. InvalidRequest saying what can be understood.
[[nodiscard]] Result<Citation> parseCitation(const QString &text);

/// What a norm of this label is found by: "§ 433" → "§433"; "§§ 7 bis 9" → "§7", "§8", "§9"; "Art 232 § 1" →
/// "art232§1"; "Anlage 1 (zu § 2)" → "anlage1".
[[nodiscard]] QStringList normKeys(const QString &label);

/// "§433" → "§ 433", for messages.
[[nodiscard]] QString labelOfKey(const QString &key);

/// The lines of one paragraph "(1) …" of a norm's text; empty: there is none.
[[nodiscard]] QString paragraphOf(const QString &text, const QString &paragraph);

}
