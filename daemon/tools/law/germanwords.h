// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

/// Words of German texts, brought to a form in which inflected ones are equal. What is stored and what is looked for
/// go through the same functions, so it does not matter that some of the forms are no words.
///
/// Folding: lower case; ä, ae → a, likewise ö and ü (also "neue" → "neu"); ß → ss; accents go. Then the endings of
/// inflection go as long as enough is left: ern em er en es erinnen erin (3 letters stay), e n s (3), t (4). So
/// Mieter, Mietern, Miete, mieten → "miet", kündigt, kündigten → "kundig", Verträge, Vertrags → "vertrag".
/// What makes other words of words (-ung, -lich, -keit …) stays in the index: Haftung is not Haft. beginningOf() takes
/// it away from what is looked for.
namespace moe::law {

/// "kündigten" → "kundig"
[[nodiscard]] QString stemOf(QStringView word);
/// The stems of all words and numbers of a text, in its order.
[[nodiscard]] QStringList stemsOf(QStringView text);
/// Those that say something, each once, at most 16; all of them if none does.
[[nodiscard]] QStringList queryStems(QStringView text);
/// Those of queryStems() that a text is searched for: at most 12, without those of one or two letters unless there are
/// no others.
[[nodiscard]] QStringList searchStems(const QStringList &stems);
/// With what kindred words begin too: "kundigung" → "kundig". Never less than 4 letters; shorter stems stay.
[[nodiscard]] QString beginningOf(const QString &stem);

/// A name for comparing: "SGB V", "SGB-5", "sgb 5" → "sgb5"; "Grundgesetz" → "grundgesetz".
[[nodiscard]] QString nameKey(QStringView name);
/// The same of a name in any inflection: "des Bürgerlichen Gesetzbuches" and "Bürgerliches Gesetzbuch" have one.
[[nodiscard]] QString inflectedNameKey(QStringView name);

}
