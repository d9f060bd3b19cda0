// The shop's side of a checkout, as the cases use it.
import { key, price, sandbox, succeeds } from './kit.mjs';
import { SESSION } from './shapes.mjs';

export const sessionRequest = (account, details = {}, more = {}) => ({
  webCheckoutDetails: { checkoutReviewReturnUrl: 'https://shop.example/review', checkoutResultReturnUrl: 'https://shop.example/result' },
  storeId: account.store_id,
  paymentDetails: { paymentIntent: 'Authorize', canHandlePendingAuthorization: false, chargeAmount: price('14.00', account.ledger_currency), ...details },
  merchantMetadata: { merchantReferenceId: '10042', merchantStoreName: 'Demo Shop', noteToBuyer: 'Thank you', customInformation: '' },
  ...more,
});

// A session whose buyer has signed in.
export async function openSession(pay, account, details, more, buyer) {
  const session = await succeeds(pay.createCheckoutSession(sessionRequest(account, details, more), key()), 201, SESSION);
  await sandbox.signIn(session.checkoutSessionId, buyer);
  return session.checkoutSessionId;
}
