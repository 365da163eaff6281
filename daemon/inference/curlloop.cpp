// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/curlloop.h"

#include <QCoreApplication>
#include <QEvent>

#include <algorithm>
#include <mutex>

#include <unistd.h>

namespace moe::inference {

namespace {

constexpr std::size_t idleHandleLimit = 32;
// Busy ones count too: beyond so many at once a connection is closed when its answer ends, and the next request opens
// another. More would be kept for good after a rush, with their memory.
constexpr long keptConnections = 128;
constexpr std::chrono::milliseconds clockInterval{250};
// With a limit, however high, curl reads once when a socket is readable instead of until there is nothing left: one
// system call less for each frame of a stream.
constexpr curl_off_t noSpeedLimit = curl_off_t(1) << 50;

const QEvent::Type turnEvent = QEvent::Type(QEvent::registerEventType());

void initialiseCurlOnce()
{
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

QByteArray partOf(CURLU *url, CURLUPart part)
{
    char *text = nullptr;
    curl_url_get(url, part, &text, 0);
    const QByteArray copy(text);
    curl_free(text);
    return copy;
}

}

CurlLoop::Watch::Watch(CurlLoop *loop, curl_socket_t descriptor)
    : read(descriptor, QSocketNotifier::Read,
           [this, loop, descriptor] {
               if (isUsed)
                   loop->noteActive(descriptor, CURL_CSELECT_IN);
               else // a kept connection that its server closed: curl notices when it wants to use it again
                   read.setEnabled(false);
           })
    , write(descriptor, QSocketNotifier::Write, [loop, descriptor] { loop->noteActive(descriptor, CURL_CSELECT_OUT); })
{ }

void CurlLoop::Watch::disable()
{
    isUsed = false;
    isConnection = false;
    read.setEnabled(false);
    write.setEnabled(false);
}

CurlLoop::CurlLoop(QByteArray caFile) : m_caFile(std::move(caFile)), m_multi((initialiseCurlOnce(), curl_multi_init()))
{
    curl_multi_setopt(m_multi, CURLMOPT_SOCKETFUNCTION, &CurlLoop::onSocket);
    curl_multi_setopt(m_multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(m_multi, CURLMOPT_TIMERFUNCTION, &CurlLoop::onTimer);
    curl_multi_setopt(m_multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(m_multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    curl_multi_setopt(m_multi, CURLMOPT_MAXCONNECTS, keptConnections);
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_context, [this] { wantTurn(); });
    QObject::connect(&m_clock, &QTimer::timeout, &m_context, [this] { checkTime(); });
    m_clock.start(clockInterval);
}

CurlLoop::~CurlLoop()
{
    Q_ASSERT(m_transfers.empty());
    for (CURL *const handle : m_idleHandles)
        curl_easy_cleanup(handle);
    curl_multi_cleanup(m_multi);
    for (curl_slist *const headers : std::as_const(m_headers))
        curl_slist_free_all(headers);
    for (const Address &address : std::as_const(m_addresses))
        curl_url_cleanup(address.origin);
}

std::unique_ptr<Transfer> CurlLoop::start(UpstreamRequest request, TransferSink &sink)
{
    return std::make_unique<Transfer>(*this, std::move(request), sink);
}

CURL *CurlLoop::takeHandle()
{
    if (!m_idleHandles.empty()) {
        CURL *const handle = m_idleHandles.back();
        m_idleHandles.pop_back();
        return handle;
    }
    CURL *const handle = curl_easy_init();
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1)); // cancelling must close the connection
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PROXY, ""); // whatever the environment says
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "*"); // or curl looks there for each request
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    if (!m_caFile.isEmpty())
        curl_easy_setopt(handle, CURLOPT_CAINFO, m_caFile.constData());
    curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, &CurlLoop::onOpen);
    curl_easy_setopt(handle, CURLOPT_SOCKOPTDATA, this);
    curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, &CurlLoop::onClose);
    curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, this);
    curl_easy_setopt(handle, CURLOPT_MAX_RECV_SPEED_LARGE, noSpeedLimit);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Transfer::onWrite);
    return handle;
}

void CurlLoop::giveBack(CURL *handle)
{
    if (m_idleHandles.size() < idleHandleLimit)
        m_idleHandles.push_back(handle);
    else
        curl_easy_cleanup(handle);
}

curl_slist *CurlLoop::headersFor(const QByteArray &token)
{
    curl_slist *&headers = m_headers[token];
    if (!headers) {
        headers = curl_slist_append(headers, "Content-Type: application/json");
        headers = curl_slist_append(headers, "Expect:"); // no waiting for "100 Continue"
        if (!token.isEmpty())
            headers = curl_slist_append(headers, QByteArray("Authorization: Bearer " + token).constData());
    }
    return headers;
}

const CurlLoop::Address &CurlLoop::parsed(const QByteArray &url)
{
    Address &address = m_addresses[url];
    if (!address.origin) {
        address.origin = curl_url();
        curl_url_set(address.origin, CURLUPART_URL, url.constData(), 0); // if it fails, so does every transfer with it
        address.target = partOf(address.origin, CURLUPART_PATH);
        if (const QByteArray query = partOf(address.origin, CURLUPART_QUERY); !query.isEmpty())
            address.target += '?' + query;
        curl_url_set(address.origin, CURLUPART_PATH, nullptr, 0);
        curl_url_set(address.origin, CURLUPART_QUERY, nullptr, 0);
    }
    return address;
}

CurlLoop::Watch &CurlLoop::watchFor(curl_socket_t descriptor)
{
    const auto index = std::size_t(descriptor);
    if (index >= m_watches.size())
        m_watches.resize(std::max(index + 1, m_watches.size() * 2));
    if (!m_watches[index])
        m_watches[index] = std::make_unique<Watch>(this, descriptor);
    return *m_watches[index];
}

int CurlLoop::onSocket(CURL *, curl_socket_t descriptor, int what, void *self, void *)
{
    Watch &watch = static_cast<CurlLoop *>(self)->watchFor(descriptor);
    if (what == CURL_POLL_REMOVE && !watch.isConnection) {
        watch.disable(); // the resolver's: it is closed without a word, and its number may come back at once
        return 0;
    }
    watch.isUsed = what != CURL_POLL_REMOVE;
    if (watch.isUsed)
        watch.read.setEnabled(what == CURL_POLL_IN || what == CURL_POLL_INOUT);
    watch.write.setEnabled(what == CURL_POLL_OUT || what == CURL_POLL_INOUT);
    return 0;
}

int CurlLoop::onOpen(void *self, curl_socket_t descriptor, curlsocktype)
{
    static_cast<CurlLoop *>(self)->watchFor(descriptor).isConnection = true;
    return CURL_SOCKOPT_OK;
}

int CurlLoop::onClose(void *self, curl_socket_t descriptor)
{
    // The number may come back at once as another socket: nothing may be left watching it.
    auto &watches = static_cast<CurlLoop *>(self)->m_watches;
    if (std::size_t(descriptor) < watches.size())
        watches[std::size_t(descriptor)].reset();
    return ::close(descriptor);
}

int CurlLoop::onTimer(CURLM *, long milliseconds, void *self)
{
    static_cast<CurlLoop *>(self)->setTimeout(milliseconds);
    return 0;
}

// Curl changes its mind several times in a request: the timer is left to wake too early rather than set anew.
void CurlLoop::setTimeout(long milliseconds)
{
    if (milliseconds < 0) {
        m_timeout = Clock::Steady::max();
        return;
    }
    const std::chrono::milliseconds wait(milliseconds);
    m_timeout = std::chrono::steady_clock::now() + wait;
    if (milliseconds == 0)
        wantTurn();
    else if (!m_timer.isActive() || m_timer.remainingTimeAsDuration() > wait)
        m_timer.start(wait);
}

void CurlLoop::noteActive(curl_socket_t descriptor, int what)
{
    m_active.emplace_back(descriptor, what);
    wantTurn();
}

void CurlLoop::wantTurn()
{
    if (!std::exchange(m_isTurnPosted, true))
        QCoreApplication::postEvent(&m_context, new QEvent(turnEvent));
}

bool CurlLoop::Context::event(QEvent *event)
{
    if (event->type() != turnEvent)
        return QObject::event(event);
    m_loop.turn();
    return true;
}

bool CurlLoop::isTimeoutDue() const
{
    return m_timeout != Clock::Steady::max() && m_timeout <= std::chrono::steady_clock::now();
}

void CurlLoop::turn()
{
    int running = 0;
    m_served.swap(m_active);
    for (const auto &[descriptor, what] : m_served) {
        if (watchFor(descriptor).isUsed) // not closed meanwhile
            curl_multi_socket_action(m_multi, descriptor, what, &running);
    }
    m_served.clear();
    if (isTimeoutDue()) {
        curl_multi_socket_action(m_multi, CURL_SOCKET_TIMEOUT, 0, &running);
        long milliseconds = -1;
        curl_multi_timeout(m_multi, &milliseconds); // it does not repeat what it last said to onTimer()
        setTimeout(milliseconds);
    } else if (m_timeout != Clock::Steady::max() && !m_timer.isActive()) {
        m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(m_timeout - std::chrono::steady_clock::now()));
    }
    collectFinished();
    m_isTurnPosted = false; // what comes up from here on takes another turn
    if (isTimeoutDue())
        wantTurn();
    deliver();
}

void CurlLoop::collectFinished()
{
    int left = 0;
    while (const CURLMsg *const message = curl_multi_info_read(m_multi, &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        Transfer *transfer = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        const CURLcode code = message->data.result;
        curl_multi_remove_handle(m_multi, message->easy_handle);
        if (transfer->retriesOnFreshConnection(code)) {
            transfer->begin(true);
            continue;
        }
        if (code == CURLE_OK) {
            transfer->noteHead();
            transfer->m_result = std::expected<void, TransferFailure>();
        } else {
            transfer->m_result = std::unexpected(Transfer::failureOf(code));
        }
        queue(transfer);
    }
}

void CurlLoop::queue(Transfer *transfer)
{
    if (std::exchange(transfer->m_isQueued, true))
        return;
    m_ready.push_back(transfer);
    wantTurn();
}

void CurlLoop::deliver()
{
    for (std::size_t i = 0; i < m_ready.size(); ++i) { // a sink may add to it
        if (m_ready[i])
            deliverTo(i);
    }
    m_ready.clear();
}

void CurlLoop::deliverTo(std::size_t place)
{
    Transfer *const transfer = m_ready[place];
    transfer->m_isQueued = false;
    const auto isGone = [this, place] { return m_ready[place] == nullptr; }; // the sink may destroy the transfer
    if (transfer->m_isHeadComplete && !std::exchange(transfer->m_hasBegun, true)) {
        transfer->m_sink.transferBegan(transfer->m_status);
        if (isGone())
            return;
    }
    if (!transfer->m_waiting.isEmpty()) {
        transfer->m_sink.transferData(std::exchange(transfer->m_waiting, QByteArray()));
        if (isGone())
            return;
    }
    if (std::exchange(transfer->m_isHeldBack, false) && !transfer->m_isPaused && !transfer->m_result)
        curl_easy_pause(transfer->m_handle, CURLPAUSE_CONT);
    if (transfer->m_result && transfer->m_waiting.isEmpty()) {
        const auto result = *transfer->m_result;
        transfer->m_sink.transferEnded(result);
    }
}

void CurlLoop::checkTime()
{
    const auto now = std::chrono::steady_clock::now();
    for (Transfer *const transfer : m_transfers) {
        if (transfer->m_result)
            continue;
        if (const auto failure = transfer->overdue(now)) {
            curl_multi_remove_handle(m_multi, transfer->m_handle);
            transfer->m_result = std::unexpected(*failure);
            queue(transfer);
        }
    }
}

void CurlLoop::leave(Transfer *transfer)
{
    std::erase(m_transfers, transfer);
    std::ranges::replace(m_ready, transfer, nullptr);
}

}
