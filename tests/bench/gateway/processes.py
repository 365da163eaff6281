# SPDX-License-Identifier: Apache-2.0
"""Processes under test: started, bounded, looked at through /proc, and stopped by their id."""
import os
import selectors
import subprocess
import time
from pathlib import Path

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """The benchmark itself could not go on."""


class Process:
    """A child process that is stopped at the end of its `with` block."""

    def __init__(self, command, env=None, log=None):
        self._log_path = log
        self._log = open(log, "ab") if log else subprocess.DEVNULL
        self.popen = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=self._log, env={**os.environ, **(env or {})})
        self.pid = self.popen.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def line(self, timeout=60, meanwhile=None):
        """The next line of its standard output; `meanwhile` is called ten times a second until it comes."""
        deadline = time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            selector.register(self.popen.stdout, selectors.EVENT_READ)
            while not selector.select(0.1 if meanwhile else timeout):
                if meanwhile:
                    meanwhile()
                if time.monotonic() > deadline:
                    raise BenchError(f"{self.popen.args[0]} said nothing for {timeout} s")
        line = self.popen.stdout.readline().decode()
        if not line:
            raise BenchError(f"{self.popen.args[0]} ended unexpectedly")
        return line

    def last_words(self, characters=500):
        """The end of its log, for a message about its failure."""
        return Path(self._log_path).read_text(errors="replace")[-characters:].strip() if self._log_path else ""

    def tell(self, line):
        self.popen.stdin.write(f"{line}\n".encode())
        self.popen.stdin.flush()

    def stop(self, timeout=15):
        """Terminates it, and kills it when that does not help. Returns its exit status."""
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(timeout)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        for stream in (self.popen.stdin, self.popen.stdout):
            stream.close()
        if self._log is not subprocess.DEVNULL:
            self._log.close()
        return self.popen.returncode


def wait_for(condition, what, timeout=30, interval=0.01):
    """The first true value of `condition`; a BenchError when there is none in time."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(interval)
    raise BenchError(f"{what}: nothing within {timeout} s")


def family(pid):
    """The process and its children (nginx's master and workers)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


class Cpu:
    """User and system time of a process family between construction and `seconds()`.

    The scheduler's own account has nanoseconds but forgets threads that end; the clock ticks of the whole process
    remember them but have 10 ms. So: the exact account, unless the ticks say that something is missing there."""

    def __init__(self, pid):
        self._pids = family(pid)
        self._exact, self._ticks = self._read()

    def seconds(self):
        exact, ticks = self._read()
        exact_seconds = sum(time - self._exact.get(thread, 0) for thread, time in exact.items()) / 1e9
        tick_seconds = (ticks - self._ticks) / CLOCK_TICKS
        rounding = 2 * len(self._pids) / CLOCK_TICKS
        return tick_seconds if tick_seconds - exact_seconds > rounding else exact_seconds

    def _read(self):
        exact, ticks = {}, 0
        for pid in self._pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
            for task in Path(f"/proc/{pid}/task").iterdir():
                try:
                    exact[task.name] = int((task / "schedstat").read_text().split()[0])
                except (FileNotFoundError, ProcessLookupError):
                    pass  # a thread that ended meanwhile
        return exact, ticks


def rss_mib(pid):
    """Resident memory of the process family."""
    return sum(_status_kib(member, "VmRSS") for member in family(pid)) / 1024


def _status_kib(pid, name):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    return 0
