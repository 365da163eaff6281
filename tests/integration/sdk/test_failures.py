# SPDX-License-Identifier: Apache-2.0
"""The official SDK against the daemon: what fails is the SDK's own exception, and who leaves is not worked for."""

import asyncio
import socket
import unittest

import openai
from openai import AsyncOpenAI, OpenAI

from setting import CHAT_MODELS, KEY, PATIENCE, SdkTest, options, user

MANY = 520  # one runs, 512 wait: all that one key may have waiting


class Errors(SdkTest):
    def expect(self, kind, status, call, **fields):
        with self.assertRaises(kind) as caught:
            call()
        error = caught.exception
        self.assertEqual(error.status_code, status)
        self.assertTrue(error.request_id)
        self.assertTrue(error.message)
        self.assertNotIn(KEY, str(error))
        for name, value in fields.items():
            self.assertEqual(getattr(error, name), value, str(error))

    def chat(self, model, text="count", **more):
        return lambda: self.client.chat.completions.create(model=model, messages=user(text), **more)

    def expect_serving(self, model):
        """After a fault the node is not shunned. (That would take three in a row.)"""
        self.assertEqual(self.chat(model)().choices[0].message.content, "one two three")

    def test_unauthenticated(self):
        for key in ("moe-sk-wrong", KEY[:-1]):
            with self.subTest(length=len(key)):
                with OpenAI(**options(api_key=key)) as client:
                    self.expect(openai.AuthenticationError, 401, client.models.list, code="invalid_api_key")
                    self.expect(openai.AuthenticationError, 401, lambda: client.chat.completions.create(
                        model=CHAT_MODELS[0], messages=user("count"), stream=True), code="invalid_api_key")

    def test_unknown_model(self):
        named = {"code": "model_not_found", "param": "model"}
        self.expect(openai.NotFoundError, 404, lambda: self.client.models.retrieve("nothing:1b"), **named)
        for stream in (False, True):
            with self.subTest(stream=stream):
                self.expect(openai.NotFoundError, 404, self.chat("nothing:1b", stream=stream), **named)

    def test_bad_request(self):
        for stream in (False, True):
            with self.subTest(stream=stream):
                self.expect(openai.BadRequestError, 400,
                            self.chat("llama3.3:70b@N04-RTX", logit_bias={"1": 2}, stream=stream),
                            code="unsupported_parameter", param="logit_bias")
        self.expect(openai.BadRequestError, 400,
                    lambda: self.client.chat.completions.create(model=CHAT_MODELS[0], messages=[]),
                    code="empty_array", param="messages")
        self.expect(openai.BadRequestError, 400,
                    lambda: self.client.embeddings.create(model="embed@vllm", input=[]),
                    code="empty_array", param="input")

    def test_too_large(self):
        self.expect(openai.APIStatusError, 413, self.chat(CHAT_MODELS[0], "x" * 33 * 1024 * 1024),
                    code="request_too_large")

    def test_nodes_down(self):
        for stream in (False, True):
            with self.subTest(stream=stream):
                self.expect(openai.InternalServerError, 502, self.chat("fails:1b@vllm", stream=stream),
                            code="bad_gateway")
        self.expect_serving("llama3.3:70b@vllm")
        for _ in range(3):  # then it is left alone
            self.assertRaises(openai.InternalServerError, self.chat("gone:1b"))
        for stream in (False, True):
            with self.subTest(stream=stream):
                self.expect(openai.InternalServerError, 503, self.chat("gone:1b", stream=stream),
                            code="no_healthy_server")

    def test_nobody_listens(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            with OpenAI(**options(base_url=f"http://127.0.0.1:{unused.getsockname()[1]}/v1")) as client:
                self.assertRaises(openai.APIConnectionError, client.models.list)

    def test_clients_timeout(self):
        for model in CHAT_MODELS:
            with self.subTest(model=model):
                impatient = self.client.with_options(timeout=1)
                with self.assertRaises(openai.APITimeoutError):
                    impatient.chat.completions.create(model=model, messages=user("never"))
                self.expect_live(0)

    def test_error_inside_stream(self):
        """An answer that breaks off never looks like one that ended."""
        for model in CHAT_MODELS:
            for question in ("error inside", "cut off"):
                with self.subTest(model=model, question=question):
                    text, reasons = "", set()
                    with self.assertRaises(openai.APIError) as caught:
                        for chunk in self.chat(model, question, stream=True)():
                            text += chunk.choices[0].delta.content or ""
                            reasons.add(chunk.choices[0].finish_reason)
                    self.assertTrue(text.startswith("part of"), text)
                    self.assertEqual(reasons, {None})
                    self.assertEqual(caught.exception.code, "bad_gateway")
                    self.expect_serving(model)


class QueueFull(SdkTest):
    def test_queue_full(self):
        refusals = asyncio.run(self.first_refusals())
        self.assertTrue(refusals)
        for error in refusals:
            self.assertIsInstance(error, openai.RateLimitError)
            self.assertEqual(error.code, "queue_full")
            self.assertGreater(int(error.response.headers["retry-after"]), 0)

    @staticmethod
    async def first_refusals():
        async with AsyncOpenAI(**options()) as client:
            calls = [asyncio.create_task(client.chat.completions.create(model="slow:1b", messages=user("count")))
                     for _ in range(MANY)]
            refused, waiting = await asyncio.wait(calls, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
            for call in waiting:
                call.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            return [call.exception() for call in refused]


class Abort(SdkTest):
    def test_closed_stream(self):
        for model in CHAT_MODELS:
            with self.subTest(model=model):
                stream = self.client.chat.completions.create(model=model, messages=user("endless"), stream=True)
                for _, chunk in zip(range(20), stream):
                    self.assertIsNone(chunk.choices[0].finish_reason)
                self.expect_live(1)
                stream.close()
                self.expect_live(0)

    def test_cancelled_task(self):
        asyncio.run(self.cancel_tasks())

    async def cancel_tasks(self):
        for model in (*CHAT_MODELS, "moe-orchestrator"):
            with self.subTest(model=model):
                async with AsyncOpenAI(**options()) as client:
                    call = asyncio.create_task(client.chat.completions.create(model=model, messages=user("never")))
                    await asyncio.to_thread(self.expect_live, 1)
                    call.cancel()
                    await asyncio.gather(call, return_exceptions=True)
                    self.assertTrue(call.cancelled())
                    await asyncio.to_thread(self.expect_live, 0)


if __name__ == "__main__":
    unittest.main()
