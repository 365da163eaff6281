// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/toolbox.h"

/// What the official conformance suite wants of a server under test, whether the daemon offers such things or not.
namespace moe::test {

/// The suite's tools.
class FixtureBox final : public tools::mcp::ToolBox
{
public:
    [[nodiscard]] QList<tools::ToolInfo> list() const override;
    [[nodiscard]] Task<tools::mcp::CallResult> call(QString name, QByteArray arguments,
                                                    std::shared_ptr<tools::mcp::Conversation> conversation,
                                                    RequestContext context) override;
};

/// Its prompts, resources and completions.
void addFixtures(tools::mcp::Server &server);

}
