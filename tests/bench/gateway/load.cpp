// SPDX-License-Identifier: Apache-2.0
// moe-bench-load MODE --port N [--key K] [--model M] [--driven 1] …: load on a gateway, reported as JSON.
//   requests --connections N --seconds S [--requests N] [--body BYTES | --path PATH --json BODY] [--idle N]
//   stream   --streams N [--rounds N] [--frames N] [--interval-us N] [--stagger-us N] [--opening N] [--pause S]
//   abort    --aborts N --state-port N [--seed N]
#include "tests/bench/gateway/eventloop.h"
#include "tests/bench/gateway/modes.h"

#include <algorithm>
#include <cstdio>
#include <format>
#include <print>

using namespace moe::bench;

Target::Target(const Options &options)
    : port(static_cast<std::uint16_t>(options.count("port", 0)))
    , key(options.text("key", ""))
    , model(options.text("model", "bench"))
    , path(options.text("path", ""))
    , json(options.text("json", ""))
{ }

std::string Target::request(std::size_t bodyBytes, bool isStream, std::size_t frames, std::size_t intervalUs) const
{
    std::string start = std::format(R"({{"model":"{}","stream":{},)", model, isStream);
    if (frames > 0)
        start += std::format(R"("max_tokens":{},)", frames);
    if (intervalUs > 0)
        start += std::format(R"("bench_interval_us":{},)", intervalUs);
    start += R"("messages":[{"role":"user","content":")";
    const std::string_view end = R"("}]})";
    const std::size_t filler = bodyBytes - std::min(bodyBytes, start.size() + end.size());
    const std::string authorization = key.empty() ? "" : std::format("Authorization: Bearer {}\r\n", key);
    const std::string content = path.empty() ? start + std::string(filler, 'x') + std::string(end) : json;
    return std::format("POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{}"
                       "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                       path.empty() ? "/v1/chat/completions" : path, port, authorization, content.size(), content);
}

int main(int argc, char **argv)
{
    const std::string_view mode = argc > 1 ? argv[1] : "";
    const Options options(argc, argv, 2);
    prepareProcess();
    if (mode == "requests")
        return runRequests(options);
    if (mode == "stream")
        return runStreams(options);
    if (mode == "abort")
        return runAborts(options);
    std::println(stderr, "The mode must be one of: requests, stream, abort");
    return 2;
}
