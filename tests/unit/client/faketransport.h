// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/client/controltransport.h"

#include <vector>

namespace moe::test {

/// A daemon that is one function. Remembers what it was asked; its live feed tells what `feeds` hold, one for each time
/// that somebody listens, and then says that it is gone for good.
class FakeTransport final : public client::ControlTransport
{
public:
    using Answer = std::function<Result<control::Reply>(const control::Request &)>;

    explicit FakeTransport(Answer answer) : m_answer(std::move(answer)) { }

    Task<control::Reply> send(control::Request request, RequestContext) override
    {
        requests.push_back(request);
        co_return m_answer(request);
    }
    Task<void> listen(QByteArray lastEventId, std::function<void(QByteArrayView)> onBytes, RequestContext) override
    {
        resumedFrom.push_back(lastEventId);
        if (resumedFrom.size() > feeds.size())
            co_return failure(Error::of(ErrorCode::Unauthenticated, QStringLiteral("signed out")));
        onBytes(feeds[resumedFrom.size() - 1]);
        co_return Result<void>();
    }

    std::vector<control::Request> requests;
    std::vector<QByteArray> feeds;
    std::vector<QByteArray> resumedFrom;

private:
    const Answer m_answer;
};

}
