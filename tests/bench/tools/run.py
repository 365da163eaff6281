#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What calls of the precision tools cost over HTTP, one daemon with its workers, and how long others wait while
hostile calls of two users are under way. CPU is the daemon's and its workers'. With --check nothing is measured: every
hostile call must end in time with an answer or a proper error, while another's calls go on."""
import argparse
import collections
import http.client
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "gateway"))

import hostile  # noqa: E402
from processes import BenchError, Cpu, Process, wait_for  # noqa: E402

SIMPLE = [
    ("day_of_week", {"date_str": "2026-11-21"}),
    ("date_diff", {"date1": "2024-02-29", "date2": "2026-11-21"}),
    ("gcd_lcm", {"a": 123456789, "b": 987654321}),
    ("hash_text", {"text": "The quick brown fox", "algorithm": "sha256"}),
    ("subnet_calc", {"cidr": "192.168.178.0/22"}),
    ("unit_convert", {"value": 100, "from_unit": "°C", "to_unit": "°F"}),
]
CALCULATED = ["123456789.123456789*1000", "sqrt(2)", "17.3 % von 2489,50", "2^300"]
PROBE = SIMPLE[0]


LONGEST_CALL = 2.5   # seconds; a call may take 2 itself
LONGEST_STALL = 5    # seconds, of a check, where sanitizers and other tests slow everything down


class Daemon:
    """A daemon with three users, who may call every tool."""

    def __init__(self, binaries, folder):
        self._binaries, self._folder = binaries, folder
        self.port, self.pid, self.key = 0, 0, ""
        self.attackers = []  # keys of two others

    @contextmanager
    def serving(self):
        command = [self._binaries / "moed", "--data-dir", self._folder]
        for name in ("api", "mcp", "control"):
            command += [f"--{name}-port", "0"]
        with Process(command, log=self._folder / "moed.log") as process:
            ready = wait_for(self._ready, "ready.json")
            self.port, self.pid = ready["mcp"], ready["pid"]
            self.key, *self.attackers = [self._add_user(name) for name in ("bench", "first", "second")]
            yield process

    def invoke(self, connection, key, tool, arguments):
        body = json.dumps({"tool": tool, "args": arguments})
        connection.request("POST", "/invoke", body, {"Authorization": f"Bearer {key}"})
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"{}")

    def _add_user(self, name):
        self._ctl("user", "add", name)
        self._ctl("permission", "grant", "--user", name, "--type", "mcp_tool", "--resource", "*")
        return self._ctl("key", "create", "--user", name, "--label", "bench", "--requests-per-minute", "1000000",
                         "--parallel", "1000")["key"]

    def load(self, tool, arguments, connections, seconds):
        """Closed loop; the report of the load generator with the CPU that the daemon and its workers took."""
        command = [self._binaries / "moe-bench-load", "requests", "--port", self.port, "--key", self.key, "--driven", 1,
                   "--connections", connections, "--seconds", seconds, "--path", "/invoke",
                   "--json", json.dumps({"tool": tool, "args": arguments})]
        with Process(command) as process:
            process.line()
            cpu = Cpu(self.pid)
            process.tell("go")
            result = json.loads(process.line(timeout=180))
            result["cpu_us"] = cpu.seconds() / max(result["requests"], 1) * 1e6
            process.tell("end")
        if result["errors"]:
            raise BenchError(f"{tool}: {result['reasons']}")
        return result

    def _ready(self):
        try:
            return json.loads((self._folder / "ready.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def _ctl(self, *arguments):
        command = [self._binaries / "moectl", "--data-dir", self._folder, "--json", *arguments]
        done = subprocess.run([str(word) for word in command], capture_output=True, timeout=30, text=True)
        if done.returncode != 0:
            raise BenchError(f"moectl {arguments[0]} {arguments[1]} failed: {done.stderr.strip()}")
        return json.loads(done.stdout)


def simple(daemon, seconds):
    for tool, arguments in SIMPLE:
        result = daemon.load(tool, arguments, connections=8, seconds=seconds)
        yield (f"{tool}: CPU of a call over HTTP", "µs", round(result["cpu_us"], 1), "≤ 100", result["cpu_us"] <= 100)
        per_core = 1e6 / result["cpu_us"]
        yield (f"{tool}: calls per second of a core", "1/s", round(per_core), "≥ 3,000", per_core >= 3000)


def calculated(daemon, seconds):
    for expression in CALCULATED:
        result = daemon.load("calculate", {"expression": expression}, connections=1, seconds=seconds)
        worst = result["latency_us"]["p99"] / 1000
        yield (f"calculate {expression}: p50", "ms", round(result["latency_us"]["p50"] / 1000, 2), "", None)
        yield (f"calculate {expression}: p99, through HTTP and worker", "ms", round(worst, 2), "≤ 2", worst <= 2)


class Attackers:
    """Clients that go through the hostile calls, each from another place in the list: once, or again and again."""

    def __init__(self, daemon, count, is_once=False):
        self._daemon = daemon
        self._is_once = is_once
        self._is_over = threading.Event()
        self.outcomes = collections.defaultdict(collections.Counter)
        self.slowest = collections.defaultdict(float)
        self._threads = [threading.Thread(target=self._attack, args=(i * len(hostile.CALLS) // count,
                                                                     daemon.attackers[i % len(daemon.attackers)]))
                         for i in range(count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def are_at_work(self):
        return any(thread.is_alive() for thread in self._threads)

    def report(self):
        for name, outcomes in sorted(self.outcomes.items(), key=lambda entry: int(entry[0].split()[0])):
            print(f"{name}: {dict(outcomes)}, at most {self.slowest[name] * 1000:.0f} ms", file=sys.stderr)

    def _attack(self, first, key):
        connection = http.client.HTTPConnection("127.0.0.1", self._daemon.port, timeout=30)
        for place in range(first, first + len(hostile.CALLS)) if self._is_once else itertools.count(first):
            if self._is_over.is_set():
                break
            tool, arguments = hostile.CALLS[place % len(hostile.CALLS)]
            name = f"{place % len(hostile.CALLS)} {tool}"
            began = time.monotonic()
            try:
                status, answer = self._daemon.invoke(connection, key, tool, arguments)
                outcome = f"{status} {answer.get('error_code', 'answered')}"
            except (OSError, http.client.HTTPException) as error:
                outcome = f"no answer: {type(error).__name__}"
                connection.close()
            self.outcomes[name][outcome] += 1
            self.slowest[name] = max(self.slowest[name], time.monotonic() - began)


def stalls(daemon, seconds):
    """Another client's simple calls, one after the other, alone and beside attackers."""
    alone = daemon.load(*PROBE, connections=1, seconds=seconds)["latency_us"]
    with Attackers(daemon, 4) as attackers:
        time.sleep(1)
        beside = daemon.load(*PROBE, connections=1, seconds=seconds * 5)["latency_us"]
    for quantile in ("p50", "p99", "max"):
        yield (f"another's call, {quantile}, alone", "ms", round(alone[quantile] / 1000, 2), "", None)
    for quantile in ("p50", "p99"):
        yield (f"another's call, {quantile}, beside hostile ones", "ms", round(beside[quantile] / 1000, 2), "", None)
    worst = beside["max"] / 1000
    yield ("another's call, the longest, beside hostile ones", "ms", round(worst, 1), "≤ 20", worst <= 20)
    longest = max(attackers.slowest.values())
    yield ("the longest of the hostile calls", "s", round(longest, 2), f"≤ {LONGEST_CALL}", longest <= LONGEST_CALL)
    attackers.report()


def faults(daemon):
    """What is wrong with how hostile calls end, and with another's calls meanwhile."""
    slowest = 0.0
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=30)
    with Attackers(daemon, 2, is_once=True) as attackers:
        while attackers.are_at_work():
            began = time.monotonic()
            status, answer = daemon.invoke(connection, daemon.key, *PROBE)
            slowest = max(slowest, time.monotonic() - began)
            if status != 200:
                yield f"another's call: {status} {answer}"
    attackers.report()
    if slowest > LONGEST_STALL:
        yield f"another's call took {slowest:.1f} s"
    for name, outcomes in attackers.outcomes.items():
        proper = ("200 ", "400 ", "408 ", "413 ", "503 no_corpus")
        yield from (f"{name}: {outcome}" for outcome in outcomes if not outcome.startswith(proper))
        if attackers.slowest[name] > 2 * LONGEST_STALL:
            yield f"{name} took {attackers.slowest[name]:.1f} s"


def main():
    parser = argparse.ArgumentParser(prog="run.sh", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a check, not a measurement")
    parser.add_argument("--check", action="store_true", help="only whether hostile calls end as they should")
    parser.add_argument("--build", type=Path, default=Path("build/release"))
    given = parser.parse_args()
    seconds = 1 if given.quick else 3
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="moe-bench-") as folder:
        daemon = Daemon((given.build / "bin").resolve(), Path(folder))
        with daemon.serving():
            if given.check:
                found = list(faults(daemon))
                print("\n".join(found) or "Every hostile call ended as it should.")
                return 1 if found else 0
            lines = [line for row in (simple, calculated, stalls) for line in row(daemon, seconds)]
    print(f"date: {time.strftime('%Y-%m-%d')}, cpus: {os.cpu_count()}, load before: {load:.1f}\n")
    print("| quantity | unit | value | must hold | |\n|---|---|--:|---|---|")
    for quantity, unit, value, limit, holds in lines:
        print(f"| {quantity} | {unit} | {value:,} | {limit} | {({None: '', True: 'yes', False: '**no**'})[holds]} |")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchError as error:
        sys.exit(f"The benchmark could not go on: {error}")
