// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/scenario.h"

namespace moe::sim {

namespace {

bool fits(const Rule &rule, const QString &content)
{
    if (!rule.contains.isEmpty() && !content.contains(rule.contains))
        return false;
    return !rule.matches || rule.matches->match(content).hasMatch();
}

bool isSystem(const Message &message) { return message.role == u"system" || message.role == u"developer"; }

// Of the user's messages only the last one counts: earlier turns of a conversation have had their answers.
bool fits(const Rule &rule, const QList<Message> &messages)
{
    switch (rule.role) {
    case RuleRole::Any:
        if (rule.contains.isEmpty() && !rule.matches)
            return true;
        return std::ranges::any_of(messages, [&](const Message &each) { return fits(rule, each.content); });
    case RuleRole::System:
        return std::ranges::any_of(messages,
                                   [&](const Message &each) { return isSystem(each) && fits(rule, each.content); });
    case RuleRole::User: {
        const auto last = std::find_if(messages.rbegin(), messages.rend(),
                                       [](const Message &each) { return each.role == u"user"; });
        return last != messages.rend() && fits(rule, last->content);
    }
    }
    Q_UNREACHABLE_RETURN(false);
}

}

void Scenario::configure(std::shared_ptr<const Config> config)
{
    m_config = std::move(config);
    reset();
}

void Scenario::reset()
{
    m_ruleUses.assign(size_t(m_config->rules.size()), 0);
    m_ruleFaultUses = m_ruleUses;
    m_faultUses = 0;
    m_random.seed(m_config->seed);
}

const Rule *Scenario::takeRule(const GenerationRequest &request)
{
    for (qsizetype i = 0; i < m_config->rules.size(); ++i) {
        const Rule &rule = m_config->rules[i];
        int &uses = m_ruleUses[size_t(i)];
        if (rule.times >= 0 && uses >= rule.times)
            continue;
        if (!rule.model.isEmpty() && rule.model != request.model)
            continue;
        if (!fits(rule, request.messages))
            continue;
        ++uses;
        return &rule;
    }
    return nullptr;
}

Fault Scenario::takeFault(const Rule *rule)
{
    if (rule && rule->fault) {
        const auto index = size_t(rule - m_config->rules.constData());
        return strikes(*rule->fault, m_ruleFaultUses[index]) ? *rule->fault : Fault{};
    }
    if (m_config->fault && strikes(*m_config->fault, m_faultUses))
        return *m_config->fault;
    return {};
}

Fault Scenario::takeProbeFault()
{
    if (m_config->fault && m_config->fault->hitsEveryPath && strikes(*m_config->fault, m_faultUses))
        return *m_config->fault;
    return {};
}

bool Scenario::strikes(const Fault &fault, int &used)
{
    if (fault.times >= 0 && used >= fault.times)
        return false;
    if (fault.probability < 1 && m_random.generateDouble() >= fault.probability)
        return false;
    ++used;
    return true;
}

}
