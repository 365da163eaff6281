# SPDX-License-Identifier: Apache-2.0
"""What tst_sdk tells these tests: where the daemon is, the key, and the simulated nodes behind it."""

import json
import os
import time
import unittest
import urllib.request

from openai import OpenAI

HOST = os.environ["MOE_HOST"]
BASE_URL = f"http://{HOST}/v1"
KEY = os.environ["MOE_KEY"]
NODES = os.environ["MOE_NODES"].split()
PATIENCE = 60  # seconds; generous, because the daemon may run under a sanitizer on a busy machine

# The same model on a node that speaks Ollama's protocol and on one that speaks OpenAI's.
CHAT_MODELS = ("llama3.3:70b@N04-RTX", "llama3.3:70b@vllm")
EMBEDDING_MODELS = ("embed@N04-RTX", "embed@vllm")


def options(**changes):
    return {"base_url": BASE_URL, "api_key": KEY, "max_retries": 0, "timeout": PATIENCE} | changes


def user(text):
    return [{"role": "user", "content": text}]


def live_generations():
    """How many answers the nodes are working on."""
    live = 0
    for node in NODES:
        with urllib.request.urlopen(f"http://{node}/sim/state?requests=0", timeout=PATIENCE) as answer:
            live += json.load(answer)["live_generations"]
    return live


class SdkTest(unittest.TestCase):
    """A test with a client of the daemon, that has to leave the nodes with nothing to do."""

    def setUp(self):
        self.client = OpenAI(**options())
        self.addCleanup(self.expect_live, 0)
        self.addCleanup(self.client.close)

    def expect_live(self, count):
        deadline = time.monotonic() + PATIENCE
        while (live := live_generations()) != count:
            if time.monotonic() > deadline:
                self.fail(f"the nodes work on {live} answers instead of {count}")
