#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the daemon beside nginx and beside no gateway at all, in interleaved rounds on one machine, and prints a
table: medians over the rounds, ratios and differences within a round. CPU and memory under "direct" are those of the
stub upstream itself; "bare" is the daemon without key check, "keys" with nothing else,
"full" the daemon as users run it: with permissions, rates, budgets and a usage record of every request."""
import argparse
import json
import os
import platform
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import gateways
from bench import Bench, Line
from processes import BenchError
from rows import OURS, ROWS

COLUMNS = ("direct", "nginx", "bare", "keys", OURS)


def arguments():
    parser = argparse.ArgumentParser(prog="run.sh", description=__doc__, epilog="Rows: " + ", ".join(
        f"{name} ({row.__doc__.splitlines()[0].rstrip('.')})" for name, row in ROWS.items()))
    parser.add_argument("--quick", action="store_true", help="one short round of everything: a check, not a measurement")
    parser.add_argument("--only", default=",".join(ROWS), help="rows to measure, separated by commas")
    parser.add_argument("--build", type=Path, default=Path("build/release"), help="where the programs were built")
    parser.add_argument("--json", type=Path, help="file to write the results to")
    parser.add_argument("--io-threads", type=int, default=min(len(os.sched_getaffinity(0)), 4),
                        help="of the daemon, and workers of nginx")
    parser.add_argument("--rounds", type=int, help="of each measurement")
    parser.add_argument("--held", type=int, default=4000, help="slow streams to hold at once")
    parser.add_argument("--pin", metavar="CPUS:CPUS", default=":", help="CPUs of the gateway and of everything else")
    parser.add_argument("--gateway-url", help="measure a gateway that is running already, whose upstream is on "
                                              "--upstream-port, instead of the daemon")
    parser.add_argument("--gateway-pid", type=int)
    parser.add_argument("--gateway-key", default="")
    parser.add_argument("--gateway-model", default="bench")
    parser.add_argument("--upstream-port", type=int, default=0, help="port of the stub upstream (default: a free one)")
    given = parser.parse_args()
    if unknown := set(given.only.split(",")) - ROWS.keys():
        parser.error(f"unknown rows: {', '.join(sorted(unknown))}")
    if bool(given.gateway_url) != bool(given.gateway_pid):
        parser.error("--gateway-url and --gateway-pid belong together")
    return given


def add_gateways(bench, given, stack):
    """Starts what is measured; `bench.fresh` starts further instances of it."""
    setup, upstream_port = bench.setup, bench.direct.port
    bench.fresh = {}
    if gateways.nginx_program():
        bench.fresh["nginx"] = lambda: gateways.nginx(setup, upstream_port)
        bench.targets.append(stack.enter_context(bench.fresh["nginx"]()))
    if given.gateway_url:
        bench.targets.append(gateways.Target(OURS, urlsplit(given.gateway_url).port, given.gateway_pid,
                                             given.gateway_key, given.gateway_model))
        return
    if not setup.has("moed"):
        print(f"There is no moed in {setup.binaries}: only direct and nginx are measured.", file=sys.stderr)
        return
    for name in ("bare", OURS):
        folder = stack.enter_context(gateways.temporary_folder())
        bench.targets.append(stack.enter_context(gateways.Moed(setup, folder, upstream_port, name).serving()))
    folder = stack.enter_context(gateways.temporary_folder())
    bench.fresh[OURS] = gateways.Moed(setup, folder, upstream_port).serving
    folder = stack.enter_context(gateways.temporary_folder())
    bench.crowded = gateways.Moed(setup, folder, upstream_port, "crowded")
    bench.crowded.crowd(users=10_000, keys_each=5)
    bench.keys_only = lambda: gateways.moed(setup, upstream_port, "keys")


def measure(bench, names):
    for name in names:
        print(f"… {name}", file=sys.stderr, flush=True)
        try:
            yield from ROWS[name](bench)
        except BenchError as error:
            bench.failures.append(f"{name}: {error}")
            yield Line(ROWS[name].__doc__.splitlines()[0].rstrip("."), "", {}, note=f"not measured: {error}")


def circumstances(given):
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    nginx = gateways.nginx_program()
    version = subprocess.run([nginx, "-v"], capture_output=True, text=True).stderr.strip() if nginx else "no nginx"
    return {"date": time.strftime("%Y-%m-%d"), "cpu": model, "cpus": os.cpu_count(), "kernel": platform.release(),
            "nginx": version.partition("nginx/")[2], "io_threads": given.io_threads, "quick": given.quick,
            "load_before": os.getloadavg()[0]}


def table(lines):
    yield ("| quantity | unit | direct | nginx | bare | keys | full | nginx × direct | full × direct | bare × nginx |"
           " keys × nginx | full × nginx | must hold | |")
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|---|"
    for line in lines:
        values = [f"{line.values[name]:,}" if name in line.values else "" for name in COLUMNS]
        ratios = [f"{ratio[name]:.2f}" if name in ratio else ""
                  for ratio, name in ((line.to_direct, "nginx"), (line.to_direct, OURS), (line.ratios, "bare"),
                                      (line.ratios, "keys"), (line.ratios, OURS))]
        verdict = {None: "", True: "yes", False: "**no**"}[line.holds]
        quantity = line.quantity + (f" ({line.note})" if line.note else "")
        yield f"| {' | '.join([quantity, line.unit, *values, *ratios, line.limit, verdict])} |"


def main():
    given = arguments()
    gateway_cpus, _, other_cpus = given.pin.partition(":")
    setup = gateways.Setup((given.build / "bin").resolve(), given.io_threads, gateway_cpus, other_cpus)
    facts = circumstances(given)
    with ExitStack() as stack:
        direct = stack.enter_context(gateways.upstream(setup, given.upstream_port))
        bench = Bench(setup, direct, given.quick)
        bench.rounds = given.rounds or bench.rounds
        bench.held = given.held
        add_gateways(bench, given, stack)
        lines = list(measure(bench, given.only.split(",")))
    print(", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in facts.items()), end="\n\n")
    print("\n".join(table(lines)))
    if facts["load_before"] > 0.5:
        print(f"\nThe machine was busy before (load {facts['load_before']:.1f}): trust no figure, hardly a ratio.")
    for failure in bench.failures:
        print(f"FAILED {failure}")
    if given.json:
        given.json.write_text(json.dumps({"circumstances": facts, "failures": bench.failures,
                                          "lines": [vars(line) for line in lines]}, indent=2, ensure_ascii=False))
    return 1 if bench.failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchError as error:
        sys.exit(f"The benchmark could not go on: {error}")
