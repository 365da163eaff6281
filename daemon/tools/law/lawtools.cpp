// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/lawtools.h"

#include "daemon/tools/calculation.h"
#include "daemon/tools/law/lawdesk.h"

namespace moe::law {

namespace {

constexpr qsizetype largestQuestion = 16 * 1024; // a name, a citation or a few words: beyond it nothing is read

/// Whether the time was spent on waiting for the index or on searching it is all the same to callers.
Error asToolError(Error error)
{
    if (error.code == ErrorCode::Timeout)
        error.reason = u"too_slow"_s;
    return error;
}

/// A question that one of the desk's functions answers.
template <typename Input, typename Output>
class LawTool final : public tools::Tool
{
public:
    using Function = Task<Output> (LawDesk::*)(Input, RequestContext) const;

    LawTool(std::shared_ptr<const LawDesk> desk, const tools::CalculationInfo &info, Function function)
        : m_desk(std::move(desk))
        , m_info(tools::toolInfo(info, wire::schemaOf<Input>, wire::schemaOf<Output>))
        , m_function(function)
    { }

    [[nodiscard]] const tools::ToolInfo &info() const override { return m_info; }

    [[nodiscard]] Task<tools::ToolResult> call(QByteArray arguments, RequestContext context) const override
    {
        CO_TRY_VOID(tools::checkCall(arguments, context));
        if (arguments.size() > largestQuestion)
            co_return failure(Error::of(ErrorCode::TooLarge,
                                        u"The question has more than %1 KiB."_s.arg(largestQuestion / 1024),
                                        u"arguments_too_large"_s));
        auto input = wire::read<Input>(arguments, wire::UnknownKeys::Refuse);
        if (!input)
            co_return failure(tools::asCallError(input.error()));
        const Result<Output> output = co_await (m_desk.get()->*m_function)(*std::move(input), std::move(context));
        if (!output)
            co_return failure(asToolError(output.error()));
        co_return tools::withinLimits(tools::ToolResult{wire::write(*output), textOf(*output)});
    }

private:
    const std::shared_ptr<const LawDesk> m_desk;
    const tools::ToolInfo m_info;
    const Function m_function;
};

template <typename Input, typename Output>
std::shared_ptr<const tools::Tool> lawTool(const std::shared_ptr<const LawDesk> &desk,
                                           const tools::CalculationInfo &info,
                                           Task<Output> (LawDesk::*function)(Input, RequestContext) const)
{
    return std::make_shared<LawTool<Input, Output>>(desk, info, function);
}

}

tools::ToolList lawTools(LawIndex &index)
{
    const auto desk = std::make_shared<const LawDesk>(index);
    return {lawTool(desk,
                    {"legal_search_laws"_L1, "Find German laws"_L1,
                     "Finds German federal statutes by topic, name or words, such as Mietrecht, and says where in "
                     "them to look."_L1},
                    &LawDesk::searchLaws),
            lawTool(desk,
                    {"legal_get_law_overview"_L1, "Contents of a German law"_L1,
                     "The contents of a German federal statute: its sections and the titles of its paragraphs."_L1},
                    &LawDesk::overview),
            lawTool(desk,
                    {"legal_get_paragraph"_L1, "Text of a German paragraph"_L1,
                     "The exact text of one paragraph or article of a German federal statute, such as \xa7 433 BGB or "
                     "Art. 1 GG."_L1},
                    &LawDesk::paragraph),
            lawTool(desk,
                    {"legal_fulltext_search"_L1, "Search the text of German laws"_L1,
                     "Finds paragraphs of German federal statutes by the words in them, in any inflection."_L1},
                    &LawDesk::searchTexts)};
}

}
