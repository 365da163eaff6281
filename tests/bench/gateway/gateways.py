# SPDX-License-Identifier: Apache-2.0
"""Whom the load goes to: the upstream itself, nginx before it, the daemon before it."""
import http.client
import json
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from processes import BenchError, Process, wait_for

HERE = Path(__file__).resolve().parent
PLENTY = str(10**15)  # tokens
UNCHECKED = {"bare": "1", "keys": "keys"}  # profiles of the daemon that check less than all


@dataclass
class Target:
    """What the load generator needs to know of a process under test."""
    name: str
    port: int
    pid: int
    key: str = ""
    model: str = "bench"

    def completion_status(self):
        """Status of one small chat completion; 0 when it could not even be asked."""
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        body = json.dumps({"model": self.model, "messages": [{"role": "user", "content": "x"}]})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", "/v1/chat/completions", body, headers)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def wait_until_answering(self, interval=0.01):
        wait_for(lambda: self.completion_status() == 200, f"an answer of {self.name}", interval=interval)


@dataclass
class Setup:
    """What the command line says about the machine and the programs."""
    binaries: Path
    io_threads: int
    gateway_cpus: str = ""
    other_cpus: str = ""

    def under_test(self, *command):
        return (["taskset", "-c", self.gateway_cpus] if self.gateway_cpus else []) + [*command]

    def beside(self, *command):
        return (["taskset", "-c", self.other_cpus] if self.other_cpus else []) + [*command]

    def has(self, program):
        return (self.binaries / program).exists()


@contextmanager
def temporary_folder():
    with tempfile.TemporaryDirectory(prefix="moe-bench-") as folder:
        yield Path(folder)


@contextmanager
def upstream(setup, port=0):
    with Process(setup.beside(setup.binaries / "moe-bench-upstream", "--port", port)) as process:
        yield Target("direct", int(process.line().split()[1]), process.pid)


def nginx_program():
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")


@contextmanager
def nginx(setup, upstream_port):
    with temporary_folder() as folder:
        values = {"WORKERS": setup.io_threads, "UPSTREAM": upstream_port, "PORT": _free_port(), "DIR": folder,
                  "FILES": resource.getrlimit(resource.RLIMIT_NOFILE)[1]}
        text = (HERE / "nginx.conf.in").read_text()
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        if os.getuid() != 0:
            text = text.replace("user root;\n", "")
        configuration = folder / "nginx.conf"
        configuration.write_text(text)
        command = setup.under_test(nginx_program(), "-p", folder, "-e", folder / "error.log", "-c", configuration)
        with Process(command) as process:
            target = Target("nginx", values["PORT"], process.pid)
            target.wait_until_answering(interval=0.001)
            yield target


class Moed:
    """A data directory of the daemon with one user and key, who has permissions, limits of every kind, but plenty of
    everything; serving() runs the daemon on it."""

    def __init__(self, setup, folder, upstream_port, name="full", api_type="openai", model="bench"):
        self._setup, self._folder, self._name, self._model = setup, folder, name, f"{model}@bench"
        servers = [{"name": "bench", "url": f"http://127.0.0.1:{upstream_port}", "api_type": api_type,
                    "gpu_count": 100000}]
        self._environment = {"INFERENCE_SERVERS": json.dumps(servers)}
        if name in UNCHECKED:
            self._environment["MOE_BENCH_BARE"] = UNCHECKED[name]
        self._key = ""
        with self.serving(is_key_made=True):
            pass
        with closing(sqlite3.connect(folder / "moe.db")) as database, database:
            database.execute("UPDATE api_keys SET requests_per_minute = 1000000, parallel_requests = 100000")

    @contextmanager
    def serving(self, is_key_made=False):
        ready_file = self._folder / "ready.json"
        ready_file.unlink(missing_ok=True)
        command = self._setup.under_test(
            self._setup.binaries / "moed", "--data-dir", self._folder, "--api-port", "0", "--mcp-port", "0",
            "--control-port", "0", "--io-threads", self._setup.io_threads)
        with Process(command, env=self._environment, log=self._folder / "moed.log") as process:
            ready = wait_for(lambda: _ready(ready_file, process), "ready.json", interval=0.001)
            if is_key_made:
                self._ctl("user", "add", "bench")
                for kind, resource in (("model_endpoint", "*@bench"), ("moe_mode", "moe_orchestrated")):
                    self._ctl("permission", "grant", "--user", "bench", "--type", kind, "--resource", resource)
                self._ctl("budget", "set", "--user", "bench",
                          *(word for limit in ("--daily", "--monthly", "--total") for word in (limit, PLENTY)))
                self._key = self._ctl("key", "create", "--user", "bench", "--label", "bench")["key"]
            target = Target(self._name, ready["api"], ready["pid"], self._key, self._model)
            target.wait_until_answering(interval=0.001)
            yield target

    def crowd(self, users, keys_each):
        """Adds so many more users with limits, a permission, and keys that nobody knows."""
        now = int(time.time() * 1000)
        with closing(sqlite3.connect(self._folder / "moe.db")) as database, database:
            for user in range(users):
                row = database.execute("INSERT INTO users (name, created_at, budget_daily) VALUES (?, ?, 100000)",
                                       (f"crowd{user}", now))
                database.execute("INSERT INTO user_permissions VALUES (?, 'model_endpoint', '*@bench')",
                                 (row.lastrowid,))
                database.executemany(
                    "INSERT INTO api_keys (user_id, hash, prefix, label, created_at) VALUES (?, ?, ?, 'crowd', ?)",
                    [(row.lastrowid, os.urandom(32), f"moe-sk-{os.urandom(5).hex()[:9]}", now)
                     for _ in range(keys_each)])

    def _ctl(self, *arguments):
        command = [self._setup.binaries / "moectl", "--data-dir", self._folder, "--json", *arguments]
        done = subprocess.run(command, capture_output=True, timeout=30, text=True)
        if done.returncode != 0:
            raise BenchError(f"moectl {arguments[0]} {arguments[1]} failed: {done.stderr.strip()}")
        return json.loads(done.stdout)


@contextmanager
def moed(setup, upstream_port, name, **options):
    with temporary_folder() as folder, Moed(setup, folder, upstream_port, name, **options).serving() as target:
        yield target


@contextmanager
def simnode(setup):
    """The simulated node, in the manner of Ollama, with the stub's models `bench` and `late`."""
    configuration = {
        "profile": "ollama", "record_limit": 0,
        "models": [{"name": "bench:latest", "tokens_per_second": 50},
                   {"name": "late:latest", "tokens_per_second": 50, "first_token_ms": 200}],
        "rules": [{"chunks": ["word "], "repeat": 64}]}
    with temporary_folder() as folder:
        (folder / "node.json").write_text(json.dumps(configuration))
        ready_file = folder / "ready.json"
        with Process(setup.beside(setup.binaries / "moe-simnode", "--config", folder / "node.json",
                                  "--ready-file", ready_file)) as process:
            ready = wait_for(lambda: _ready(ready_file, process), "the simulated node")
            yield Target("simnode", ready["port"], process.pid)


def start_seconds(serving):
    """From the start of a process to its first answer with status 200."""
    start = time.monotonic()
    with serving():
        return time.monotonic() - start


def _ready(file, process):
    if process.popen.poll() is not None:
        raise BenchError(f"{process.popen.args[0]} ended with status {process.popen.returncode} instead of serving: "
                         + process.last_words())
    try:
        return json.loads(file.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
