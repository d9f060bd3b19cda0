// What the cases need: the SDK's clients for an account, the control interface, checks that say what was expected, and one line per case.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import https from 'node:https';

const require = createRequire(import.meta.url);
const { WebStoreClient } = require('@amazonpay/amazon-pay-api-sdk-nodejs');
export const axios = createRequire(require.resolve('@amazonpay/amazon-pay-api-sdk-nodejs'))('axios');

// With overrideServiceUrl the SDK switches the certificate check off for the whole process; here it stays on, with the sandbox's authority.
axios.defaults.httpsAgent = new https.Agent({ rejectUnauthorized: true, keepAlive: true });

export const service = `localhost:${process.env.SANDBOX_PORT}`;
const controlBase = `http://127.0.0.1:${process.env.SANDBOX_CONTROL_PORT}`;

export const PSS = 'AMZN-PAY-RSASSA-PSS';
export const PSS_V2 = 'AMZN-PAY-RSASSA-PSS-V2';

export function client(account, options = {}) {
  return new WebStoreClient({
    publicKeyId: account.public_key_id,
    privateKey: account.private_key_pem,
    region: account.region === 'na' ? 'us' : account.region,
    algorithm: PSS_V2,
    overrideServiceUrl: service,
    ...options,
  });
}

export const key = () => ({ 'x-amz-pay-idempotency-key': randomUUID().replaceAll('-', '') });
export const simulate = (code) => ({ ...key(), 'x-amz-pay-simulation-code': code });

// The answer of a call, whether the SDK resolves or rejects it.
export async function answer(promise) {
  const { status, data, headers } = await promise.catch((error) => {
    if (!error.response) throw error;
    return error.response;
  });
  assert.match(headers['x-amz-pay-request-id'] ?? '', /^[0-9a-f-]{36}$/, 'the answer carries x-amz-pay-request-id');
  assert.match(headers['content-type'], /^application\/json/, 'the answer is JSON');
  return { status, body: data };
}

export async function succeeds(promise, status, keys) {
  const got = await answer(promise);
  assert.equal(got.status, status, `status ${got.status} instead of ${status}: ${JSON.stringify(got.body)}`);
  if (keys) assert.deepEqual(Object.keys(got.body), keys, 'keys and their order');
  return got.body;
}

export async function refused(promise, status, reasonCode) {
  const got = await answer(promise);
  assert.deepEqual([got.status, got.body.reasonCode], [status, reasonCode], JSON.stringify(got.body));
  assert.deepEqual(Object.keys(got.body), ['reasonCode', 'message'], 'keys of an error');
  assert.ok(got.body.message.length > 10, 'an error has a message for developers');
  return got.body;
}

async function control(method, path, body) {
  const response = await fetch(controlBase + path, { method, body: body && JSON.stringify(body) });
  const data = await response.json();
  assert.equal(response.status, 200, `${path}: ${JSON.stringify(data)}`);
  return data;
}

export const sandbox = {
  account: (wanted = {}) => control('POST', '/control/keypair', wanted),
  order: (account, wanted = {}) => control('POST', '/control/orders', { public_key_id: account.public_key_id, amount: '80.00', ...wanted }),
  signIn: (sessionId, wanted = {}) => control('POST', `/control/checkout-sessions/${sessionId}/buyer`, wanted),
  settings: (wanted) => control('POST', '/control/settings', wanted),
  advance: (seconds) => control('POST', '/control/clock', { advance_s: seconds }),
  now: async () => (await control('GET', '/control/clock')).now_ms,
  post: (path, body) => control('POST', `/control/${path}`, body),
};

export const price = (amount, currencyCode = 'EUR') => ({ amount, currencyCode });
export const basicTime = (ms) => new Date(ms).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '');
export const DAY = 86400;

const cases = [];
export const test = (name, body) => cases.push({ name, body });

export async function run(filter) {
  let failed = 0;
  const wanted = cases.filter(({ name }) => name.includes(filter));
  for (const { name, body } of wanted) {
    try {
      await body();
      console.log(`ok      ${name}`);
    } catch (error) {
      ++failed;
      console.log(`FAILED  ${name}\n        ${error.stack}`);
    }
  }
  console.log(`${wanted.length - failed} of ${wanted.length} cases passed`);
  return failed || wanted.length === 0 ? 1 : 0;
}
