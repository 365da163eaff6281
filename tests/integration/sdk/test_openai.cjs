// SPDX-License-Identifier: Apache-2.0
// The official SDK for JavaScript against the daemon. tst_sdk says in the environment where it is.
"use strict";
const assert = require("node:assert/strict");
const net = require("node:net");
const { afterEach, describe, test } = require("node:test");
const OpenAI = require("openai");

const baseURL = `http://${process.env.MOE_HOST}/v1`;
const apiKey = process.env.MOE_KEY;
const nodes = process.env.MOE_NODES.split(" ");
const patience = 60_000;
const many = 520; // one runs, 512 wait: all that one key may have waiting
const chatModels = ["llama3.3:70b@N04-RTX", "llama3.3:70b@vllm"]; // speak Ollama's and OpenAI's protocol
const embeddingModels = ["embed@N04-RTX", "embed@vllm"];
const weather = {
  type: "function",
  function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
};

const newClient = (changes) => new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: patience, ...changes });
const client = newClient();
const user = (content) => [{ role: "user", content }];
const chat = (model, text, more, options) =>
  client.chat.completions.create({ model, messages: user(text), ...more }, options);

async function collected(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const textOf = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");

async function liveGenerations() {
  const states = nodes.map(async (node) => (await fetch(`http://${node}/sim/state?requests=0`)).json());
  return (await Promise.all(states)).reduce((sum, state) => sum + state.live_generations, 0);
}

async function expectLive(count) {
  const end = Date.now() + patience;
  let live;
  while ((live = await liveGenerations()) !== count)
    assert.ok(Date.now() < end, `the nodes work on ${live} answers instead of ${count}`);
}

function forEach(models, name, body) {
  for (const model of models) test(`${name}, ${model}`, () => body(model));
}

/** The call fails with that class, and what it tells is complete. */
async function expectError(kind, status, call, fields) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof kind, `${error}`);
    assert.equal(error.status, status);
    assert.ok(error.requestID);
    assert.ok(!`${error}`.includes(apiKey));
    for (const [name, value] of Object.entries(fields)) assert.equal(error[name], value, `${error}`);
    return true;
  });
}

afterEach(() => expectLive(0));

describe("answers", () => {
  test("models", async () => {
    const ids = (await collected(client.models.list())).map((model) => model.id);
    for (const id of ["moe-orchestrator", "llama3.3:70b", ...chatModels, ...embeddingModels]) {
      assert.equal(ids.filter((each) => each === id).length, 1, ids.join(" "));
      assert.equal((await client.models.retrieve(id)).id, id);
    }
  });

  forEach(chatModels, "chat", async (model) => {
    const answer = await chat(model, "count");
    assert.equal(answer.choices[0].message.content, "one two three");
    assert.equal(answer.choices[0].finish_reason, "stop");
    assert.equal(answer.usage.total_tokens, 18);
    assert.ok(answer._request_id);
  });

  forEach(chatModels, "stream", async (model) => {
    const wanted = { stream: true, stream_options: { include_usage: true } };
    const chunks = await collected(await chat(model, "count", wanted));
    assert.equal(textOf(chunks), "one two three");
    assert.equal(chunks.findLast((chunk) => chunk.choices.length).choices[0].finish_reason, "stop");
    assert.deepEqual(chunks.filter((chunk) => chunk.usage).map((chunk) => chunk.usage.total_tokens), [18]);
  });

  forEach(chatModels, "completion", async (model) => {
    const answer = await client.completions.create({ model, prompt: "count" });
    assert.equal(answer.choices[0].text, "one two three");
    const chunks = await collected(await client.completions.create({ model, prompt: "count", stream: true }));
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.text ?? "").join(""), "one two three");
  });

  // The SDK asks for base64 unless told otherwise; either way the numbers are the same.
  forEach(embeddingModels, "embeddings", async (model) => {
    const input = ["one", "two words"];
    const packed = await client.embeddings.create({ model, input });
    const floats = await client.embeddings.create({ model, input, encoding_format: "float" });
    assert.equal(packed.data.length, 2);
    packed.data.forEach(({ embedding }, i) => {
      assert.equal(embedding.length, 16);
      embedding.forEach((value, k) => assert.ok(Math.abs(value - floats.data[i].embedding[k]) < 1e-5));
    });
  });

  test("orchestrated", async () => {
    const question = "What is 40 + 2, and why is grass green?";
    const answer = await chat("moe-orchestrator", question);
    assert.equal(answer.choices[0].message.content, "It is 42 and chlorophyll.");
    assert.equal(answer.moe.plan.length, 2);
    const chunks = await collected(await chat("moe-orchestrator", question, { stream: true }));
    assert.match(textOf(chunks), /^<think>\n[^]*plan: 2 tasks[^]*<\/think>\n\nIt is 42 and chlorophyll\.$/);
    assert.equal(chunks.at(-1).choices[0].finish_reason, "stop");
  });
});

describe("tools", () => {
  /** The result goes back; the node knows the answer only then. */
  async function expectAnswer(model, { finish_reason, message }) {
    assert.equal(finish_reason, "tool_calls");
    assert.equal(message.tool_calls.length, 1);
    const call = message.tool_calls[0];
    assert.equal(call.function.name, "weather");
    assert.deepEqual(JSON.parse(call.function.arguments), { city: "Rome" });
    const result = { role: "tool", tool_call_id: call.id, content: "18 degrees and sun" };
    const answer = await client.chat.completions.create({
      model,
      tools: [weather],
      messages: [...user("weather in Rome?"), message, result],
    });
    assert.equal(answer.choices[0].message.content, "It is warm in Rome.");
  }

  forEach(chatModels, "whole", async (model) => {
    await expectAnswer(model, (await chat(model, "weather in Rome?", { tools: [weather] })).choices[0]);
  });

  forEach(chatModels, "streamed", async (model) => {
    const stream = client.chat.completions.stream({ model, messages: user("weather in Rome?"), tools: [weather] });
    await expectAnswer(model, (await stream.finalChatCompletion()).choices[0]);
  });
});

describe("aborts", () => {
  forEach(chatModels, "stream", async (model) => {
    const stream = await chat(model, "endless", { stream: true });
    let frames = 0;
    for await (const chunk of stream) {
      assert.equal(chunk.choices[0].finish_reason, null);
      if (++frames === 20) {
        await expectLive(1);
        stream.controller.abort();
      }
    }
    await expectLive(0);
  });

  forEach([...chatModels, "moe-orchestrator"], "waiting call", async (model) => {
    const abort = new AbortController();
    const call = assert.rejects(chat(model, "never", {}, { signal: abort.signal }), OpenAI.APIUserAbortError);
    await expectLive(1);
    abort.abort();
    await call;
    await expectLive(0);
  });

  forEach(chatModels, "client's own timeout", async (model) => {
    await assert.rejects(chat(model, "never", {}, { timeout: 1000 }), OpenAI.APIConnectionTimeoutError);
    await expectLive(0);
  });
});

describe("errors", () => {
  test("unauthenticated", async () => {
    const stranger = newClient({ apiKey: "moe-sk-wrong" });
    await expectError(OpenAI.AuthenticationError, 401, () => stranger.models.list(), { code: "invalid_api_key" });
  });

  test("unknown model", async () => {
    const fields = { code: "model_not_found", param: "model" };
    await expectError(OpenAI.NotFoundError, 404, () => client.models.retrieve("nothing:1b"), fields);
    for (const stream of [false, true])
      await expectError(OpenAI.NotFoundError, 404, () => chat("nothing:1b", "count", { stream }), fields);
  });

  test("bad request", () =>
    expectError(OpenAI.BadRequestError, 400, () => chat("llama3.3:70b@N04-RTX", "count", { logit_bias: { 1: 2 } }), {
      code: "unsupported_parameter",
      param: "logit_bias",
    }));

  test("too large", () =>
    expectError(OpenAI.APIError, 413, () => chat("llama3.3:70b", "x".repeat(33 * 1024 * 1024)), {
      code: "request_too_large",
    }));

  test("nodes down", async () => {
    await expectError(OpenAI.InternalServerError, 502, () => chat("fails:1b@vllm", "count"), { code: "bad_gateway" });
    for (const stream of [false, true])
      await assert.rejects(chat("gone:1b", "count", { stream }), OpenAI.InternalServerError);
  });

  test("queue full", async () => {
    const abort = new AbortController();
    const calls = Array.from({ length: many }, () => chat("slow:1b", "count", {}, { signal: abort.signal }));
    await expectError(OpenAI.RateLimitError, 429, () => Promise.race(calls), { code: "queue_full" });
    abort.abort();
    await Promise.allSettled(calls);
  });

  test("nobody listens", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    const lost = newClient({ baseURL: `http://127.0.0.1:${port}/v1` });
    await assert.rejects(lost.models.list(), OpenAI.APIConnectionError);
  });

  for (const question of ["error inside", "cut off"]) {
    forEach(chatModels, `${question} a stream`, async (model) => {
      const chunks = [];
      await assert.rejects(
        async () => {
          for await (const chunk of await chat(model, question, { stream: true })) chunks.push(chunk);
        },
        (error) => error instanceof OpenAI.APIError && error.code === "bad_gateway",
      );
      assert.match(textOf(chunks), /^part of/);
      assert.ok(chunks.every((chunk) => chunk.choices[0].finish_reason === null));
      assert.equal((await chat(model, "count")).choices[0].message.content, "one two three"); // the node is not shunned
    });
  }
});
