// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/calculation.h"
#include "daemon/tools/catalogue.h"
#include "daemon/tools/mcp/conversation.h"
#include "daemon/tools/mcp/toolbox.h"
#include "shared/async/wait.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace moe::test {

using namespace Qt::StringLiterals;
using namespace moe::tools;

struct Pair {
    int a = 0;
    int b = 0;

    static constexpr auto fields()
    {
        using wire::Field;
        using wire::Presence;
        return std::tuple{Field<&Pair::a>{"a"_L1, Presence::Required, "The first number."_L1},
                          Field<&Pair::b>{"b"_L1, Presence::Required, "The second number."_L1}};
    }
};

struct Sum {
    int sum = 0;

    static constexpr auto fields() { return std::tuple{wire::Field<&Sum::sum>{"sum"_L1}}; }
};

inline Result<Sum> add(const Pair &pair)
{
    if (pair.a < 0)
        return failure(badCall(u"Nothing negative."_s, u"a"_s));
    return Sum{pair.a + pair.b};
}

inline QString sumText(const Pair &pair, const Sum &sum)
{
    return u"%1 + %2 = %3"_s.arg(pair.a).arg(pair.b).arg(sum.sum);
}

/// "add_0", "add_1" … which all add.
inline ToolList addingTools(int count)
{
    ToolList tools;
    QByteArrayList names;
    for (int i = 0; i < count; ++i) {
        const QByteArray name = "add_" + QByteArray::number(i).rightJustified(2, '0');
        tools.push_back(
            calculation<Pair, Sum>({QLatin1StringView(name), "Adding"_L1, "Adds two numbers."_L1}, &add, &sumText));
    }
    return tools;
}

/// A catalogue, all of it granted, and two tools of its own: one that waits until it is cancelled, one that asks.
class OpenBox final : public mcp::ToolBox
{
public:
    explicit OpenBox(const Catalogue &catalogue) : m_catalogue(catalogue) { }

    [[nodiscard]] QList<ToolInfo> list() const override
    {
        QList<ToolInfo> infos;
        for (const auto &tool : *m_catalogue.tools())
            infos.append(tool->info());
        return infos;
    }
    [[nodiscard]] Task<mcp::CallResult> call(QString name, QByteArray arguments,
                                             std::shared_ptr<mcp::Conversation> conversation,
                                             RequestContext context) override
    {
        if (name == "wait"_L1)
            co_return co_await wait(std::move(context));
        if (name == "ask"_L1)
            co_return co_await ask(std::move(conversation), std::move(context));
        if (name == "talk"_L1)
            co_return talk(*conversation);
        if (!m_catalogue.find(name))
            co_return failure(Error::of(ErrorCode::NotFound, u"no such tool"_s, u"unknown_tool"_s));
        co_return mcp::callResult(co_await m_catalogue.call(std::move(name), std::move(arguments), std::move(context)));
    }

private:
    static Task<mcp::CallResult> wait(RequestContext context)
    {
        CO_TRY_VOID(co_await sleepFor(std::chrono::hours(1), std::move(context)));
        co_return mcp::CallResult{"[]", {}, false};
    }
    static Task<mcp::CallResult> ask(std::shared_ptr<mcp::Conversation> conversation, RequestContext context)
    {
        CO_TRY(const QByteArray answer,
               co_await conversation->ask("sampling", "sampling/createMessage", "{}", std::move(context)));
        co_return mcp::CallResult{'[' + mcp::textBlock(QString::fromUtf8(answer)) + ']', {}, false};
    }
    static mcp::CallResult talk(const mcp::Conversation &conversation)
    {
        conversation.tellProgress(1, 2, u"half"_s);
        conversation.log(mcp::LogLevel::Debug, u"quiet"_s);
        conversation.log(mcp::LogLevel::Warning, u"loud"_s);
        return {"[]", {}, false};
    }

    const Catalogue &m_catalogue;
};

/// Keeps what is sent.
class Recorder final : public mcp::Outlet
{
public:
    void send(QByteArray message) override { m_messages.append(std::move(message)); }
    [[nodiscard]] bool isOpen() const override { return true; }

    [[nodiscard]] const QByteArrayList &messages() const { return m_messages; }
    /// Of the message that came last; empty: there is none.
    [[nodiscard]] QJsonObject last() const
    {
        return m_messages.isEmpty() ? QJsonObject() : QJsonDocument::fromJson(m_messages.last()).object();
    }

private:
    QByteArrayList m_messages;
};

}
