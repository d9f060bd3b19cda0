// Starts amazonpay-sandbox in a temporary folder and runs the cases in a second Node, which trusts the sandbox's test authority.
// usage: run.mjs AMAZONPAY_SANDBOX [part of a case's name]
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [binary, filter = ''] = process.argv.slice(2);
if (!binary || !existsSync(binary)) fail(`the sandbox program ${binary} is missing: build amazonpay-sandbox first`);
if (!existsSync(join(here, 'node_modules', '@amazonpay'))) fail(`${here}/node_modules is missing: run npm ci there first (./test does it)`);

const folder = mkdtempSync(join(tmpdir(), 'amazonpay-sdk-'));
const sandbox = spawn(binary, ['serve', '--data', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
let status = 1;
try {
  const endpoint = await ready();
  const cases = spawn(process.execPath, ['--no-warnings', join(here, 'cases.mjs'), filter], {
    stdio: 'inherit',
    env: { ...process.env, NODE_EXTRA_CA_CERTS: endpoint.ca, SANDBOX_PORT: endpoint.port, SANDBOX_CONTROL_PORT: endpoint.control_port },
  });
  status = await new Promise((resolve) => cases.on('exit', (code) => resolve(code ?? 1)));
} catch (error) {
  console.error(error.message);
} finally {
  sandbox.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = status;

async function ready() {
  const file = join(folder, 'endpoint.json');
  for (let i = 0; i < 300; ++i) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    if (sandbox.exitCode !== null) throw new Error(`the sandbox ended with ${sandbox.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the sandbox was not ready after 30 s');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
