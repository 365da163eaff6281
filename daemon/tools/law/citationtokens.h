// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include <initializer_list>

/// The words that citations and labels of norms are made of.
namespace moe::law {

/// Words, numbers and the signs "§", "-", "," and "(": "§433 (1)" → "§", "433", "(", "1". A letter behind a number is
/// part of it if nothing is between them; "f." is "ff", and "i.V.m." one word.
[[nodiscard]] QStringList tokensOf(const QString &text);

/// In any case.
[[nodiscard]] bool isOneOf(QStringView token, std::initializer_list<QStringView> words);
[[nodiscard]] bool isNumber(QStringView token);
/// "§", "art", "anlage", "anhang"; empty: no word for a kind of norm.
[[nodiscard]] QString kindOf(const QString &token);
/// 1 to 12, as paragraphs are often written behind a norm ("§ 433 I"); empty: no such number.
[[nodiscard]] QString numberOfRoman(const QString &token);
/// What further norms or paragraphs are joined to the first with: "und", "bis", "i.V.m." …
[[nodiscard]] bool isConnector(const QString &token);

}
