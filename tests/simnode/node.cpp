// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/node.h"

#include "tests/simnode/generation.h"

#include <QTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::sim {

namespace {

constexpr int ollamaDefaultContext = 4096;

void refuseByFault(Exchange &exchange, const Fault &fault, const Refuse &refuse)
{
    Exchange::Headers headers;
    if (fault.retryAfterSeconds >= 0)
        headers << std::pair("Retry-After"_ba, QByteArray::number(fault.retryAfterSeconds));
    const QString fallback = u"simulated fault: status %1"_s.arg(fault.status);
    refuse(exchange, fault.status, fault.message.isEmpty() ? fallback : fault.message, headers);
}

}

Result<std::unique_ptr<Node>> Node::create(const QJsonObject &document)
{
    std::unique_ptr<Node> node(new Node);
    TRY_VOID(node->configure(document));
    return node;
}

Result<void> Node::configure(const QJsonObject &changes)
{
    QJsonObject whole = m_document;
    for (auto member = changes.constBegin(); member != changes.constEnd(); ++member) {
        if (member.value().isNull())
            whole.remove(member.key());
        else
            whole.insert(member.key(), member.value());
    }
    TRY(Config config, Config::fromJson(whole));
    m_config = std::make_shared<const Config>(std::move(config));
    m_document = whole;
    state.setRecordLimit(m_config->recordLimit);
    scenario.configure(m_config);
    host.configure(m_config);
    return {};
}

void Node::reset()
{
    state.reset();
    scenario.reset();
    host.unloadAll();
}

void generate(Node &node, Exchange &exchange, GenerationPlan plan)
{
    exchange.setFault(plan.fault);
    if (plan.fault.status > 0) {
        QTimer::singleShot(plan.fault.slowHeaders, &exchange, [&exchange, fault = plan.fault, refuse = plan.refuse] {
            refuseByFault(exchange, fault, refuse);
        });
        return;
    }
    if (plan.contextTokens == 0)
        plan.contextTokens = ollamaDefaultContext;
    auto ticket = node.host.request(plan.model, std::min(plan.contextTokens, plan.model.contextLength), plan.keepAlive);
    if (!ticket)
        return plan.refuse(exchange, 503, u"server busy, please try again.  maximum pending requests exceeded"_s, {});
    auto *generation = new Generation(exchange, node.state, std::move(ticket), std::move(plan.encoder),
                                      std::move(plan.answer), plan.isStreamed);
    generation->start();
}

bool strikeProbe(Exchange &exchange, const Fault &fault, const Refuse &refuse, const std::function<void()> &proceed)
{
    exchange.setFault(fault);
    if (fault.status == 0 && fault.slowHeaders == 0ms)
        return false;
    QTimer::singleShot(fault.slowHeaders, &exchange, [&exchange, fault, refuse, proceed] {
        fault.status > 0 ? refuseByFault(exchange, fault, refuse) : proceed();
    });
    return true;
}

void answerNotFound(Exchange &exchange) { exchange.respond(404, "text/plain", "404 page not found"); }

void answerMethodNotAllowed(Exchange &exchange, QByteArrayView allowed)
{
    exchange.respond(405, "text/plain", "405 method not allowed", {{"Allow"_ba, allowed.toByteArray()}});
}

}
