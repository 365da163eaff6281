// SPDX-License-Identifier: Apache-2.0
// The official TypeScript SDK of the Model Context Protocol against the daemon, over all three ways.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequire } from 'node:module';
import path from 'node:path';

// The SDK is installed beside the build, not beside this file.
const require = createRequire(path.join(process.env.NODE_PATH, 'anchor.cjs'));
const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
const { StreamableHTTPClientTransport } = require('@modelcontextprotocol/sdk/client/streamableHttp.js');
const { SSEClientTransport } = require('@modelcontextprotocol/sdk/client/sse.js');
const { StdioClientTransport } = require('@modelcontextprotocol/sdk/client/stdio.js');

const { MOE_MCP: server, MOE_KEY: key, MOE_POOR_KEY: poorKey, MOECTL: moectl } = process.env;

const options = (apiKey) => ({ requestInit: { headers: { Authorization: `Bearer ${apiKey}` } } });
const ways = {
  'Streamable HTTP': (apiKey) => new StreamableHTTPClientTransport(new URL(`${server}/mcp`), options(apiKey)),
  'HTTP+SSE': (apiKey) =>
    new SSEClientTransport(new URL(`${server}/mcp/sse`), {
      ...options(apiKey),
      eventSourceInit: {
        fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${apiKey}` } }),
      },
    }),
  stdio: (apiKey) =>
    new StdioClientTransport({ command: moectl, args: ['mcp', '--url', server], env: { MOE_API_KEY: apiKey } }),
};

async function withClient(transport, use) {
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(transport);
  try {
    await use(client);
  } finally {
    await client.close();
  }
}

const names = (listed) => listed.tools.map((tool) => tool.name);

for (const [way, transport] of Object.entries(ways)) {
  test(`${way}: introduces itself, lists and calls`, () =>
    withClient(transport(key), async (client) => {
      assert.equal(client.getServerVersion().name, 'sovereign-moe');
      assert.ok(client.getServerCapabilities().tools);
      await client.ping();

      const listed = await client.listTools();
      const tool = listed.tools.find((each) => each.name === 'day_of_week');
      assert.deepEqual(tool.inputSchema.required, ['date_str']);
      assert.equal(tool.outputSchema.type, 'object');

      // The SDK checks the result against the tool's schema by itself.
      const result = await client.callTool({ name: 'day_of_week', arguments: { date_str: '2026-11-21' } });
      assert.equal(result.structuredContent.weekday, 'Saturday');
      assert.match(result.content[0].text, /Saturday/);
    }));

  test(`${way}: tells what is wrong`, () =>
    withClient(transport(key), async (client) => {
      const wrong = await client.callTool({ name: 'day_of_week', arguments: { date_str: '2026-02-30' } });
      assert.equal(wrong.isError, true);
      assert.ok(wrong.content[0].text);
      const unknown = await client.callTool({ name: 'day_of_week', arguments: { date: '2026-02-20' } });
      assert.equal(unknown.isError, true);
      await assert.rejects(client.callTool({ name: 'no_such_tool', arguments: {} }), { code: -32602 });
    }));

  test(`${way}: shows only what is granted`, () =>
    withClient(transport(poorKey), async (client) => {
      assert.deepEqual(names(await client.listTools()), ['date_add']);
      await assert.rejects(client.callTool({ name: 'day_of_week', arguments: { date_str: '2026-11-21' } }), {
        code: -32602,
      });
    }));

  test(`${way}: many calls at once`, () =>
    withClient(transport(key), async (client) => {
      const days = Array.from({ length: 28 }, (_, index) => `2026-02-${String(index + 1).padStart(2, '0')}`);
      const results = await Promise.all(
        days.map((date) => client.callTool({ name: 'day_of_week', arguments: { date_str: date } })),
      );
      results.forEach((result, index) => assert.equal(result.structuredContent.day_of_year, 31 + index + 1));
    }));

  test(`${way}: nobody gets in without a key`, async () => {
    const client = new Client({ name: 'test', version: '1.0.0' });
    await assert.rejects(client.connect(transport('moe-sk-wrong')));
    await client.close();
  });
}
