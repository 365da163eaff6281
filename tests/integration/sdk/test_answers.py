# SPDX-License-Identifier: Apache-2.0
"""The official SDK against the daemon: everything that goes well."""

import json
import pathlib
import subprocess
import sys
import unittest

from setting import CHAT_MODELS, EMBEDDING_MODELS, HOST, KEY, PATIENCE, SdkTest, user

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
SNIPPETS = pathlib.Path(__file__).parent / "snippets"


class Models(SdkTest):
    def test_list(self):
        ids = [model.id for model in self.client.models.list()]
        orchestrators = ("moe-orchestrator", "moe-orchestrator-research")
        for expected in (*orchestrators, "llama3.3:70b", *CHAT_MODELS, *EMBEDDING_MODELS):
            self.assertEqual(ids.count(expected), 1, ids)

    def test_retrieve(self):
        for name in ("moe-orchestrator", *CHAT_MODELS):
            with self.subTest(name=name):
                model = self.client.models.retrieve(name)
                self.assertEqual((model.id, model.object), (name, "model"))


class Chat(SdkTest):
    def test_whole(self):
        for model in CHAT_MODELS:
            with self.subTest(model=model):
                answer = self.client.chat.completions.create(model=model, messages=user("count"))
                self.assertEqual(answer.choices[0].message.content, "one two three")
                self.assertEqual(answer.choices[0].message.role, "assistant")
                self.assertEqual(answer.choices[0].finish_reason, "stop")
                self.assertEqual(answer.usage.total_tokens, 18)
                self.assertTrue(answer._request_id)

    def test_streamed(self):
        for model in CHAT_MODELS:
            with self.subTest(model=model):
                chunks = list(self.client.chat.completions.create(
                    model=model, messages=user("count"), stream=True, stream_options={"include_usage": True}))
                with_choices = [chunk for chunk in chunks if chunk.choices]
                pieces = [chunk.choices[0].delta.content for chunk in with_choices if chunk.choices[0].delta.content]
                self.assertEqual("".join(pieces), "one two three")
                self.assertGreater(len(pieces), 1)
                self.assertEqual(with_choices[-1].choices[0].finish_reason, "stop")
                self.assertEqual([chunk.usage.total_tokens for chunk in chunks if chunk.usage], [18])

    def test_streamed_by_helper(self):
        """The SDK's own accumulation of a stream, which is picky about every chunk."""
        for model in CHAT_MODELS:
            with self.subTest(model=model):
                with self.client.chat.completions.stream(model=model, messages=user("count")) as stream:
                    stream.until_done()
                    answer = stream.get_final_completion()
                self.assertEqual(answer.choices[0].message.content, "one two three")
                self.assertEqual(answer.choices[0].finish_reason, "stop")

    def test_completions(self):
        for model in CHAT_MODELS:
            with self.subTest(model=model):
                answer = self.client.completions.create(model=model, prompt="count", max_tokens=20)
                self.assertEqual((answer.object, answer.choices[0].text), ("text_completion", "one two three"))
                chunks = self.client.completions.create(model=model, prompt="count", max_tokens=20, stream=True)
                self.assertEqual("".join(chunk.choices[0].text for chunk in chunks if chunk.choices), "one two three")


class Tools(SdkTest):
    """The whole round: question, tool call, the tool's result, final answer. The node knows the answer only then."""

    def expect_answer(self, model, choice):
        self.assertEqual(choice.finish_reason, "tool_calls")
        self.assertEqual(len(choice.message.tool_calls), 1)
        call = choice.message.tool_calls[0]
        self.assertEqual(call.function.name, "weather")
        self.assertEqual(json.loads(call.function.arguments), {"city": "Rome"})
        answer = self.client.chat.completions.create(model=model, tools=[WEATHER], messages=[
            *user("weather in Rome?"),
            choice.message,
            {"role": "tool", "tool_call_id": call.id, "content": "18 degrees and sun"},
        ])
        self.assertEqual(answer.choices[0].message.content, "It is warm in Rome.")
        self.assertIsNone(answer.choices[0].message.tool_calls)

    def test_whole(self):
        for model in CHAT_MODELS:
            with self.subTest(model=model):
                answer = self.client.chat.completions.create(
                    model=model, messages=user("weather in Rome?"), tools=[WEATHER])
                self.expect_answer(model, answer.choices[0])

    def test_streamed(self):
        for model in CHAT_MODELS:
            with self.subTest(model=model):
                with self.client.chat.completions.stream(
                        model=model, messages=user("weather in Rome?"), tools=[WEATHER]) as stream:
                    self.expect_answer(model, stream.get_final_completion().choices[0])


class Embeddings(SdkTest):
    def test_default_format_and_floats(self):
        """By default the SDK asks for base64 and unpacks it; either way the numbers are the same."""
        for model in EMBEDDING_MODELS:
            with self.subTest(model=model):
                texts = ["one", "two words"]
                packed = self.client.embeddings.create(model=model, input=texts)
                floats = self.client.embeddings.create(model=model, input=texts, encoding_format="float")
                self.assertEqual([each.index for each in packed.data], [0, 1])
                self.assertGreater(packed.usage.prompt_tokens, 0)
                for one, other in zip(packed.data, floats.data, strict=True):
                    self.assertEqual(len(one.embedding), 16)
                    for a, b in zip(one.embedding, other.embedding, strict=True):
                        self.assertAlmostEqual(a, b, places=5)


class Orchestrated(SdkTest):
    QUESTION = user("What is 40 + 2, and why is grass green?")

    def test_whole(self):
        answer = self.client.chat.completions.create(model="moe-orchestrator", messages=self.QUESTION)
        self.assertEqual(answer.choices[0].message.content, "It is 42 and chlorophyll.")
        self.assertEqual(answer.choices[0].finish_reason, "stop")
        self.assertEqual(answer.model, "moe-orchestrator")
        self.assertEqual(len(answer.moe["plan"]), 2)

    def test_streamed(self):
        chunks = list(self.client.chat.completions.create(
            model="moe-orchestrator", messages=self.QUESTION, stream=True, stream_options={"include_usage": True}))
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        self.assertRegex(text, r"(?s)\A<think>\n.*plan: 2 tasks.*</think>\n\nIt is 42 and chlorophyll\.\Z")
        self.assertEqual([chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1], "stop")
        self.assertGreater(chunks[-1].usage.total_tokens, 0)


class Snippets(SdkTest):
    """The examples of the user documents, run as printed but for the address and the key."""

    def expect_printed(self, name, host, key, expected):
        text = (SNIPPETS / name).read_text(encoding="utf-8")
        for placeholder, value in ((host, HOST), (key, KEY)):
            self.assertEqual(text.count(placeholder), 1)
            text = text.replace(placeholder, value)
        run = subprocess.run(
            [sys.executable, "-c", text], capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual((run.returncode, run.stdout), (0, expected + "\n"), run.stderr)

    def test_user_guide(self):
        self.expect_printed("user-guide.py", "<server>:8002", "moe-sk-xxxxxxxx...", "Hello from a simulated node.")

    def test_home_page(self):
        self.expect_printed("home-page.py", "<YOUR-SERVER>:8002", "<YOUR-API-KEY>", "It is 42 and chlorophyll.")


if __name__ == "__main__":
    unittest.main()
