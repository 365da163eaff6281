// SPDX-License-Identifier: Apache-2.0
#include "daemon/experts/prompts.h"

#include <QFile>

using namespace Qt::StringLiterals;

// Resources of a static library are linked only where their initialiser is named, outside any namespace.
static void registerPrompts() { Q_INIT_RESOURCE(prompts); }

namespace moe::experts {

namespace {

QByteArray prompt(QLatin1StringView name)
{
    QFile file(u":/prompts/"_s + name + u".md"_s);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("The built-in prompt %s is missing.", name.data());
    return file.readAll().trimmed();
}

}

PromptBook PromptBook::defaults()
{
    registerPrompts();
    PromptBook book;
    book.planner = prompt("planner"_L1);
    book.merger = prompt("merger"_L1);
    book.research = prompt("research"_L1);
    book.confidence = prompt("confidence"_L1);
    book.language = prompt("language"_L1);
    for (const Category category : allCategories())
        book.categories[std::size_t(category)] = prompt(categoryName(category));
    return book;
}

}
