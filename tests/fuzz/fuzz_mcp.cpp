// SPDX-License-Identifier: Apache-2.0
// Messages of the Model Context Protocol: whatever comes, a session answers each request once, with JSON.
#include "daemon/tools/catalogue.h"
#include "daemon/tools/mcp/sessions.h"
#include "daemon/tools/mcp/toolbox.h"
#include "shared/wire/jsonscan.h"

#include <cstdlib>

using namespace moe;
using namespace moe::tools;

namespace {

/// No tools at all.
class EmptyBox final : public mcp::ToolBox
{
public:
    [[nodiscard]] QList<ToolInfo> list() const override { return {}; }
    [[nodiscard]] Task<mcp::CallResult> call(QString, QByteArray, std::shared_ptr<mcp::Conversation>,
                                             RequestContext) override
    {
        co_return failure(Error::of(ErrorCode::NotFound, QStringLiteral("unknown")));
    }
};

class Counter final : public mcp::Outlet
{
public:
    void send(QByteArray message) override
    {
        if (!json::validate(message))
            std::abort();
        ++count;
    }
    [[nodiscard]] bool isOpen() const override { return true; }

    qsizetype count = 0;
};

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static mcp::Server server({QStringLiteral("fuzz"), {}, QStringLiteral("1"), {}});
    static const bool isReady = [] {
        mcp::addTools(server);
        mcp::addLogging(server);
        return true;
    }();
    auto messages = mcp::readMessages(QByteArrayView(data, qsizetype(size)));
    if (!messages || !isReady)
        return 0;
    const auto session = std::make_shared<mcp::Session>(server, "fuzz");
    const auto counter = std::make_shared<Counter>();
    const auto box = std::make_shared<EmptyBox>();
    qsizetype expected = 0;
    for (mcp::Message &message : messages->list) {
        expected += message.kind == mcp::Message::Kind::Request || message.kind == mcp::Message::Kind::Invalid;
        const auto handled = session->handle(std::move(message), {counter, box}, {});
        if (!handled.isReady()) // nothing here waits
            std::abort();
    }
    if (counter->count != expected)
        std::abort();
    return 0;
}
