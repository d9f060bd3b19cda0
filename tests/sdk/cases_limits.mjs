// Counts and throttling. Throttling is on only in here: its buckets belong to an account, but the switch to the whole sandbox.
import assert from 'node:assert/strict';
import { answer, client, key, price, refused, sandbox, succeeds, test } from './kit.mjs';
import { CHARGE } from './shapes.mjs';

test('limit: the 26th charge of a permission is refused', async () => {
  const account = await sandbox.account(), pay = client(account);
  const { charge_permission_id: chargePermissionId } = await sandbox.order(account, { intent: 'Confirm' });
  for (let i = 0; i < 25; ++i) await succeeds(pay.createCharge({ chargePermissionId, chargeAmount: price('1.00') }, key()), 201, CHARGE);
  await refused(pay.createCharge({ chargePermissionId, chargeAmount: price('1.00') }, key()), 422, 'TransactionCountExceeded');
});

test('limit: no charge above 150,000', async () => {
  const account = await sandbox.account(), pay = client(account);
  const { charge_permission_id: chargePermissionId } = await sandbox.order(account, { intent: 'Confirm', amount: '200000.00' });
  await refused(pay.createCharge({ chargePermissionId, chargeAmount: price('150000.01') }, key()), 400, 'TransactionAmountExceeded');
  await succeeds(pay.createCharge({ chargePermissionId, chargeAmount: price('150000.00') }, key()), 201, CHARGE);
});

const pay = client(await sandbox.account());
const id = 'S02-0000000-0000000', charge = `${id}-C000000`;
const burst = {
  createCheckoutSession: [5, () => pay.createCheckoutSession({}, key())],
  getCheckoutSession: [10, () => pay.getCheckoutSession('x')],
  updateCheckoutSession: [5, () => pay.updateCheckoutSession('x', {})],
  completeCheckoutSession: [2, () => pay.completeCheckoutSession('x', {})],
  getChargePermission: [10, () => pay.getChargePermission(id)],
  updateChargePermission: [5, () => pay.updateChargePermission(id, {})],
  closeChargePermission: [2, () => pay.closeChargePermission(id, {})],
  createCharge: [2, () => pay.createCharge({}, key())],
  getCharge: [5, () => pay.getCharge(charge)],
  captureCharge: [2, () => pay.captureCharge(charge, {}, key())],
  cancelCharge: [2, () => pay.cancelCharge(charge, {})],
  createRefund: [2, () => pay.createRefund({}, key())],
  getRefund: [5, () => pay.getRefund(`${id}-R000000`)],
  deliveryTrackers: [1, () => pay.deliveryTrackers({})],
  getReports: [3, () => pay.getReports()],
  getDisbursements: [3, () => pay.apiCall({ method: 'GET', urlFragment: 'disbursements' })],
};

for (const [name, [allowed, call]] of Object.entries(burst)) {
  test(`throttled: ${name} after ${allowed} requests at once`, async () => {
    await sandbox.settings({ throttling: true, report_burst: 3 });
    try {
      const reasons = [];
      // One more for each second that the requests themselves took.
      const started = Date.now();
      for (let i = 0; i < allowed; ++i) reasons.push((await answer(call())).body.reasonCode);
      assert.ok(!reasons.includes('TooManyRequests'), `${reasons}`);
      const restored = Math.ceil((Date.now() - started) / 1000);
      const more = await Promise.all(Array.from({ length: restored + 2 }, () => answer(call())));
      const throttled = more.find((one) => one.status === 429);
      assert.equal(throttled?.body.reasonCode, 'TooManyRequests');
    } finally {
      await sandbox.settings({ throttling: false, report_burst: 0 });
    }
  });
}
