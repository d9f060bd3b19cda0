// Delivery trackers, signed-in buyers, authorization tokens.
import assert from 'node:assert/strict';
import { client, key, price, refused, sandbox, succeeds, test } from './kit.mjs';
import { ADDRESS, CHARGE } from './shapes.mjs';

const account = await sandbox.account();
const pay = client(account);
let parcels = 0;
const parcel = (more = {}) => ({ trackingNumber: `1Z999AA1012345${++parcels}`, carrierCode: 'UPS', ...more });

test('tracker: content is echoed under the key that was used; a number counts once', async () => {
  const { charge_permission_id: id } = await sandbox.order(account);
  const deliveryDetails = [parcel(), parcel({ carrierCode: 'DHL_DE' })];
  assert.deepEqual(await succeeds(pay.deliveryTrackers({ chargePermissionId: id, deliveryDetails }), 200, ['chargePermissionId', 'deliveryDetails']),
    { chargePermissionId: id, deliveryDetails });
  await refused(pay.deliveryTrackers({ chargePermissionId: id, deliveryDetails }), 400, 'InvalidParameterValue');
  const old = { amazonOrderReferenceId: id, deliveryDetails: [parcel()] };
  assert.deepEqual(await succeeds(pay.deliveryTrackers(old, key()), 200, ['amazonOrderReferenceId', 'deliveryDetails']), old);
});

test('tracker: unknown order, carrier, number and form', async () => {
  const { charge_permission_id: chargePermissionId } = await sandbox.order(account);
  await refused(pay.deliveryTrackers({ deliveryDetails: [parcel()] }), 400, 'MissingParameterValue');
  await refused(pay.deliveryTrackers({ chargePermissionId: 'S02-0000000-0000000', deliveryDetails: [parcel()] }), 400, 'InvalidParameterValue');
  await refused(pay.deliveryTrackers({ chargePermissionId, deliveryDetails: [parcel({ carrierCode: 'PIGEON' })] }), 400, 'InvalidParameterValue');
  await refused(pay.deliveryTrackers({ chargePermissionId, deliveryDetails: [parcel({ trackingNumber: 'not a number' })] }), 400, 'InvalidParameterValue');
  await refused(pay.deliveryTrackers({ chargePermissionId, deliveryDetails: [{ carrierCode: 'UPS' }] }), 400, 'MissingParameterValue');
  await refused(pay.deliveryTrackers({ chargePermissionId, deliveryDetails: [] }), 400, 'InvalidInputFormat');
  await refused(pay.deliveryTrackers({ chargePermissionId, deliveryDetails: 'x' }), 400, 'InvalidInputFormat');
});

test('buyer: read with the token of a sign-in', async () => {
  const { buyer_token: token } = await sandbox.post('buyers', { public_key_id: account.public_key_id });
  const buyer = await succeeds(pay.getBuyer(token), 200, ['name', 'email', 'postalCode', 'countryCode', 'buyerId', 'phoneNumber', 'shippingAddress', 'billingAddress',
    'primeMembershipTypes']);
  assert.match(buyer.buyerId, /^amzn1\.account\.[0-9A-Z]{28}$/);
  assert.deepEqual([Object.keys(buyer.shippingAddress), buyer.postalCode], [ADDRESS, buyer.shippingAddress.postalCode]);
  await refused(pay.getBuyer('no-such-token'), 404, 'ResourceNotFound');
  await refused(client(await sandbox.account()).getBuyer(token), 404, 'ResourceNotFound');
});

test('authorization token: live only, for the merchant who gave it; with it the provider acts for that merchant', async () => {
  const provider = await sandbox.account({ environment: 'Live' }), merchant = await sandbox.account({ environment: 'Live' });
  const theirs = client(provider);
  const { mws_auth_token: token } = await sandbox.post('delegations', { public_key_id: provider.public_key_id, for_merchant_id: merchant.merchant_id });
  const answer = await succeeds(theirs.getAuthorizationToken(token, merchant.merchant_id), 200, ['authorizationToken', 'createTimestamp', 'expireTimestamp']);
  await refused(theirs.getAuthorizationToken(token, 'ANOTHERMERCHANT'), 403, 'InvalidAuthorizationToken');
  await refused(theirs.getAuthorizationToken('amzn.mws.unknown', merchant.merchant_id), 403, 'InvalidAuthorizationToken');
  await refused(pay.getAuthorizationToken(token, merchant.merchant_id), 405, 'UnsupportedOperation');
  const { charge_id: chargeId } = await sandbox.order(merchant);
  await refused(theirs.getCharge(chargeId), 404, 'ResourceNotFound');
  const delegated = { 'x-amz-pay-authtoken': answer.authorizationToken };
  await succeeds(theirs.getCharge(chargeId, delegated), 200, CHARGE);
  await succeeds(theirs.captureCharge(chargeId, { captureAmount: price('80.00') }, { ...key(), ...delegated }), 200, CHARGE);
  await refused(theirs.getCharge(chargeId, { 'x-amz-pay-authtoken': 'wrong' }), 403, 'InvalidAuthorizationToken');
});
