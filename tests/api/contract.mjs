// Drives every endpoint of a running shopadmin from its OpenAPI document: each path and method with valid input, without a token, with a bad one, with a token
// that lacks the scope, and with bad input. Every answer must be one the document names, in the form it gives; endpoints of the server and of the document
// must be the same. Called by tests/acceptance/test_api.py:  node contract.mjs CONTEXT.json
import fs from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const context = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const base = context.base;
const problems = [];
const expect = (good, what) => { if (!good) problems.push(what); return good; };

const file = JSON.parse(fs.readFileSync(context.document, 'utf8'));
const served = await (await fetch(`${base}/openapi.json`)).json();
expect(JSON.stringify(file) === JSON.stringify(served), 'the served document is the file in the source tree');
const validator = new Validator();
const checked = await validator.validate(structuredClone(served));
expect(checked.valid, `the document is not valid OpenAPI: ${JSON.stringify(checked.errors)}`);
expect(validator.version === '3.1', `the document is OpenAPI 3.1, not ${validator.version}`);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(served, 'document');
const pointer = text => text.replaceAll('~', '~0').replaceAll('/', '~1');

// Where the schema of an answer stands, following a $ref of the response itself.
function schemaOf(path, method, status, type) {
  let at = `#/paths/${pointer(path)}/${method}/responses/${status}`;
  let response = served.paths[path][method].responses[status];
  if (response?.$ref) at = response.$ref, response = served.components.responses[response.$ref.split('/').pop()];
  if (!response) return null;
  if (!response.content) return { empty: true, response };
  if (!response.content[type]) return null;
  return { response, validate: ajv.compile({ $ref: `document${at.replaceAll('{', '%7B').replaceAll('}', '%7D')}/content/${pointer(type)}/schema` }) };
}

async function call(path, method, given, told) {
  const address = base + (path === '/' ? '' : path).replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(given.path?.[name] ?? 'nothing-here'));
  const query = new URLSearchParams(given.query ?? {}).toString();
  const answer = await fetch(address + (query ? `?${query}` : ''), { method: method.toUpperCase(), body: given.body, headers: { ...(given.token ? { Authorization: `Bearer ${given.token}` } : {}), ...given.headers } });
  const text = await answer.text();
  const type = (answer.headers.get('content-type') ?? '').split(';')[0];
  const name = `${method.toUpperCase()} ${path} (${told}): ${answer.status}`;
  const schema = schemaOf(path, method, answer.status, type);
  if (!expect(schema, `${name} ${type} is not in the document: ${text.slice(0, 300)}`)) return { status: answer.status, text };
  if (schema.empty) return expect(text === '', `${name} has a body`), { status: answer.status, headers: answer.headers };
  let body = null;
  try { body = JSON.parse(text); } catch { expect(false, `${name} is no JSON: ${text.slice(0, 200)}`); }
  expect(schema.validate(body), `${name} does not fit its schema: ${ajv.errorsText(schema.validate.errors)}\n${text.slice(0, 600)}`);
  for (const header of Object.keys(schema.response.headers ?? {})) expect(answer.headers.has(header), `${name} lacks the header ${header}`);
  if (type === 'application/problem+json') expect(body.status === answer.status && body.detail.length > 10, `${name} says its status and what to do: ${text}`);
  return { status: answer.status, body, headers: answer.headers };
}

const status = (answer, wanted, told) => expect(answer.status === wanted, `${told}: ${answer.status}, not ${wanted} ${JSON.stringify(answer.body ?? answer.text ?? '').slice(0, 400)}`);
const all = context.token;

// What a valid request of each operation needs beyond what the document's examples say.
const json = { 'Content-Type': 'application/json' };
const plugin = { plugin: context.plugin };
const order = { order: context.order };
const valid = {
  index: {}, description: {}, me: {}, orders: { query: { limit: 2, q: context.order } }, order: { path: order }, timeline: { path: order }, plugins: {},
  read: { path: { ...plugin, command: 'status' }, query: order },
  plan: { path: { ...plugin, command: 'refund' }, headers: json, body: JSON.stringify({ ...order, amount: '1.00', currency: 'EUR', reason: 'goodwill' }) },
  planAgain: async () => ({ path: { plan: await newPlan() } }),
  act: async () => ({ path: { plan: await newPlan() }, headers: { 'Idempotency-Key': context.key } }),
  operation: async () => ({ path: { operation: context.operation } }),
};
// Bad input of each operation, with the status it must have.
const long = 'x'.repeat(40);
const bad = {
  orders: [[{ query: { limit: 0 } }, 422], [{ query: { limit: 'many' } }, 422], [{ query: { folder: 'attic' } }, 422], [{ query: { cursor: 'damaged' } }, 422], [{ query: { unknown: 1 } }, 422], [{ query: { from_ms: 'today' } }, 422]],
  order: [[{ path: { order: long } }, 404]], timeline: [[{ path: { order: long } }, 404]],
  read: [[{ path: { ...plugin, command: 'status' }, query: {} }, 422], [{ path: { ...plugin, command: 'status' }, query: { order: long } }, 404], [{ path: { ...plugin, command: 'nonsense' } }, 404], [{ path: { plugin: 'nobody', command: 'status' } }, 403],
    [{ path: { ...plugin, command: 'refund' }, query: order }, 404], [{ path: { ...plugin, command: 'key-list' } }, 404], [{ path: { ...plugin, command: 'status' }, query: { ...order, more: 1 } }, 422]],
  plan: [[{ body: 'no json', headers: json }, 400], [{ body: '{}', headers: json }, 422], [{ body: JSON.stringify({ ...order, amount: 1.5 }), headers: json }, 422], [{ body: JSON.stringify({ ...order, amount: '99999.00' }), headers: json }, 422],
    [{ body: JSON.stringify({ ...order, amount: 'much' }), headers: json }, 422], [{ body: JSON.stringify({ ...order, amount: '1.00', currency: 'GBP' }), headers: json }, 422], [{ body: JSON.stringify({ order: long, amount: '1.00' }), headers: json }, 404],
    [{ body: 'order=1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 415], [{ path: { ...plugin, command: 'status' }, body: '{}', headers: json }, 404], [{ body: JSON.stringify({ ...order, amount: '1.00', extra: '1' }), headers: json }, 422],
    [{ body: JSON.stringify({ text: 'y'.repeat(1_200_000) }), headers: json }, 413]],
  planAgain: [[{ path: { plan: 'p-none' } }, 404]],
  act: [[{ path: { plan: 'p-none' }, headers: { 'Idempotency-Key': 'never-used-1' } }, 404], [{ path: { plan: 'p-none' } }, 409], [{ headers: {} }, 422], [{ path: { plan: 'p-none' }, headers: { 'Idempotency-Key': 'short' } }, 422]],
  operation: [[{ path: { operation: long } }, 404]],
};

async function newPlan(amount = '1.00') {
  const answer = await call('/plugins/{plugin}/{command}/plans', 'post', { ...valid.plan, token: all, body: JSON.stringify({ ...order, amount }) }, 'a plan for the next');
  return answer.body?.plan;
}

const table = (await (await fetch(base)).json()).endpoints.map(one => `${one.method} ${one.path} ${one.scope ?? 'open'}`).sort();
const described = Object.entries(served.paths).flatMap(([path, item]) => Object.entries(item).map(([method, op]) => `${method.toUpperCase()} ${path} ${op.security?.length === 0 ? 'open' : op['x-scope']}`)).sort();
expect(JSON.stringify(table) === JSON.stringify(described), `the endpoints of the server and of the document differ:\n${table.join('\n')}\n---\n${described.join('\n')}`);

let calls = 0;
for (const [path, item] of Object.entries(served.paths))
  for (const [method, op] of Object.entries(item)) {
    const given = typeof valid[op.operationId] === 'function' ? await valid[op.operationId]() : valid[op.operationId];
    if (!expect(given, `${op.operationId} has no valid request in this test`)) continue;
    const good = Number(Object.keys(op.responses).find(code => code.startsWith('2')));
    const answer = await call(path, method, { ...given, token: op.security?.length === 0 ? '' : all }, 'valid');
    status(answer, good, `${op.operationId}, valid`);
    calls += 1;
    if (op.operationId === 'act') context.operation = answer.body?.operation;
    if (op.responses['304'] && op.operationId !== 'operation') status(await call(path, method, { ...given, token: all, headers: { 'If-None-Match': answer.headers.get('etag') } }, 'unchanged'), 304, `${op.operationId}, unchanged`);
    status(await call(path, method === 'get' ? 'get' : method, { ...given, path: given.path, token: all, headers: { ...given.headers } }, 'again'), good, `${op.operationId}, again`);
    if (op.security?.length !== 0) {
      status(await call(path, method, { ...given, token: '' }, 'no token'), 401, `${op.operationId}, no token`);
      status(await call(path, method, { ...given, token: 'shp_' + '0'.repeat(64) }, 'unknown token'), 401, `${op.operationId}, unknown token`);
      status(await call(path, method, { ...given, token: context.expired }, 'revoked token'), 401, `${op.operationId}, revoked token`);
      if (op['x-scope']) {
        const refused = await call(path, method, { ...given, token: context.scopeless }, 'without the scope');
        status(refused, 403, `${op.operationId}, without the scope`);
        expect(refused.body?.code === 'scope_missing', `${op.operationId} says that the scope is missing`);
      }
    }
    for (const [wrong, wanted] of bad[op.operationId] ?? []) status(await call(path, method, { ...given, ...wrong, token: all }, `bad ${JSON.stringify(wrong).slice(0, 80)}`), wanted, `${op.operationId}, bad input ${JSON.stringify(wrong).slice(0, 100)}`);
    calls += (bad[op.operationId] ?? []).length + 5;
  }

// What no operation has: a wrong method, an unknown address, a cookie instead of a token.
const wrong = await fetch(`${base}/orders`, { method: 'DELETE', headers: { Authorization: `Bearer ${all}` } });
expect(wrong.status === 405 && wrong.headers.get('allow') === 'GET', `a wrong method is 405 with Allow: ${wrong.status}`);
expect((await fetch(`${base}/nothing`, { headers: { Authorization: `Bearer ${all}` } })).status === 404, 'an unknown address is 404');
expect((await fetch(`${base}/me`, { headers: { Cookie: `session=${all}; sid=${all}` } })).status === 401, 'a cookie counts for nothing');

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(`${described.length} endpoints, ${calls} calls: all as the document says`);
