// Charges: create, get, capture, cancel, update; declines, pending results, limits of amount and currency, idempotency.
import assert from 'node:assert/strict';
import { DAY, answer, client, key, price, refused, sandbox, simulate, succeeds, test } from './kit.mjs';
import { CHARGE, METADATA, PERMISSION, STATUS } from './shapes.mjs';

const account = await sandbox.account();
const pay = client(account);
const confirmed = async (more) => (await sandbox.order(account, { intent: 'Confirm', ...more })).charge_permission_id;
const create = (chargePermissionId, amount, more = {}, headers = key()) =>
  pay.createCharge({ chargePermissionId, chargeAmount: price(amount), ...more }, headers);
const balance = async (id) => (await succeeds(pay.getChargePermission(id), 200, PERMISSION)).limits.amountBalance.amount;
const stateOf = async (id) => {
  const { statusDetails } = await succeeds(pay.getCharge(id), 200, CHARGE);
  return statusDetails.reasonCode ? `${statusDetails.state}/${statusDetails.reasonCode}` : statusDetails.state;
};

test('charge: authorized with the nulls of the real sandbox', async () => {
  const id = await confirmed();
  const made = await succeeds(create(id, '14.00'), 201, CHARGE);
  assert.deepEqual([made.chargeAmount, made.captureAmount, made.refundedAmount, made.softDescriptor], [price('14.00'), null, null, null]);
  assert.deepEqual([made.convertedAmount, made.conversionRate, made.channel, made.chargeInitiator, made.platformId, made.webCheckoutDetails],
    [null, null, null, null, null, null]);
  assert.deepEqual([made.providerMetadata, made.merchantMetadata], [{ providerReferenceId: null }, Object.fromEntries(METADATA.map((name) => [name, null]))]);
  assert.deepEqual(Object.keys(made.statusDetails), STATUS);
  assert.deepEqual(await succeeds(pay.getCharge(made.chargeId), 200, CHARGE), made);
});

test('charge: numbers are taken as amounts and answered as text', async () => {
  assert.deepEqual((await succeeds(create(await confirmed(), 14.5), 201, CHARGE)).chargeAmount, price('14.50'));
});

test('charge: captured in part gives the rest back; captured once only', async () => {
  const id = await confirmed();
  const { chargeId } = await succeeds(create(id, '80.00'), 201, CHARGE);
  await refused(pay.captureCharge(chargeId, { captureAmount: price('80.01') }, key()), 400, 'TransactionAmountExceeded');
  await refused(pay.captureCharge(chargeId, { captureAmount: price('1.00', 'GBP') }, key()), 400, 'CurrencyMismatch');
  await refused(pay.captureCharge(chargeId, { captureAmount: price('0.00') }, key()), 400, 'InvalidParameterValue');
  await refused(pay.captureCharge(chargeId, { captureAmount: price('1.00'), softDescriptor: 'longer than sixteen' }, key()), 400, 'InvalidParameterValue');
  const captured = await succeeds(pay.captureCharge(chargeId, { captureAmount: price('50.00'), softDescriptor: 'Demo Shop' }, key()), 200, CHARGE);
  assert.deepEqual([captured.captureAmount, captured.refundedAmount, captured.softDescriptor], [price('50.00'), price('0.00'), 'AMZ* Demo Shop']);
  assert.equal(await balance(id), '30.00');
  await refused(pay.captureCharge(chargeId, { captureAmount: price('10.00') }, key()), 422, 'InvalidChargeStatus');
  await refused(create(id, '30.01'), 400, 'TransactionAmountExceeded');
  assert.equal((await succeeds(create(id, '30.00', { captureNow: true, softDescriptor: 'Rest' }), 201, CHARGE)).statusDetails.state, 'Captured');
  await refused(create(id, '1.00'), 422, 'InvalidChargePermissionStatus');
});

test('charge: canceled once, the balance comes back', async () => {
  const id = await confirmed();
  const { chargeId } = await succeeds(create(id, '80.00'), 201, CHARGE);
  await refused(pay.cancelCharge(chargeId, {}), 400, 'MissingParameterValue');
  const canceled = await succeeds(pay.cancelCharge(chargeId, { cancellationReason: 'out of stock' }), 200, CHARGE);
  assert.deepEqual([canceled.statusDetails.state, canceled.statusDetails.reasonCode, canceled.statusDetails.reasonDescription],
    ['Canceled', 'MerchantCanceled', 'out of stock']);
  assert.equal(await balance(id), '80.00');
  await refused(pay.cancelCharge(chargeId, { cancellationReason: 'again' }), 422, 'InvalidChargeStatus');
});

test('charge: declined ones leave no object; a hard decline suspends, Amazon\'s rejection closes', async () => {
  const id = await confirmed();
  for (const code of ['SoftDeclined', 'TransactionTimedOut', 'HardDeclined']) await refused(create(id, '1.00', {}, simulate(code)), 422, code);
  const suspended = await succeeds(pay.getChargePermission(id), 200, PERMISSION);
  assert.deepEqual([suspended.statusDetails.state, suspended.statusDetails.reasons[0].reasonCode], ['NonChargeable', 'PaymentMethodInvalid']);
  await refused(create(id, '1.00'), 422, 'InvalidChargePermissionStatus');
  const other = await confirmed();
  await refused(create(other, '1.00', {}, simulate('AmazonRejected')), 422, 'AmazonRejected');
  assert.equal((await succeeds(pay.getChargePermission(other), 200, PERMISSION)).statusDetails.reasons[0].reasonCode, 'AmazonCanceled');
});

test('charge: pending authorizations end after 30 s, can be canceled before', async () => {
  const pending = { canHandlePendingAuthorization: true };
  const id = await confirmed();
  const ends = async (code) => (await succeeds(create(id, '1.00', pending, simulate(code)), 201, CHARGE));
  const good = await ends('AuthorizationInitiated'), soft = await ends('PendingSoftDeclined'), stopped = await ends('AuthorizationInitiated');
  assert.equal(good.statusDetails.state, 'AuthorizationInitiated');
  await refused(pay.captureCharge(good.chargeId, { captureAmount: price('1.00') }, key()), 422, 'InvalidChargeStatus');
  await succeeds(pay.cancelCharge(stopped.chargeId, { cancellationReason: 'too slow' }), 200, CHARGE);
  await sandbox.advance(31);
  assert.deepEqual([await stateOf(good.chargeId), await stateOf(soft.chargeId), await stateOf(stopped.chargeId)],
    ['Authorized', 'Declined/SoftDeclined', 'Canceled/MerchantCanceled']);
  await refused(create(id, '1.00', {}, simulate('AuthorizationInitiated')), 400, 'InvalidSandboxSimulationSpecified');
});

test('charge: pending captures, good and rejected', async () => {
  const id = await confirmed();
  const now = await succeeds(create(id, '10.00', { captureNow: true }, simulate('CaptureInitiated')), 201, CHARGE);
  const { chargeId: later } = await succeeds(create(id, '10.00'), 201, CHARGE);
  const capturing = await succeeds(pay.captureCharge(later, { captureAmount: price('10.00') }, simulate('CaptureInitiated')), 200, CHARGE);
  assert.deepEqual([now.statusDetails.state, capturing.statusDetails.state, capturing.captureAmount], ['CaptureInitiated', 'CaptureInitiated', null]);
  await refused(pay.cancelCharge(later, { cancellationReason: 'too late' }), 422, 'InvalidChargeStatus');
  await sandbox.advance(31);
  assert.deepEqual([await stateOf(now.chargeId), await stateOf(later)], ['Captured', 'Captured']);
  const { chargeId: rejected } = await succeeds(create(id, '10.00'), 201, CHARGE);
  await succeeds(pay.captureCharge(rejected, { captureAmount: price('10.00') }, simulate('AmazonRejected')), 200, CHARGE);
  await sandbox.advance(31);
  assert.equal(await stateOf(rejected), 'Declined/AmazonRejected');
});

test('charge: after 7 days a live-like capture is asynchronous, after 30 days there is none', async () => {
  const first = await sandbox.order(account), second = await sandbox.order(account);
  await sandbox.advance(7 * DAY + 60);
  await sandbox.settings({ live_behaviour: true });
  const slow = await succeeds(pay.captureCharge(first.charge_id, { captureAmount: price('80.00') }, key()), 200, CHARGE);
  await sandbox.settings({ live_behaviour: false });
  assert.equal(slow.statusDetails.state, 'CaptureInitiated');
  await sandbox.advance(23 * DAY);
  assert.deepEqual([await stateOf(first.charge_id), await stateOf(second.charge_id)], ['Captured', 'Canceled/ExpiredUnused']);
});

test('charge: another presentment currency than the ledger\'s is converted', async () => {
  const id = await confirmed({ currency: 'GBP' });
  const made = await succeeds(pay.createCharge({ chargePermissionId: id, chargeAmount: price('14.00', 'GBP') }, key()), 201, CHARGE);
  assert.deepEqual([made.convertedAmount, made.conversionRate], [price('14.00', 'EUR'), '1.00']);
  await refused(create(id, '1.00'), 400, 'CurrencyMismatch');
});

test('charge: overcharge raises the limit to the larger of 900 % and 500', async () => {
  const limit = async (amount) => {
    const id = await confirmed({ amount, allow_overcharge: true });
    return (await succeeds(pay.getChargePermission(id), 200, PERMISSION)).limits.amountLimit.amount;
  };
  assert.deepEqual([await limit('10.00'), await limit('100.00')], ['500.00', '900.00']);
});

test('charge: bad requests and unknown ids', async () => {
  const id = await confirmed();
  await refused(create(undefined, '1.00'), 400, 'MissingParameterValue');
  await refused(create(id, '1.001'), 400, 'InvalidParameterValue');
  await refused(create(id, '-1.00'), 400, 'InvalidParameterValue');
  await refused(create(id, '1.00', { surprise: true }), 400, 'UnrecognizedField');
  await refused(create(id, '1.00', { softDescriptor: 'only with capture' }), 400, 'InvalidParameterValue');
  await refused(create(id, '1.00', { softDescriptor: 'Demo' }), 400, 'InvalidParameterCombination');
  await refused(create(id, '1.00', {}, simulate('NoSuchCode')), 400, 'InvalidSandboxSimulationSpecified');
  await refused(create('S02-0000000-0000000', '1.00'), 404, 'ResourceNotFound');
  await refused(pay.getCharge('S02-0000000-0000000-C000000'), 404, 'ResourceNotFound');
  await refused(pay.captureCharge('S02-0000000-0000000-C000000', { captureAmount: price('1.00') }, key()), 404, 'ResourceNotFound');
  await refused(pay.cancelCharge('S02-0000000-0000000-C000000', { cancellationReason: 'x' }), 404, 'ResourceNotFound');
});

test('charge: a replayed key answers the same and charges once; with other content it is refused', async () => {
  const id = await confirmed(), same = key();
  const first = await answer(create(id, '10.00', {}, same));
  await sandbox.advance(60);
  assert.deepEqual(await answer(create(id, '10.00', {}, same)), first);
  assert.equal(await balance(id), '70.00');
  await refused(create(id, '11.00', {}, same), 400, 'DuplicateIdempotencyKey');
  const declined = simulate('SoftDeclined');
  await refused(create(id, '5.00', {}, declined), 422, 'SoftDeclined');
  await refused(create(id, '5.00', {}, { 'x-amz-pay-idempotency-key': declined['x-amz-pay-idempotency-key'] }), 422, 'SoftDeclined');
});

test('charge: only payment service providers update it', async () => {
  const body = { statusDetails: { state: 'Canceled', reasonCode: 'ExpiredUnused' } };
  const order = await sandbox.order(account);
  await refused(pay.updateCharge(order.charge_id, body), 401, 'UnauthorizedAccess');
  const provider = await sandbox.account({ psp: true }), theirs = client(provider);
  const [one, two] = [await sandbox.order(provider), await sandbox.order(provider, { state: 'AuthorizationInitiated' })];
  const canceled = await succeeds(theirs.updateCharge(one.charge_id, body), 200, CHARGE);
  assert.deepEqual([canceled.statusDetails.state, canceled.statusDetails.reasonCode], ['Canceled', 'ExpiredUnused']);
  await refused(theirs.updateCharge(one.charge_id, body), 422, 'InvalidChargeStatus');
  for (const state of ['Authorized', 'Captured'])
    assert.equal((await succeeds(theirs.updateCharge(two.charge_id, { statusDetails: { state } }), 200, CHARGE)).statusDetails.state, state);
  await refused(theirs.updateCharge(two.charge_id, { statusDetails: { state: 'Declined' } }), 400, 'MissingParameterValue');
  await refused(theirs.updateCharge('S02-0000000-0000000-C000000', body), 404, 'ResourceNotFound');
});
