// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/germanwords.h"

#include <QSet>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace moe::law {

namespace {

constexpr qsizetype mostQueryStems = 16;
constexpr qsizetype mostSearchStems = 12;
constexpr qsizetype leastSearchStem = 3;
constexpr qsizetype leastBeginning = 4;

struct Ending {
    QLatin1StringView letters;
    qsizetype leastLeft;
};

// The longest that fits goes first.
constexpr std::array inflections{Ending{"erinnen"_L1, 3}, Ending{"erin"_L1, 3}, Ending{"ern"_L1, 3}, Ending{"em"_L1, 3},
                                 Ending{"er"_L1, 3},      Ending{"en"_L1, 3},   Ending{"es"_L1, 3},  Ending{"e"_L1, 3},
                                 Ending{"n"_L1, 3},       Ending{"s"_L1, 3},    Ending{"t"_L1, 4}};
// Some without the "t" that stemOf() takes for an inflection.
constexpr std::array derivations{Ending{"ung"_L1, 4}, Ending{"lich"_L1, 4}, Ending{"keit"_L1, 4},
                                 Ending{"kei"_L1, 4}, Ending{"heit"_L1, 4}, Ending{"hei"_L1, 4}};

template <std::size_t Count>
bool stripOne(QString &word, const std::array<Ending, Count> &endings)
{
    for (const Ending &ending : endings) {
        if (word.size() - ending.letters.size() >= ending.leastLeft && word.endsWith(ending.letters)) {
            word.chop(ending.letters.size());
            return true;
        }
    }
    return false;
}

/// Lower case without accents; umlauts and what is written for them are their vowel.
QString folded(QStringView word)
{
    QString result;
    for (const QChar c : word.toString().normalized(QString::NormalizationForm_KD).toLower()) {
        if (c == u'ß')
            result += "ss"_L1;
        else if (c == u'e' && !result.isEmpty()
                 && (result.back() == u'a' || result.back() == u'o' || result.back() == u'u'))
            continue;
        else if (c.isLetterOrNumber() || c.isSurrogate())
            result += c;
    }
    return result;
}

bool isWordPart(QChar c) { return c.isLetterOrNumber() || c.isMark() || c.isSurrogate(); }

/// Calls `each` with every run of letters and digits.
template <typename Each>
void eachWord(QStringView text, Each each)
{
    qsizetype begin = 0;
    for (qsizetype at = 0; at <= text.size(); ++at) {
        if (at < text.size() && isWordPart(text[at]))
            continue;
        if (at > begin)
            each(text.sliced(begin, at - begin));
        begin = at + 1;
    }
}

const QSet<QString> &emptyWords()
{
    // As stems.
    static const QSet<QString> words = [] {
        QSet<QString> stems;
        const QString text = u"der die das den dem des ein eine einen einem einer eines und oder in im an am auf aus "
                             "bei mit nach von vom vor zu zum zur über unter für durch als auch ist sind war wird "
                             "werden kann können darf dürfen muss müssen soll hat haben nicht wenn wie was wer wann "
                             "wo ob es er sie ich man mein meine sich the of and or § art artikel paragraph"_s;
        eachWord(text, [&stems](QStringView word) { stems.insert(stemOf(word)); });
        return stems;
    }();
    return words;
}

/// 1 to 20, as books of the social code are numbered; 0: none.
int romanValue(QStringView text)
{
    static constexpr std::array numerals{"i"_L1,    "ii"_L1,  "iii"_L1,  "iv"_L1,    "v"_L1,   "vi"_L1,   "vii"_L1,
                                         "viii"_L1, "ix"_L1,  "x"_L1,    "xi"_L1,    "xii"_L1, "xiii"_L1, "xiv"_L1,
                                         "xv"_L1,   "xvi"_L1, "xvii"_L1, "xviii"_L1, "xix"_L1, "xx"_L1};
    const auto found = std::ranges::find_if(numerals, [text](QLatin1StringView numeral) { return text == numeral; });
    return found == numerals.end() ? 0 : int(found - numerals.begin()) + 1;
}

/// The words of a name joined, numbers in one form.
QString keyOf(QStringView name, QString (*partOf)(QStringView word))
{
    QString key;
    eachWord(name, [&key, partOf](QStringView word) {
        const int number = key.isEmpty() ? 0 : romanValue(folded(word));
        key += number ? QString::number(number) : partOf(word);
    });
    return key;
}

}

QString stemOf(QStringView word)
{
    QString stem = folded(word);
    if (stem.isEmpty() || stem.front().isDigit())
        return stem;
    while (stripOne(stem, inflections)) { }
    return stem;
}

QStringList stemsOf(QStringView text)
{
    QStringList stems;
    eachWord(text, [&stems](QStringView word) {
        if (QString stem = stemOf(word); !stem.isEmpty())
            stems.append(std::move(stem));
    });
    return stems;
}

QStringList queryStems(QStringView text)
{
    QStringList all = stemsOf(text);
    all.removeDuplicates();
    QStringList telling;
    std::ranges::copy_if(all, std::back_inserter(telling),
                         [](const QString &stem) { return !emptyWords().contains(stem); });
    QStringList chosen = telling.isEmpty() ? all : telling;
    chosen.resize(std::min(chosen.size(), mostQueryStems));
    return chosen;
}

QStringList searchStems(const QStringList &stems)
{
    QStringList telling;
    std::ranges::copy_if(stems, std::back_inserter(telling),
                         [](const QString &stem) { return stem.size() >= leastSearchStem; });
    QStringList chosen = telling.isEmpty() ? stems : telling;
    chosen.resize(std::min(chosen.size(), mostSearchStems));
    return chosen;
}

QString beginningOf(const QString &stem)
{
    QString beginning = stem;
    while (stripOne(beginning, derivations)) { }
    return beginning.size() < leastBeginning ? stem : beginning;
}

QString nameKey(QStringView name) { return keyOf(name, &folded); }

QString inflectedNameKey(QStringView name)
{
    return keyOf(name, [](QStringView word) {
        static const QSet<QString> articles{u"der"_s, u"des"_s, u"dem"_s, u"die"_s, u"das"_s};
        const QString stem = stemOf(word);
        return articles.contains(stem) ? QString() : stem;
    });
}

}
