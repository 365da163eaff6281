# SPDX-License-Identifier: Apache-2.0
"""The rows of the benchmark. Each function measures one and yields its lines; `full` is the daemon as users run it."""
import statistics
import time
from contextlib import ExitStack

import gateways
from bench import Line, Samples, judged
from processes import rss_mib

OURS = "full"


def per_request(bench, body, connections=8, **options):
    def measure(target):
        result = bench.load(target, "requests", connections=connections, seconds=bench.seconds, body=body, **options)
        seconds, requests = max(result["cpu"], 1e-9), max(result["requests"], 1)
        return result | {"cpu_us": seconds / requests * 1e6, "per_core": requests / seconds}
    return measure


def cpu(bench):
    """CPU per request and requests per second, concurrency 8, 150 B."""
    with ExitStack() as stack:
        keys = [stack.enter_context(bench.keys_only())] if bench.keys_only else []
        samples = bench.interleaved(per_request(bench, 150), [*bench.targets, *keys])
    line = samples.line("CPU per request, 150 B, c=8", "µs", "cpu_us", "≤ 2.7 × nginx")
    yield judged(line, line.ratios.get(OURS), 2.7)
    yield samples.line("requests per second, c=8", "1/s", "per_second", digits=0)
    if keys:
        policy = samples.ratios("cpu_us", "keys").get(OURS)
        line = Line("CPU per request, full policy to key check only", "×", {OURS: policy})
        yield judged(line, policy, 1.15)


def latency(bench):
    """Latency of one request after the other, concurrency 1."""
    samples = bench.interleaved(per_request(bench, 150, connections=1))
    yield samples.line("latency p50, c=1", "µs", "latency_us.p50")
    for quantile in ("p50", "p99"):
        yield Line(f"added latency {quantile}, c=1", "µs", samples.added(f"latency_us.{quantile}"))
    worst = samples.values("latency_us.p99")
    line = Line("latency p99, c=1: no step of 40 ms", "µs", worst)
    yield judged(line, worst.get(OURS), 20_000)


def body4k(bench):
    """CPU per request with 4 KB."""
    samples = bench.interleaved(per_request(bench, 4096))
    yield samples.line("CPU per request, 4 KB, c=8", "µs", "cpu_us")


def body400k(bench):
    """Prompts of 400 KB per second of one core."""
    samples = bench.interleaved(per_request(bench, 400_000))
    yield samples.line("400 KB prompts per core second, c=8", "1/s", "per_core", digits=0)


def body5m(bench):
    """Bodies of 5 MB: their cost, and what they do to a small request beside them."""
    samples = bench.interleaved(per_request(bench, 5_000_000, connections=2))
    yield samples.line("CPU per request, 5 MB, c=2", "µs", "cpu_us", digits=0)
    beside = {"mode": "requests", "connections": 1, "body": 5_000_000, "seconds": bench.seconds + 2}
    samples = bench.interleaved(per_request(bench, 150, connections=1, beside=beside))
    yield Line("latency p50, c=1, 5 MB bodies beside", "µs", samples.values("latency_us.p50"))
    added = samples.added("latency_us.p99")
    yield judged(Line("added latency p99, c=1, 5 MB bodies beside", "µs", added), added.get(OURS), 10_000)


def frames(bench):
    """CPU per streamed frame: 32 streams at once, 100 frames each, 20 ms apart."""
    def measure(target):
        result = bench.load(target, "stream", streams=32, frames=100, interval_us=20_000, rounds=bench.seconds)
        return result | {"cpu_us": result["cpu"] / max(result["frames"], 1) * 1e6}
    samples = bench.interleaved(measure)
    line = samples.line("CPU per frame, 32 × 100 at once", "µs", "cpu_us", "≤ 1.6 × nginx")
    yield judged(line, line.ratios.get(OURS), 1.6)
    for quantile in ("p50", "p99"):
        yield Line(f"added time to first token {quantile}, 32 at once", "µs", samples.added(f"first_us.{quantile}"))


def stream(bench):
    """Streams of 64 frames, 20 ms apart, 32 of them spread evenly in time."""
    def measure(target):
        result = bench.load(target, "stream", streams=32, frames=64, interval_us=20_000, stagger_us=625,
                            rounds=bench.seconds * 2)
        return result | {"cpu_us": result["cpu"] / max(result["frames"], 1) * 1e6}
    samples = bench.interleaved(measure)
    yield samples.line("CPU per frame, 32 × 64 spread", "µs", "cpu_us")
    first = samples.added("first_us.p50")
    yield judged(Line("added time to first token p50", "µs", first), first.get(OURS), 300)
    yield Line("added time to first token p99", "µs", samples.added("first_us.p99"))
    for what, name in (("gap between frames", "gap_us"), ("time of a frame under way", "transit_us")):
        for quantile in ("p50", "p99"):
            yield Line(f"added {what} {quantile}", "µs", samples.added(f"{name}.{quantile}"))


def idle(bench):
    """CPU per request with 2,000 idle connections beside."""
    count = 200 if bench.is_quick else 2000
    targets = bench.gateways()
    alone, beside = Samples(), Samples()
    for _ in range(bench.rounds):
        for target in targets:
            alone.add(target.name, per_request(bench, 150)(target))
            beside.add(target.name, per_request(bench, 150, idle=count)(target))
    bench.failures += [f"{name}: {reasons}" for name, reasons in (alone.failures() | beside.failures()).items()]
    values, floors = beside.values("cpu_us"), alone.values("cpu_us")
    ratios = {name: round(values[name] / floors[name], 2) for name in values}
    line = Line(f"CPU per request, c=8, {count} idle connections beside", "µs", values, ratios,
                limit="≤ 1.3 × without", note=f"ratio to none beside; nginx: {ratios.get('nginx', '?')}")
    yield judged(line, ratios.get(OURS), 1.3)


def rss(bench):
    """Resident memory of a fresh process: idle, under load, afterwards."""
    found = {"idle": {}, "loaded": {}, "after": {}}
    for name, serving in bench.fresh.items():
        with serving() as target:
            time.sleep(1)
            found["idle"][name] = round(rss_mib(target.pid), 1)
            peaks = [bench.load(target, "requests", connections=64, seconds=bench.seconds, body=size)["rss_peak"]
                     for size in (150, 4096)]
            peaks.append(bench.load(target, "stream", streams=256, frames=64, interval_us=20_000)["rss_peak"])
            found["loaded"][name] = round(max(peaks), 1)
            time.sleep(2)
            found["after"][name] = round(rss_mib(target.pid), 1)
    yield judged(Line("RSS idle", "MiB", found["idle"]), found["idle"].get(OURS), 40)
    yield Line("RSS at load (c=64, 256 streams)", "MiB", found["loaded"])
    yield Line("RSS 2 s after the load", "MiB", found["after"])


def start(bench):
    """From the start of the process to its first answered request."""
    times = {name: [] for name in bench.fresh}
    for _ in range(3 if bench.is_quick else 7):
        for name, serving in bench.fresh.items():
            times[name].append(gateways.start_seconds(serving) * 1000)
    values = {name: round(statistics.median(sample)) for name, sample in times.items()}
    yield judged(Line("start to first answered request", "ms", values), values.get(OURS), 300)


def crowd(bench):
    """10,000 users and 50,000 keys: the start, and what a request costs then."""
    if not bench.crowded:
        return
    times = [gateways.start_seconds(bench.crowded.serving) * 1000 for _ in range(3 if bench.is_quick else 7)]
    value = round(statistics.median(times))
    yield judged(Line("start with 10,000 users and 50,000 keys", "ms", {OURS: value}), value, 500)
    with bench.crowded.serving() as crowded:
        samples = bench.interleaved(per_request(bench, 150), [*bench.targets, crowded])
    ratio = samples.values("cpu_us")["crowded"] / samples.values("cpu_us")[OURS]
    yield Line("CPU per request with them to without", "×", {OURS: round(ratio, 2)})


def held(bench):
    """Slow streams held at once, a frame a second each, and the memory they take."""
    count, seconds = (500, 4) if bench.is_quick else (bench.held, 15)
    memory = {"before": {}, "during": {}, "after": {}, "each": {}}
    lost, peak = {}, {}
    for target in bench.gateways():
        bench.load(target, "stream", streams=64, frames=5, interval_us=1000)
        result = bench.load(target, "stream", streams=count, frames=seconds, interval_us=1_000_000, opening=64)
        time.sleep(3)
        lost[target.name] = result["errors"]
        peak[target.name] = result["peak"]
        memory["before"][target.name] = round(result["rss_before"], 1)
        memory["during"][target.name] = round(result["rss_peak"], 1)
        memory["each"][target.name] = round((result["rss_peak"] - result["rss_before"]) * 1024 / count, 1)
        memory["after"][target.name] = round(rss_mib(target.pid), 1)
    yield judged(Line(f"streams lost of {count} held", "", lost, limit="0"), lost.get(OURS), 0)
    yield Line("most streams live at once", "", peak)
    yield Line(f"RSS before {count} streams", "MiB", memory["before"])
    yield Line(f"RSS during {count} streams", "MiB", memory["during"])
    yield Line("RSS for each stream", "KiB", memory["each"])
    ratios = {name: round(value / memory["before"][name], 2) for name, value in memory["after"].items()}
    line = Line("RSS 3 s after they ended", "MiB", memory["after"], ratios, limit="≤ 1.2 × before",
                note=f"ratio to before; nginx: {ratios.get('nginx', '?')}")
    yield judged(line, ratios.get(OURS), 1.2)


def unread(bench):
    """A client that does not read for 3 s while the upstream has 200 MB for it, and then reads all of it."""
    grown, lost = {}, {}
    for target in bench.gateways():
        bench.load(target, "stream", streams=8, frames=200, interval_us=1000)
        model = target.model.replace("bench", "endless", 1)
        result = bench.load(target, "stream", streams=1, model=model, pause=1 if bench.is_quick else 3)
        grown[target.name] = round(result["rss_peak"] - result["rss_before"], 2)
        lost[target.name] = result["errors"]
    yield judged(Line("growth by 200 MB that nobody reads at first", "MiB", grown), grown.get(OURS), 2)
    yield Line("such streams not whole in the end", "", lost)


def abort(bench):
    """Clients that go at any phase: how long the upstream works on for nobody."""
    count = 20 if bench.is_quick else 200
    values = _aborts(bench, bench.gateways(), count, bench.direct.port)
    yield judged(Line(f"client gone to upstream quiet p99 of {count}", "ms", values), values.get(OURS), 50)
    if not bench.setup.has("moe-simnode") or not bench.setup.has("moed"):
        missing = "simnode" if not bench.setup.has("moe-simnode") else "moed"
        yield Line("the same with the simulated node", "ms", {}, note=f"not measured: no {missing}")
        return
    with gateways.simnode(bench.setup) as node, \
            gateways.moed(bench.setup, node.port, OURS, api_type="ollama", model="bench:latest") as target:
        values = _aborts(bench, [target], count, node.port)
    yield judged(Line("the same with the simulated node", "ms", values), values.get(OURS), 50)


def _aborts(bench, targets, count, state_port):
    values = {}
    for target in targets:
        result = bench.load(target, "abort", aborts=count, state_port=state_port)
        values[target.name] = round(result["quiet_seen_us.p99"] / 1000, 1)
        if result["errors"]:
            bench.failures.append(f"abort, {target.name}: {result['reasons']}")
    return values


ROWS = {row.__name__: row for row in (cpu, latency, body4k, body400k, body5m, frames, stream, idle, rss, start, crowd,
                                      held, unread, abort)}
