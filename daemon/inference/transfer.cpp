// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/curlloop.h"

namespace moe::inference {

namespace {

constexpr qsizetype waitingLimit = 64 * 1024;

// Room for the request's head and body, from what curl takes at least to what it takes by default.
long uploadBuffer(qsizetype bodySize) { return long(std::clamp<qsizetype>(bodySize + 1024, 16 * 1024, 64 * 1024)); }

}

Transfer::Transfer(CurlLoop &loop, UpstreamRequest request, TransferSink &sink)
    : m_loop(loop)
    , m_sink(sink)
    , m_request(std::move(request))
    , m_handle(loop.takeHandle())
{
    curl_easy_setopt(m_handle, CURLOPT_PRIVATE, this);
    curl_easy_setopt(m_handle, CURLOPT_WRITEDATA, this);
    const CurlLoop::Address &address = loop.parsed(m_request.url);
    curl_easy_setopt(m_handle, CURLOPT_CURLU, address.origin);
    curl_easy_setopt(m_handle, CURLOPT_REQUEST_TARGET, address.target.constData());
    curl_easy_setopt(m_handle, CURLOPT_HTTPHEADER, loop.headersFor(m_request.token));
    if (m_request.body.isEmpty()) {
        curl_easy_setopt(m_handle, CURLOPT_HTTPGET, 1L);
    } else {
        curl_easy_setopt(m_handle, CURLOPT_POST, 1L);
        curl_easy_setopt(m_handle, CURLOPT_POSTFIELDS, m_request.body.constData()); // not copied: lives as long as this
        curl_easy_setopt(m_handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(m_request.body.size()));
        curl_easy_setopt(m_handle, CURLOPT_UPLOAD_BUFFERSIZE, uploadBuffer(m_request.body.size()));
    }
    m_loop.m_transfers.push_back(this);
    begin(false);
}

void Transfer::begin(bool isFresh)
{
    m_begunAt = m_lastByte = std::chrono::steady_clock::now();
    curl_easy_setopt(m_handle, CURLOPT_FRESH_CONNECT, isFresh ? 1L : 0L);
    if (curl_multi_add_handle(m_loop.m_multi, m_handle) == CURLM_OK) // sent in the loop's next turn
        return;
    m_result = std::unexpected(TransferFailure::Unreadable);
    m_loop.queue(this);
}

Transfer::~Transfer()
{
    if (!m_result)
        curl_multi_remove_handle(m_loop.m_multi, m_handle); // closes a connection with an answer under way
    curl_easy_setopt(m_handle, CURLOPT_POSTFIELDS, nullptr);
    m_loop.leave(this);
    m_loop.giveBack(m_handle);
}

void Transfer::setPaused(bool isPaused)
{
    if (std::exchange(m_isPaused, isPaused) == isPaused || m_result)
        return;
    m_lastByte = std::chrono::steady_clock::now(); // our own pause is not the server's silence
    if (isPaused)
        curl_easy_pause(m_handle, CURLPAUSE_RECV);
    else if (!m_isHeldBack)
        curl_easy_pause(m_handle, CURLPAUSE_CONT);
}

/// What has come of the answer so far says whether its head was complete: curl is not asked to report every line.
void Transfer::noteHead()
{
    if (m_isHeadComplete)
        return;
    long status = 0;
    curl_easy_getinfo(m_handle, CURLINFO_RESPONSE_CODE, &status);
    m_status = int(status);
    m_isHeadComplete = status >= 200;
}

size_t Transfer::onWrite(char *data, size_t size, size_t count, void *self)
{
    auto *const transfer = static_cast<Transfer *>(self);
    transfer->noteHead();
    if (transfer->m_waiting.size() >= waitingLimit || transfer->m_isPaused) {
        transfer->m_isHeldBack = true;
        transfer->m_loop.queue(transfer);
        return CURL_WRITEFUNC_PAUSE;
    }
    transfer->m_waiting.append(data, qsizetype(size * count));
    transfer->m_lastByte = std::chrono::steady_clock::now();
    transfer->m_loop.queue(transfer);
    return size * count;
}

bool Transfer::retriesOnFreshConnection(CURLcode code)
{
    if (code != CURLE_GOT_NOTHING && code != CURLE_SEND_ERROR && code != CURLE_RECV_ERROR)
        return false;
    // Only a kept connection can have died unnoticed, and only before anything of the answer came.
    long newConnections = 0;
    long status = 0;
    curl_easy_getinfo(m_handle, CURLINFO_NUM_CONNECTS, &newConnections);
    curl_easy_getinfo(m_handle, CURLINFO_RESPONSE_CODE, &status);
    return newConnections == 0 && status == 0 && !std::exchange(m_isRetried, true);
}

TransferFailure Transfer::failureOf(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_OPERATION_TIMEDOUT: // curl only watches the time to connect, and that for minutes
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION: return TransferFailure::Unreachable;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return TransferFailure::Cut;
    default: return TransferFailure::Unreadable;
    }
}

bool Transfer::isConnected() const
{
    curl_off_t microseconds = 0; // until the request could be sent
    curl_easy_getinfo(m_handle, CURLINFO_PRETRANSFER_TIME_T, &microseconds);
    return microseconds > 0;
}

std::optional<TransferFailure> Transfer::overdue(Clock::Steady now) const
{
    if (now >= m_request.deadline)
        return TransferFailure::Deadline;
    // Not by curl: it would keep a timer for the whole transfer and sort it in anew with every frame.
    if (now >= m_begunAt + m_request.connectTime && !isConnected())
        return TransferFailure::Unreachable;
    if (!m_isPaused && !m_isHeldBack && now >= m_lastByte + m_request.silentTime)
        return TransferFailure::Silent;
    return {};
}

}
