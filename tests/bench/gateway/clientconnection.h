// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/gateway/eventloop.h"
#include "tests/bench/gateway/responseparser.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace moe::bench {

class ClientConnection;

/// Hears what happens on client connections.
class ClientEvents
{
public:
    virtual void connected(ClientConnection &connection) = 0;
    /// A part of an answer's body.
    virtual void received(ClientConnection &, std::string_view) { }
    /// The whole answer is there; send() may be called for the next one while isKeptAlive().
    virtual void answered(ClientConnection &connection) = 0;
    /// Cut, refused or not HTTP; the connection is gone.
    virtual void failed(ClientConnection &connection, std::string_view reason) = 0;
    virtual void woken(ClientConnection &) { }

protected:
    ~ClientEvents() = default;
};

/// One HTTP/1.1 connection to a port of the loopback interface, one request at a time. Owned by its loop.
class ClientConnection : public Watcher
{
public:
    /// Starts connecting. `slot` is the caller's own mark.
    static ClientConnection &open(EventLoop &loop, ClientEvents &events, std::uint16_t port, std::size_t slot);

    ClientConnection(EventLoop &loop, ClientEvents &events, Descriptor socket, std::size_t slot);

    /// `request` must stay alive until it is answered.
    void send(std::string_view request);
    /// Stops or resumes reading.
    void setReading(bool isReading);
    void close();

    std::size_t slot() const { return m_slot; }
    const ResponseParser &response() const { return m_parser; }

    int descriptor() const override { return m_socket.value(); }
    void ready(std::uint32_t events) override;
    void wake() override { m_events.woken(*this); }

private:
    bool hasConnected();
    void write();
    void read();
    void fail(std::string_view reason);
    void watch();

    EventLoop &m_loop;
    ClientEvents &m_events;
    Descriptor m_socket;
    ResponseParser m_parser;
    ResponseParser::BodySink m_sink;
    std::string_view m_unsent;
    std::uint32_t m_watched;
    std::size_t m_slot;
    bool m_isConnected = false;
    bool m_isReading = true;
    bool m_isAwaiting = false;
    bool m_isClosed = false;
};

/// A socket that is connecting to the port, not blocking.
Descriptor connectingSocket(std::uint16_t port);

}
