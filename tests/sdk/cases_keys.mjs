// Both algorithms, all regions, keys of one environment and legacy keys: the whole way of an order. Then everything that is wrong with a signature.
import assert from 'node:assert/strict';
import https from 'node:https';
import { PSS, PSS_V2, axios, client, key, price, refused, sandbox, service, succeeds, test } from './kit.mjs';
import { openSession } from './checkout.mjs';
import { CHARGE, PERMISSION, REFUND, SESSION } from './shapes.mjs';

const letters = { Sandbox: 'S', Live: 'P' };
const regionDigits = { na: '01', eu: '02', jp: '03' };

async function wholeWay(pay, account, environment) {
  const yen = account.ledger_currency === 'JPY';
  const amount = price(yen ? '1400' : '14.00', account.ledger_currency);
  const id = await openSession(pay, account, { chargeAmount: amount });
  const session = await succeeds(pay.getCheckoutSession(id), 200, SESSION);
  assert.equal(session.releaseEnvironment, environment);
  await succeeds(pay.updateCheckoutSession(id, { merchantMetadata: { merchantReferenceId: '10043' } }), 200, SESSION);
  const done = await succeeds(pay.completeCheckoutSession(id, { chargeAmount: amount }), 200, SESSION);
  assert.match(done.chargePermissionId, new RegExp(`^${letters[environment]}${regionDigits[account.region]}-\\d{7}-\\d{7}$`));
  assert.match(done.chargeId, new RegExp(`^${done.chargePermissionId}-C\\d{6}$`));
  const permission = await succeeds(pay.getChargePermission(done.chargePermissionId), 200, PERMISSION);
  assert.deepEqual(permission.limits, { amountLimit: amount, amountBalance: price(yen ? '0' : '0.00', amount.currencyCode) });
  const captured = await succeeds(pay.captureCharge(done.chargeId, { captureAmount: amount }, key()), 200, CHARGE);
  assert.deepEqual([captured.captureAmount, captured.refundedAmount], [amount, price(yen ? '0' : '0.00', amount.currencyCode)]);
  const refund = await succeeds(pay.createRefund({ chargeId: done.chargeId, refundAmount: amount }, key()), 201, REFUND);
  assert.match(refund.refundId, new RegExp(`^${done.chargePermissionId}-R\\d{6}$`));
  await succeeds(pay.getRefund(refund.refundId), 200, REFUND);
}

for (const region of ['eu', 'na', 'jp']) {
  for (const [kind, wanted, environment, sdk] of [
    ['SANDBOX key', { environment: 'Sandbox' }, 'Sandbox', {}],
    ['LIVE key', { environment: 'Live' }, 'Live', {}],
    ['legacy key on /sandbox', {}, 'Sandbox', { sandbox: true }],
    ['legacy key on /live', {}, 'Live', { sandbox: false }],
  ]) {
    test(`keys: ${region}, ${kind}: an order from checkout to refund with both algorithms`, async () => {
      const legacy = kind.startsWith('legacy') ? { public_key_id: `A${region.toUpperCase()}LEGACY${environment.toUpperCase()}EXAMPLE` } : {};
      const account = await sandbox.account({ region, ...wanted, ...legacy });
      for (const algorithm of [PSS, PSS_V2]) await wholeWay(client(account, { algorithm, ...sdk }), account, environment);
    });
  }
}

test('keys: what one environment made does not exist in the other, nor for another account', async () => {
  const account = await sandbox.account({ public_key_id: 'ALEGACYBOTHEXAMPLE' });
  const order = await sandbox.order(account, { environment: 'Sandbox' });
  await succeeds(client(account, { sandbox: true }).getCharge(order.charge_id), 200, CHARGE);
  await refused(client(account, { sandbox: false }).getCharge(order.charge_id), 404, 'ResourceNotFound');
  await refused(client(await sandbox.account()).getCharge(order.charge_id), 404, 'ResourceNotFound');
});

test('keys: an unknown key id and a foreign private key are refused', async () => {
  const account = await sandbox.account(), other = await sandbox.account();
  await refused(client({ ...account, public_key_id: 'SANDBOX-AUNKNOWNEXAMPLE' }).getCharge('S02-1-1'), 401, 'UnauthorizedAccess');
  const error = await refused(client({ ...account, private_key_pem: other.private_key_pem }).getCharge('S02-1-1'), 403, 'InvalidRequestSignature');
  assert.match(error.message, /^Unable to verify signature, signing String \[AMZN-PAY-RSASSA-PSS-V2\n[0-9a-f]{64}\] , signature \[/);
});

// Signed by the SDK, changed on the way.
async function tampered(change) {
  const account = await sandbox.account();
  const payload = JSON.stringify({ chargeId: 'S02-1234567-7654321-C012345', refundAmount: price('5.50') });
  const headers = client(account).getSignedHeaders({ method: 'POST', urlFragment: 'refunds', payload, headers: key() });
  const request = { method: 'POST', url: `https://${service}/v2/refunds`, data: payload, headers };
  change(request);
  return axios.request(request);
}

test('signature: an altered body, header, path, algorithm or signature does not verify; unaltered it does', async () => {
  await refused(tampered(() => {}), 404, 'ResourceNotFound');
  await refused(tampered((r) => { r.data = r.data.replace('5.50', '9.50'); }), 403, 'InvalidRequestSignature');
  await refused(tampered((r) => { r.headers['x-amz-pay-date'] = '2020-01-01T00:00:00Z'; }), 403, 'InvalidRequestSignature');
  await refused(tampered((r) => { r.url = r.url.replace('/v2/refunds', '/v2/charges'); }), 403, 'InvalidRequestSignature');
  await refused(tampered((r) => { r.headers.authorization = r.headers.authorization.replace(/Signature=..../, 'Signature=AAAA'); }), 403, 'InvalidRequestSignature');
  await refused(tampered((r) => { r.headers.authorization = r.headers.authorization.replace(PSS_V2, PSS); }), 403, 'InvalidRequestSignature');
  await refused(tampered((r) => { r.headers.authorization = 'Bearer x'; }), 403, 'InvalidAuthentication');
  await refused(tampered((r) => { delete r.headers.authorization; }), 403, 'InvalidAuthentication');
});

test('headers: idempotency keys are required for creates and captures, and checked', async () => {
  const account = await sandbox.account(), pay = client(account);
  const body = { chargeId: 'S02-1234567-7654321-C012345', refundAmount: price('5.50') };
  await refused(pay.createRefund(body), 400, 'MissingHeader');
  await refused(pay.createCharge({}), 400, 'MissingHeader');
  await refused(pay.createCheckoutSession({}), 400, 'MissingHeader');
  await refused(pay.captureCharge('S02-1234567-7654321-C012345', {}), 400, 'MissingHeader');
  await refused(pay.createRefund(body, { 'x-amz-pay-idempotency-key': 'x'.repeat(33) }), 400, 'InvalidHeaderValue');
  await refused(pay.createRefund(body, { 'x-amz-pay-idempotency-key': 'a key' }), 400, 'InvalidHeaderValue');
});

test('headers: the region of another account is refused', async () => {
  const account = await sandbox.account({ region: 'eu' });
  await refused(client(account, { region: 'jp' }).getCharge('S02-1-1'), 400, 'InvalidHeaderValue');
});

test('paths: unknown resources are 404, other versions 400, other methods 405', async () => {
  const pay = client(await sandbox.account());
  await refused(pay.apiCall({ method: 'GET', urlFragment: 'nothing' }), 404, 'ResourceNotFound');
  await refused(pay.apiCall({ method: 'GET', urlFragment: 'refunds' }), 405, 'UnsupportedOperation');
  await refused(pay.apiCall({ method: 'DELETE', urlFragment: 'charges/S02-1-1-C1' }), 405, 'UnsupportedOperation');
  await refused(axios.request({ url: `https://${service}/v1/charges/S02-1-1-C1` }), 400, 'InvalidAPIVersion');
});

test('tls: the certificate comes from the authority of the sandbox and of no one else', async () => {
  const attempt = new Promise((resolve) => https.get(`https://${service}/v2/x`, { ca: [], rejectUnauthorized: true }, resolve).on('error', resolve));
  assert.match((await attempt).code ?? 'connected', /SELF_SIGNED|UNABLE_TO/);
});
