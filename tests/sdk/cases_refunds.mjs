// Refunds: caps, count, asynchronous outcome, idempotency.
import assert from 'node:assert/strict';
import { answer, client, key, price, refused, sandbox, simulate, succeeds, test } from './kit.mjs';
import { CHARGE, REFUND, STATUS } from './shapes.mjs';

const account = await sandbox.account();
const pay = client(account);
const captured = async (amount = '80.00') => (await sandbox.order(account, { amount, state: 'Captured' })).charge_id;
const refund = (chargeId, amount, headers = key()) => pay.createRefund({ chargeId, refundAmount: price(amount), softDescriptor: 'Demo Shop' }, headers);
const refunded = async (chargeId) => (await succeeds(pay.getCharge(chargeId), 200, CHARGE)).refundedAmount.amount;

test('refund: initiated, then Refunded after 30 s; the charge counts it at once', async () => {
  const chargeId = await captured();
  const made = await succeeds(refund(chargeId, '5.50'), 201, REFUND);
  assert.deepEqual(Object.keys(made.statusDetails), STATUS);
  assert.deepEqual([made.chargeId, made.refundAmount, made.softDescriptor, made.statusDetails.state, made.releaseEnvironment],
    [chargeId, price('5.50'), 'AMZ* Demo Shop', 'RefundInitiated', 'Sandbox']);
  assert.equal(await refunded(chargeId), '5.50');
  await sandbox.advance(31);
  assert.equal((await succeeds(pay.getRefund(made.refundId), 200, REFUND)).statusDetails.state, 'Refunded');
});

test('refund: all refunds together at most 15 percent above the capture, at most 75', async () => {
  for (const [amount, most, cent] of [['10.00', '11.50', '11.51'], ['1000.00', '1075.00', '1075.01']]) {
    const chargeId = await captured(amount);
    await refused(refund(chargeId, cent), 400, 'TransactionAmountExceeded');
    await succeeds(refund(chargeId, most), 201, REFUND);
    await refused(refund(chargeId, '0.01'), 400, 'TransactionAmountExceeded');
  }
});

test('refund: the eleventh of a charge is refused; declined ones count', async () => {
  const chargeId = await captured();
  const declined = await succeeds(refund(chargeId, '1.00', simulate('AmazonRejected')), 201, REFUND);
  for (let i = 0; i < 9; ++i) await succeeds(refund(chargeId, '1.00'), 201, REFUND);
  await refused(refund(chargeId, '1.00'), 422, 'TransactionCountExceeded');
  await sandbox.advance(31);
  const status = (await succeeds(pay.getRefund(declined.refundId), 200, REFUND)).statusDetails;
  assert.deepEqual([status.state, status.reasonCode], ['Declined', 'AmazonRejected']);
  assert.equal(await refunded(chargeId), '9.00');
});

test('refund: wrong state, currency, id and content', async () => {
  const { charge_id: authorized } = await sandbox.order(account);
  await refused(refund(authorized, '1.00'), 422, 'InvalidChargeStatus');
  const chargeId = await captured();
  await refused(pay.createRefund({ chargeId, refundAmount: price('1.00', 'GBP') }, key()), 400, 'CurrencyMismatch');
  await refused(pay.createRefund({ chargeId }, key()), 400, 'MissingParameterValue');
  await refused(pay.createRefund({ chargeId, refundAmount: price('1.00'), surprise: 1 }, key()), 400, 'UnrecognizedField');
  await refused(refund(chargeId, '1.00', simulate('NoSuchCode')), 400, 'InvalidSandboxSimulationSpecified');
  await refused(refund('S02-0000000-0000000-C000000', '1.00'), 404, 'ResourceNotFound');
  await refused(pay.getRefund('S02-0000000-0000000-R000000'), 404, 'ResourceNotFound');
});

test('refund: a replayed key pays once', async () => {
  const chargeId = await captured(), same = key();
  const first = await answer(refund(chargeId, '10.00', same));
  assert.deepEqual([first.status, await answer(refund(chargeId, '10.00', same))], [201, first]);
  assert.equal(await refunded(chargeId), '10.00');
  await refused(refund(chargeId, '11.00', same), 400, 'DuplicateIdempotencyKey');
});
