// What instrumenting an MCP server costs a call: each SDK bare and instrumented, in one process and one run. Client and
// server are connected in memory, so the transport adds as little as possible. Build first, then
// `node tooling/bench/mcp/call-cost.mjs [rounds]`.
//
// Measured is CPU time, which other processes disturb less than the clock. Rounds interleave the variants, and what counts
// is the difference within a round: the calls themselves vary by far more than the instrumentation costs.
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const CALLS_PER_BATCH = 200;
const rounds = Number(process.argv[2] ?? 300);

// The SDKs are development dependencies of the package, and of nothing else.
const packageFolder = path.resolve(import.meta.dirname, '../../../packages/mcp');
const require = createRequire(path.join(packageFolder, 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

const { instrumentMcpServer } = await import(pathToFileURL(path.join(packageFolder, 'dist/index.js')).href);
const { MetricsCollector } = require('@bduf/metrics-core');
const { enableToolExecutionMarks } = require('@bduf/metrics-core/primitives');
const { z } = await load('zod');

const sdks = {
  v1: {
    ...(await load('@modelcontextprotocol/sdk/server/mcp.js')),
    ...(await load('@modelcontextprotocol/sdk/client/index.js')),
    ...(await load('@modelcontextprotocol/sdk/inMemory.js')),
  },
  v2: { ...(await load('@modelcontextprotocol/server')), ...(await load('@modelcontextprotocol/client')) },
};

const identity = { name: 'bench', version: '1.0.0' };

async function connect({ McpServer, Client, InMemoryTransport }, instrument) {
  const server = instrument(new McpServer(identity));
  server.registerTool('add', { inputSchema: { a: z.number(), b: z.number() } }, ({ a, b }) => ({
    content: [{ type: 'text', text: String(a + b) }],
  }));
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await server.connect(serverSide);
  const client = new Client(identity);
  await client.connect(clientSide);
  return async () => {
    const before = process.cpuUsage();
    for (let call = 0; call < CALLS_PER_BATCH; call++) {
      await client.callTool({ name: 'add', arguments: { a: call, b: 1 } });
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / CALLS_PER_BATCH;
  };
}

async function measure(sdk) {
  const metrics = new MetricsCollector();
  const both = new MetricsCollector();
  const variants = {
    bare: await connect(sdk, (server) => server),
    bareAgain: await connect(sdk, (server) => server),
    instrumented: await connect(sdk, (server) => instrumentMcpServer(server, metrics)),
    bothNamings: await connect(sdk, (server) => instrumentMcpServer(server, both, { naming: 'both' })),
  };
  for (let warmUp = 0; warmUp < 20; warmUp++) for (const run of Object.values(variants)) await run();
  const samples = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Another order in each round, so that no variant always follows the same one.
    const order = Object.keys(variants).toSorted(() => Math.random() - 0.5);
    for (const name of order) samples[name].push(await variants[name]());
  }
  return samples;
}

/** Median of the differences, with the range in which the true median lies with 95 % probability. */
function difference(samples, reference) {
  const differences = samples.map((us, round) => us - reference[round]).toSorted((a, b) => a - b);
  const spread = 0.98 * Math.sqrt(differences.length);
  const at = (rank) => differences[Math.min(differences.length - 1, Math.max(0, Math.round(rank)))];
  const middle = (differences.length - 1) / 2;
  return `${at(middle).toFixed(2)} (${at(middle - spread).toFixed(2)} … ${at(middle + spread).toFixed(2)})`;
}

const quantile = (samples, q) => samples.toSorted((a, b) => a - b)[Math.floor(q * (samples.length - 1))].toFixed(2);

for (const [version, sdk] of Object.entries(sdks)) {
  const samples = await measure(sdk);
  console.log(`${version}: bare call ${quantile(samples.bare, 0.5)} µs (fastest ${quantile(samples.bare, 0)} µs)`);
  for (const name of ['bareAgain', 'instrumented', 'bothNamings']) {
    const fastest = quantile(samples[name], 0) - quantile(samples.bare, 0);
    console.log(
      `  ${name.padEnd(12)} + ${difference(samples[name], samples.bare)} µs; fastest + ${fastest.toFixed(2)} µs`,
    );
  }
}

// Marks follow asynchronous contexts, which costs every promise of the process something; so they come last.
enableToolExecutionMarks();
for (const [version, sdk] of Object.entries(sdks)) {
  const samples = await measure(sdk);
  console.log(`${version} with marks for wrapToolExecution: bare call ${quantile(samples.bare, 0.5)} µs`);
  console.log(`  instrumented + ${difference(samples.instrumented, samples.bare)} µs`);
}
