// Checkout sessions: constraints, completion in every intent, simulated cards and codes, scripted checkout; then get, update and close a permission.
import assert from 'node:assert/strict';
import { DAY, client, key, price, refused, sandbox, simulate, succeeds, test } from './kit.mjs';
import { openSession, sessionRequest } from './checkout.mjs';
import { ADDRESS, BUYER, CHARGE, FINALIZED, METADATA, PERMISSION, PERMISSION_STATUS, SAVED_WALLET, SESSION, STATUS } from './shapes.mjs';

const account = await sandbox.account();
const pay = client(account);
const complete = (id, amount = '14.00', headers = null) => pay.completeCheckoutSession(id, { chargeAmount: price(amount) }, headers);

test('session: created open, with urls, constraints and nulls as Amazon sends them', async () => {
  const made = await succeeds(pay.createCheckoutSession({ webCheckoutDetails: { checkoutReviewReturnUrl: 'https://shop.example/review' },
    storeId: account.store_id }, key()), 201, SESSION);
  assert.match(made.checkoutSessionId, /^[0-9a-f-]{36}$/);
  assert.deepEqual(Object.keys(made.webCheckoutDetails), ['checkoutReviewReturnUrl', 'checkoutResultReturnUrl', 'checkoutCancelUrl', 'amazonPayRedirectUrl']);
  assert.deepEqual(Object.keys(made.statusDetails), STATUS);
  assert.deepEqual([made.statusDetails.state, made.productType, made.chargePermissionType], ['Open', 'PayAndShip', 'OneTime']);
  assert.deepEqual([made.buyer, made.chargePermissionId, made.chargeId, made.tokens], [null, null, null, null]);
  assert.deepEqual(made.merchantMetadata, Object.fromEntries(METADATA.map((name) => [name, null])));
  assert.deepEqual(made.constraints.map((one) => one.constraintId),
    ['CheckoutResultReturnUrlNotSet', 'ChargeAmountNotSet', 'PaymentIntentNotSet', 'BuyerNotAssociated']);
  assert.deepEqual(Object.keys(made.constraints[0]), ['constraintId', 'description']);
  await refused(complete(made.checkoutSessionId), 422, 'InvalidCheckoutSessionStatus');
});

test('session: updated until nothing is missing, completed, then neither updated nor completed again', async () => {
  const made = await succeeds(pay.createCheckoutSession(sessionRequest(account, { paymentIntent: undefined }), key()), 201, SESSION);
  const id = made.checkoutSessionId;
  const updated = await succeeds(pay.updateCheckoutSession(id, { paymentDetails: { paymentIntent: 'Authorize', chargeAmount: price(20) } }), 200, SESSION);
  assert.deepEqual(updated.paymentDetails.chargeAmount, price('20.00'));
  await sandbox.signIn(id);
  const ready = await succeeds(pay.getCheckoutSession(id), 200, SESSION);
  assert.deepEqual(ready.constraints, []);
  assert.deepEqual([Object.keys(ready.buyer), Object.keys(ready.billingAddress), Object.keys(ready.shippingAddress)], [BUYER, ADDRESS, ADDRESS]);
  await refused(complete(id, '19.99'), 409, 'AmountMismatch');
  const done = await succeeds(complete(id, '20.00'), 200, SESSION);
  assert.deepEqual([done.statusDetails.state, done.buyer, done.shippingAddress, done.webCheckoutDetails.amazonPayRedirectUrl], ['Completed', null, null, null]);
  await refused(complete(id, '20.00'), 422, 'InvalidCheckoutSessionStatus');
  await refused(pay.updateCheckoutSession(id, { merchantMetadata: { merchantReferenceId: 'x' } }), 422, 'InvalidCheckoutSessionStatus');
});

test('session: completed with the intents Confirm, Authorize and AuthorizeWithCapture', async () => {
  const charge = async (paymentIntent) => {
    const done = await succeeds(complete(await openSession(pay, account, { paymentIntent })), 200, SESSION);
    return done.chargeId && (await succeeds(pay.getCharge(done.chargeId), 200, CHARGE)).statusDetails.state;
  };
  assert.deepEqual([await charge('Confirm'), await charge('Authorize'), await charge('AuthorizeWithCapture')], [null, 'Authorized', 'Captured']);
});

test('session: the shop sees of the buyer what its scopes ask for; an empty text of the metadata comes back as null', async () => {
  const id = await openSession(pay, account, {}, { scopes: ['name'] });
  const open = await succeeds(pay.getCheckoutSession(id), 200, SESSION);
  assert.deepEqual([open.buyer.name, open.buyer.email, open.buyer.phoneNumber, open.billingAddress, open.merchantMetadata.customInformation],
    ['Erika Beispiel', null, null, null, null]);
  assert.deepEqual(Object.keys(open.shippingAddress), ADDRESS);
  const done = await succeeds(complete(id), 200, SESSION);
  const permission = await succeeds(pay.getChargePermission(done.chargePermissionId), 200, PERMISSION);
  assert.deepEqual([permission.buyer.name, permission.buyer.email, permission.billingAddress], ['Erika Beispiel', null, null]);
  await refused(pay.createCheckoutSession(sessionRequest(account, {}, { scopes: ['everything'] }), key()), 400, 'InvalidParameterValue');
});

test('session: without delivery there is no shipping address; the expiration can be extended to 13 months', async () => {
  const { charge_permission_id: id } = await sandbox.order(account, { pay_only: true, extend_expiration: true });
  const permission = await succeeds(pay.getChargePermission(id), 200, PERMISSION);
  assert.deepEqual([permission.shippingAddress, Object.keys(permission.billingAddress)], [null, ADDRESS]);
  const year = (text) => Number(text.slice(0, 4)) * 12 + Number(text.slice(4, 6));
  assert.equal(year(permission.expirationTimestamp) - year(permission.creationTimestamp), 13);
});

test('session: bad requests', async () => {
  const create = (details, more) => pay.createCheckoutSession(sessionRequest(account, details, more), key());
  await refused(create({}, { storeId: undefined }), 400, 'MissingParameterValue');
  await refused(create({}, { storeId: 'amzn1.application-oa2-client.another' }), 400, 'InvalidParameterValue');
  await refused(create({}, { surprise: 1 }), 400, 'UnrecognizedField');
  await refused(create({}, { merchantMetadata: { merchantStoreName: 'x'.repeat(51) } }), 400, 'InvalidParameterValue');
  await refused(create({ paymentIntent: 'AuthorizeWithCapture', canHandlePendingAuthorization: true }), 400, 'InvalidParameterCombination');
  await refused(create({ softDescriptor: 'Demo Shop' }), 400, 'InvalidParameterCombination');
  await refused(create({ totalOrderAmount: price('50.00', 'GBP') }), 400, 'CurrencyMismatch');
  await refused(create({ chargeAmount: price('14.00', 'XXX') }), 400, 'InvalidParameterValue');
  await refused(pay.createCheckoutSession('[]', key()), 400, 'InvalidRequestFormat');
  await refused(pay.getCheckoutSession('00000000-0000-0000-0000-000000000000'), 404, 'ResourceNotFound');
});

test('session: simulation codes and cards cancel it', async () => {
  for (const [code, buyer] of [['BuyerCanceled'], ['AmazonCanceled'], ['Declined'], ['BuyerCanceled', { card: '3064' }], ['Declined', { card: '3434' }]]) {
    const id = await openSession(pay, account, {}, {}, buyer);
    await refused(complete(id, '14.00', buyer ? null : simulate(code)), 422, 'CheckoutSessionCanceled');
    const status = (await succeeds(pay.getCheckoutSession(id), 200, SESSION)).statusDetails;
    assert.deepEqual([status.state, status.reasonCode], ['Canceled', code]);
  }
  await refused(complete(await openSession(pay, account), '14.00', simulate('NoSuchCode')), 400, 'InvalidSandboxSimulationSpecified');
});

test('session: cards with a pending authorization end it after 30 s', async () => {
  for (const [card, state, reasonCode] of [['0701', 'Authorized', null], ['4354', 'Declined', 'HardDeclined']]) {
    const id = await openSession(pay, account, { canHandlePendingAuthorization: true }, {}, { card });
    const done = await succeeds(complete(id), 202, SESSION);
    assert.equal((await succeeds(pay.getCharge(done.chargeId), 200, CHARGE)).statusDetails.state, 'AuthorizationInitiated');
    await sandbox.advance(31);
    const status = (await succeeds(pay.getCharge(done.chargeId), 200, CHARGE)).statusDetails;
    assert.deepEqual([status.state, status.reasonCode], [state, reasonCode]);
  }
  const plain = await succeeds(complete(await openSession(pay, account, {}, {}, { card: '0701' })), 200, SESSION);
  assert.equal((await succeeds(pay.getCharge(plain.chargeId), 200, CHARGE)).statusDetails.state, 'Authorized');
});

test('session: in live the sandbox\'s cards are cards like others and its codes are refused', async () => {
  const live = await sandbox.account({ environment: 'Live' }), theirs = client(live);
  const id = await openSession(theirs, live, {}, {}, { card: '3434' });
  await refused(theirs.completeCheckoutSession(id, { chargeAmount: price('14.00') }, simulate('Declined')), 400, 'InvalidSandboxSimulationSpecified');
  await succeeds(theirs.completeCheckoutSession(id, { chargeAmount: price('14.00') }), 200, SESSION);
});

test('session: canceled by itself after 24 hours, its data gone after 30 days', async () => {
  const id = await openSession(pay, account);
  await sandbox.advance(DAY + 1);
  assert.equal((await succeeds(pay.getCheckoutSession(id), 200, SESSION)).statusDetails.reasonCode, 'Expired');
  await refused(complete(id), 422, 'CheckoutSessionCanceled');
  await sandbox.advance(30 * DAY);
  await refused(pay.getCheckoutSession(id), 404, 'ResourceNotFound');
});

test('session: finalize takes the scripted checkout over, complete ends it', async () => {
  const id = await openSession(pay, account, { paymentIntent: undefined, chargeAmount: undefined });
  const body = { shippingAddress: { name: 'Susie Smith', addressLine1: '10 Ditka Ave', city: 'Chicago', stateOrRegion: 'IL', postalCode: '60602', countryCode: 'US' },
    billingAddress: null, chargeAmount: price('10'), totalOrderAmount: price('10'), paymentIntent: 'Confirm', canHandlePendingAuthorization: false,
    supplementaryData: 'from the page' };
  const finalized = await succeeds(pay.finalizeCheckoutSession(id, body), 200, FINALIZED);
  assert.deepEqual([finalized.statusDetails.state, finalized.shippingAddress.name, finalized.supplementaryData], ['Open', 'Susie Smith', 'from the page']);
  await refused(pay.finalizeCheckoutSession(id, { ...body, chargeAmount: undefined }), 400, 'MissingParameterValue');
  await refused(pay.finalizeCheckoutSession('00000000-0000-0000-0000-000000000000', body), 404, 'ResourceNotFound');
  const done = await succeeds(complete(id, '10.00'), 200, SESSION);
  await refused(pay.finalizeCheckoutSession(id, body), 422, 'InvalidCheckoutSessionStatus');
  assert.equal((await succeeds(pay.getChargePermission(done.chargePermissionId), 200, PERMISSION)).shippingAddress.name, 'Susie Smith');
});

test('permission: read, updated, closed; closed ones take only what is still empty', async () => {
  const { charge_permission_id: id, charge_id: chargeId } = await sandbox.order(account, { merchant_reference_id: '10042' });
  const got = await succeeds(pay.getChargePermission(id), 200, PERMISSION);
  assert.deepEqual(Object.keys(got.statusDetails), PERMISSION_STATUS);
  assert.deepEqual([got.statusDetails.state, got.statusDetails.reasons], ['Chargeable', null]);
  assert.deepEqual([got.recurringMetadata, got.presentmentCurrency], [{ frequency: null, amount: null }, 'EUR']);
  assert.deepEqual(Object.keys(got.shippingAddress), ADDRESS);
  const updated = await succeeds(pay.updateChargePermission(id, { merchantMetadata: { merchantReferenceId: '10043' } }), 200, PERMISSION);
  assert.equal(updated.merchantMetadata.merchantReferenceId, '10043');
  await refused(pay.updateChargePermission(id, { merchantMetadata: { noteToBuyer: 'x'.repeat(256) } }), 400, 'InvalidParameterValue');
  await refused(pay.updateChargePermission(id, {}), 400, 'MissingParameterValue');
  await refused(pay.closeChargePermission(id, {}), 400, 'MissingParameterValue');
  await refused(pay.closeChargePermission(id, { closureReason: 'x'.repeat(256) }), 400, 'InvalidParameterValue');
  const closed = await succeeds(pay.closeChargePermission(id, { closureReason: 'order canceled by shop', cancelPendingCharges: true }), 200, PERMISSION);
  assert.deepEqual(closed.statusDetails.reasons, [{ reasonCode: 'MerchantClosed', reasonDescription: 'order canceled by shop' }]);
  assert.equal((await succeeds(pay.getCharge(chargeId), 200, CHARGE)).statusDetails.reasonCode, 'ChargePermissionCanceled');
  await refused(pay.closeChargePermission(id, { closureReason: 'again' }), 422, 'InvalidChargePermissionStatus');
  await succeeds(pay.updateChargePermission(id, { merchantMetadata: { noteToBuyer: 'thanks' } }), 200, PERMISSION);
  await refused(pay.updateChargePermission(id, { merchantMetadata: { merchantReferenceId: 'other' } }), 422, 'ChargePermissionNotModifiable');
  await refused(pay.getChargePermission('S02-0000000-0000000'), 404, 'ResourceNotFound');
});

test('permission: closed by Amazon on request and by full capture', async () => {
  const first = await sandbox.order(account), second = await sandbox.order(account, { state: 'Captured' });
  const closed = await succeeds(pay.closeChargePermission(first.charge_permission_id, { closureReason: 'test' }, simulate('AmazonClosed')), 200, PERMISSION);
  assert.equal(closed.statusDetails.reasons[0].reasonCode, 'AmazonClosed');
  const full = await succeeds(pay.getChargePermission(second.charge_permission_id), 200, PERMISSION);
  assert.deepEqual([full.statusDetails.state, full.statusDetails.reasons[0].reasonCode], ['Closed', 'AmazonClosed']);
});

test('permission: recurring ones need a frequency, charge under their own order part and live 13 months', async () => {
  const recurring = { chargePermissionType: 'Recurring' };
  const id = await openSession(pay, account, {}, recurring);
  const open = await succeeds(pay.getCheckoutSession(id), 200, SESSION);
  assert.deepEqual(open.constraints.map((one) => one.constraintId), ['RecurringFrequencyNotSet']);
  const recurringMetadata = { frequency: { unit: 'Month', value: '1' }, amount: price('14.00') };
  await refused(pay.updateCheckoutSession(id, { recurringMetadata: { frequency: { unit: 'Moon', value: '1' } } }), 400, 'InvalidParameterValue');
  await succeeds(pay.updateCheckoutSession(id, { recurringMetadata }), 200, SESSION);
  const done = await succeeds(complete(id), 200, SESSION);
  const permission = await succeeds(pay.getChargePermission(done.chargePermissionId), 200, PERMISSION);
  assert.deepEqual([permission.chargePermissionType, permission.recurringMetadata], ['Recurring', recurringMetadata]);
  const made = (text) => new Date(text.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
  const created = made(permission.creationTimestamp), expires = made(permission.expirationTimestamp);
  assert.equal((expires.getUTCFullYear() - created.getUTCFullYear()) * 12 + expires.getUTCMonth() - created.getUTCMonth(), 13);
  assert.ok(!done.chargeId.startsWith(done.chargePermissionId), 'the charge has an order part of its own');
  const charge = await succeeds(pay.createCharge({ chargePermissionId: done.chargePermissionId, chargeAmount: price('10.00'), captureNow: true,
    merchantMetadata: { merchantReferenceId: 'month 2' } }, key()), 201, CHARGE);
  assert.deepEqual([charge.statusDetails.state, charge.merchantMetadata.merchantReferenceId], ['Captured', 'month 2']);
  assert.equal((await succeeds(pay.getChargePermission(done.chargePermissionId), 200, PERMISSION)).statusDetails.state, 'Chargeable');
  await refused(pay.createCharge({ chargePermissionId: done.chargePermissionId, chargeAmount: price('476.01') }, key()), 400, 'PeriodicAmountExceeded');
  await succeeds(pay.updateChargePermission(done.chargePermissionId, { recurringMetadata: { frequency: { unit: 'Week', value: '2' } } }), 200, PERMISSION);
});

test('permission: a saved wallet never expires and knows who started a charge', async () => {
  const id = await openSession(pay, account, { paymentIntent: 'Confirm', chargeAmount: undefined },
    { chargePermissionType: 'PaymentMethodOnFile', paymentMethodOnFileMetadata: { setupOnly: true } });
  const done = await succeeds(pay.completeCheckoutSession(id, {}), 200, SESSION);
  const permission = await succeeds(pay.getChargePermission(done.chargePermissionId), 200, SAVED_WALLET);
  assert.deepEqual([permission.expirationTimestamp, permission.paymentMethodOnFileMetadata], [null, { setupOnly: true }]);
  const charge = await succeeds(pay.createCharge({ chargePermissionId: done.chargePermissionId, chargeAmount: price('5.00'), chargeInitiator: 'MITU',
    channel: 'Web' }, key()), 201, CHARGE);
  assert.deepEqual([charge.chargeInitiator, charge.channel], ['MITU', 'Web']);
});

test('permission: one-time ones expire after 180 days, buyer data is gone after 30', async () => {
  const { charge_permission_id: id, charge_id: chargeId } = await sandbox.order(account);
  await sandbox.advance(30 * DAY + 60);
  const later = await succeeds(pay.getChargePermission(id), 200, PERMISSION);
  assert.deepEqual([later.buyer, later.shippingAddress, later.billingAddress, later.statusDetails.state], [null, null, null, 'Chargeable']);
  assert.equal((await succeeds(pay.getCharge(chargeId), 200, CHARGE)).statusDetails.reasonCode, 'ExpiredUnused');
  await sandbox.advance(150 * DAY);
  assert.equal((await succeeds(pay.getChargePermission(id), 200, PERMISSION)).statusDetails.reasons[0].reasonCode, 'Expired');
});
