# SPDX-License-Identifier: Apache-2.0
"""Measurements: one load on one target, and interleaved rounds over all targets."""
import json
import statistics
from dataclasses import dataclass, field

from processes import BenchError, Cpu, Process, rss_mib


@dataclass
class Line:
    """One line of the table: a quantity of every target, and what must hold for it. The ratios are to nginx unless the
    note says to what."""
    quantity: str
    unit: str
    values: dict
    ratios: dict = field(default_factory=dict)
    to_direct: dict = field(default_factory=dict)
    limit: str = ""
    holds: bool | None = None
    note: str = ""


class Samples:
    """What the rounds of one measurement found, by target."""

    def __init__(self):
        self._samples = {}

    def add(self, target, sample):
        self._samples.setdefault(target, []).append(sample)

    def values(self, key, digits=1):
        """The medians."""
        return {target: rounded(statistics.median(sample[key] for sample in samples), digits)
                for target, samples in self._samples.items()}

    def added(self, key, base="direct", digits=1):
        """The medians of what a target has more than the base in the same round."""
        return self._paired(key, base, lambda value, floor: value - floor, digits)

    def ratios(self, key, base="nginx"):
        """The medians of the ratios to the base in the same round."""
        return self._paired(key, base, lambda value, floor: value / floor if floor else float("nan"), 2)

    def _paired(self, key, base, combine, digits):
        floors = self._samples.get(base, [])
        return {target: rounded(statistics.median(combine(sample[key], floor[key])
                                                  for sample, floor in zip(samples, floors)), digits)
                for target, samples in self._samples.items() if target != base and floors}

    def line(self, quantity, unit, key, limit="", digits=1):
        """The medians with their ratios to nginx and to direct."""
        return Line(quantity, unit, self.values(key, digits), self.ratios(key), self.ratios(key, "direct"), limit)

    def failures(self):
        """Every failure of the load, by target: figures beside failures are worth nothing."""
        return {target: [sample["reasons"] for sample in samples if sample["errors"]]
                for target, samples in self._samples.items() if any(sample["errors"] for sample in samples)}


def rounded(value, digits):
    return round(value, digits) if digits else round(value)


class Bench:
    """The targets of this run and how long each measurement may take."""

    def __init__(self, setup, direct, is_quick):
        self.setup = setup
        self.direct = direct
        self.targets = [direct]
        self.rounds = 1 if is_quick else 5
        self.seconds = 1 if is_quick else 3
        self.is_quick = is_quick
        self.failures = []
        self.crowded = None    # a daemon with many users and keys, not running
        self.keys_only = None  # starts the daemon that checks nothing but keys

    def gateways(self):
        return [target for target in self.targets if target is not self.direct]

    def load(self, target, mode, beside=None, **options):
        """Puts one load on the target. The result is the load generator's with the target's CPU seconds and memory
        while it lasted; `beside` is another load's options, started first and ended after it."""
        if beside:
            with self._start(target, **beside) as other:
                other.tell("go")
                result = self.load(target, mode, **options)
                other.line(timeout=120)
                return result
        with self._start(target, mode, **options) as process:
            cpu = Cpu(target.pid)
            memory = [rss_mib(target.pid)]
            process.tell("go")
            result = json.loads(process.line(timeout=180, meanwhile=lambda: memory.append(rss_mib(target.pid))))
            result["cpu"] = cpu.seconds()
            memory.append(rss_mib(target.pid))
            process.tell("end")
        return flatten(result) | {"rss_before": memory[0], "rss_peak": max(memory)}

    def interleaved(self, measure, targets=None, rounds=None):
        """Samples of measure(target) for every target in turn, round after round."""
        samples = Samples()
        for _ in range(rounds or self.rounds):
            for target in targets or self.targets:
                samples.add(target.name, measure(target))
        for target, reasons in samples.failures().items():
            self.failures.append(f"{target}: {reasons}")
        return samples

    def _start(self, target, mode, **options):
        command = [self.setup.binaries / "moe-bench-load", mode, "--port", target.port, "--driven", 1]
        named = {"key": target.key, "model": target.model, **options}
        for name, value in named.items():
            if value != "":
                command += ["--" + name.replace("_", "-"), value]
        process = Process(self.setup.beside(*command))
        try:
            if process.line(timeout=90).strip() == "ready":
                return process
        except BenchError:
            process.stop()
            raise BenchError(f"{target.name} did not answer the first requests of the load") from None
        process.stop()
        raise BenchError("the load generator is not of this version")


def flatten(result):
    """Distributions become members of their own: latency_us.p50."""
    flat = {}
    for name, value in result.items():
        if isinstance(value, dict) and name != "reasons":
            flat |= {f"{name}.{inner}": number for inner, number in value.items()}
        else:
            flat[name] = value
    return flat


def judged(line, value, limit):
    """The line with the verdict whether the value is at most the limit; none without a value."""
    line.limit = line.limit or f"≤ {limit:g} {line.unit}"
    line.holds = None if value is None else value <= limit
    return line
