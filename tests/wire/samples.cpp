#include "samples.hpp"

namespace wire_tests {

const std::string permission_sample = R"({"chargePermissionId": "S02-1234567-7654321", "chargePermissionReferenceId": null, "platformId": null, "buyer": {"buyerId": "amzn1.account.AEXAMPLEEXAMPLEEXAMPLEEXAMPL",
  "name": "Erika Beispiel", "email": "erika@shop.example", "phoneNumber": "030123456", "primeMembershipTypes": null}, "shippingAddress": {"name": "Erika Beispiel", "addressLine1": "Musterweg 1",
  "addressLine2": null, "addressLine3": null, "city": "Berlin", "county": null, "district": null, "stateOrRegion": null, "postalCode": "10115", "countryCode": "DE", "phoneNumber": "030123456"},
  "billingAddress": {"name": "Erika Beispiel", "addressLine1": "Musterweg 1", "addressLine2": null, "addressLine3": null, "city": "Berlin", "county": null, "district": null,
  "stateOrRegion": null, "postalCode": "10115", "countryCode": "DE", "phoneNumber": null}, "paymentPreferences": [{"paymentDescriptor": "Visa ****1111"}], "statusDetails": {"state": "Chargeable",
  "reasons": null, "lastUpdatedTimestamp": "20250310T100500Z"}, "creationTimestamp": "20250310T100500Z", "expirationTimestamp": "20250906T100500Z", "merchantMetadata": {"merchantReferenceId": "10042",
  "merchantStoreName": "Demo Shop", "noteToBuyer": "Thank you", "customInformation": null}, "releaseEnvironment": "Sandbox", "limits": {"amountLimit": {"amount": "50.00",
  "currencyCode": "EUR"}, "amountBalance": {"amount": "36.00", "currencyCode": "EUR"}}, "chargePermissionType": "OneTime", "recurringMetadata": {"frequency": null, "amount": null},
  "presentmentCurrency": "EUR"})";

const std::string authorized_charge_sample = R"({"chargeId": "S02-1234567-7654321-C012345", "chargeAmount": {"amount": "14.00", "currencyCode": "EUR"}, "chargePermissionId": "S02-1234567-7654321", "captureAmount": null,
  "refundedAmount": null, "softDescriptor": null, "providerMetadata": {"providerReferenceId": null}, "convertedAmount": null, "conversionRate": null, "channel": null,
  "chargeInitiator": null, "statusDetails": {"state": "Authorized", "reasonCode": null, "reasonDescription": null, "lastUpdatedTimestamp": "20250310T100500Z"}, "creationTimestamp": "20250310T100500Z",
  "expirationTimestamp": "20250409T100500Z", "releaseEnvironment": "Sandbox", "merchantMetadata": {"merchantReferenceId": null, "merchantStoreName": null, "noteToBuyer": null,
  "customInformation": null}, "platformId": null, "webCheckoutDetails": null})";

const std::string captured_charge_sample = R"({"chargeId": "S02-1234567-7654321-C012345", "chargeAmount": {"amount": "14.00", "currencyCode": "EUR"}, "chargePermissionId": "S02-1234567-7654321", "captureAmount": {"amount": "14.00", "currencyCode": "EUR"},
  "refundedAmount": {"amount": "5.50", "currencyCode": "EUR"}, "softDescriptor": "AMZ* Demo Shop", "providerMetadata": {"providerReferenceId": null}, "convertedAmount": null, "conversionRate": null, "channel": null,
  "chargeInitiator": null, "statusDetails": {"state": "Captured", "reasonCode": null, "reasonDescription": null, "lastUpdatedTimestamp": "20250310T101501Z"}, "creationTimestamp": "20250310T100500Z",
  "expirationTimestamp": "20250409T100500Z", "releaseEnvironment": "Sandbox", "merchantMetadata": {"merchantReferenceId": null, "merchantStoreName": null, "noteToBuyer": null,
  "customInformation": null}, "platformId": null, "webCheckoutDetails": null})";

const std::string refund_sample = R"({"refundId": "S02-1234567-7654321-R054321", "chargeId": "S02-1234567-7654321-C012345", "creationTimestamp": "20250310T101600Z", "refundAmount": {"amount": "5.50", "currencyCode": "EUR"},
  "statusDetails": {"state": "RefundInitiated", "reasonCode": null, "reasonDescription": null, "lastUpdatedTimestamp": "20250310T101600Z"}, "softDescriptor": "AMZ* Demo Shop",
  "releaseEnvironment": "Sandbox"})";

const std::string session_sample = R"({"checkoutSessionId": "bd504926-f659-4ad7-a1a9-9a747aaf5275", "webCheckoutDetails": {"checkoutReviewReturnUrl": null, "checkoutResultReturnUrl": "https://shop.example/b",
  "checkoutCancelUrl": null, "amazonPayRedirectUrl": "https://payments.amazon.example/checkout?amazonCheckoutSessionId=bd504926-f659-4ad7-a1a9-9a747aaf5275"}, "productType": "PayAndShip",
  "paymentDetails": {"paymentIntent": "Authorize", "canHandlePendingAuthorization": true, "chargeAmount": {"amount": "14.00", "currencyCode": "EUR"}, "totalOrderAmount": null,
  "softDescriptor": null, "presentmentCurrency": null}, "chargePermissionType": "OneTime", "merchantMetadata": {"merchantReferenceId": "10042", "merchantStoreName": null, "noteToBuyer": null,
  "customInformation": null}, "buyer": null, "billingAddress": null, "paymentPreferences": [null], "statusDetails": {"state": "Open", "reasonCode": null, "reasonDescription": null,
  "lastUpdatedTimestamp": "20250310T100000Z"}, "shippingAddress": null, "platformId": null, "chargePermissionId": null, "chargeId": null, "constraints": [{"constraintId": "BuyerNotAssociated",
  "description": "There is no buyer associated with the checkout session."}], "creationTimestamp": "20250310T100000Z", "expirationTimestamp": "20250311T100000Z", "storeId":
  "amzn1.application-oa2-client.x", "releaseEnvironment": "Sandbox", "deliverySpecifications": null})";

}  // namespace wire_tests
