// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/json/jsonparsing.h"

#include "daemon/tools/tool.h"
#include "shared/wire/jsoncursor.h"

#include <QSet>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using jsoncons::ojson;

constexpr int deepest = 200;
constexpr qsizetype longestPlace = 300;

/// Walks through all of a text.
class Reading
{
public:
    explicit Reading(const QByteArray &text) : m_cursor(text, deepest) { }

    [[nodiscard]] std::optional<Fault> fault()
    {
        value();
        const auto end = m_cursor.finish();
        if (end)
            return {};
        return Fault{m_repeated.value_or(QString()), end.error().message};
    }

private:
    void value()
    {
        if (m_cursor.peek() == json::Kind::Object) {
            QSet<QByteArray> names;
            m_cursor.object([&](QByteArrayView key) { member(names, key.toByteArray()); });
        } else if (m_cursor.peek() == json::Kind::Array) {
            qsizetype index = 0;
            m_cursor.array([&] { step(QByteArray::number(index++)); });
        } else {
            m_cursor.skip();
        }
    }

    void member(QSet<QByteArray> &names, const QByteArray &name)
    {
        const QByteArray token = QByteArray(name).replace('~', "~0").replace('/', "~1");
        if (!names.contains(name)) {
            names.insert(name);
            return step(token);
        }
        m_repeated = QString::fromUtf8(m_pointer + '/' + token).left(longestPlace);
        m_cursor.reject(Error::invalid(
            u"The member %1 is there twice: some readers take the one, some the other."_s.arg(*m_repeated)));
    }

    /// The value at this place of the one that is being read.
    void step(const QByteArray &token)
    {
        const qsizetype size = m_pointer.size();
        m_pointer += '/' + token;
        value();
        m_pointer.truncate(size);
    }

    json::Cursor m_cursor;
    QByteArray m_pointer;
    std::optional<QString> m_repeated;
};

jsoncons::json_options options()
{
    jsoncons::json_options options;
    options.max_nesting_depth(deepest).allow_comments(false);
    return options;
}

}

std::expected<ojson, Fault> readJson(const QByteArray &text)
{
    if (const auto fault = Reading(text).fault())
        return std::unexpected(*fault);
    try {
        return ojson::parse(text.toStdString(), options().lossless_number(true));
    } catch (const jsoncons::ser_error &error) { // half of a character in an escape
        return std::unexpected(Fault{{},
                                     u"Invalid JSON at line %1, column %2: %3."_s.arg(error.line())
                                         .arg(error.column())
                                         .arg(QString::fromStdString(error.code().message()))});
    } catch (const std::exception &) {
        return std::unexpected(Fault{{}, u"It cannot be read as JSON."_s});
    }
}

Result<ojson> parseJson(const QByteArray &text, const QString &argument)
{
    auto json = readJson(text);
    if (!json)
        return failure(badCall(u"%1: %2"_s.arg(argument, json.error().message), argument, u"invalid_json"_s));
    return *std::move(json);
}

ojson computableJson(const QByteArray &text) { return ojson::parse(text.toStdString(), options()); }

}
