// Keys of the answers in the order Amazon sends them: the session's, the report's and the schedule's are those of the SDK's own tests.
export const SESSION = ['checkoutSessionId', 'webCheckoutDetails', 'productType', 'paymentDetails', 'chargePermissionType', 'orderType', 'recurringMetadata',
  'paymentMethodOnFileMetadata', 'merchantDetails', 'merchantMetadata', 'supplementaryData', 'buyer', 'billingAddress', 'paymentPreferences', 'statusDetails',
  'shippingAddress', 'platformId', 'chargePermissionId', 'chargeId', 'constraints', 'creationTimestamp', 'expirationTimestamp', 'storeId', 'providerMetadata',
  'releaseEnvironment', 'checkoutButtonText', 'deliverySpecifications', 'tokens'];
export const FINALIZED = [...SESSION.slice(0, 4), 'cartDetails', ...SESSION.slice(4)];
export const PERMISSION = ['chargePermissionId', 'chargePermissionReferenceId', 'platformId', 'buyer', 'shippingAddress', 'billingAddress', 'paymentPreferences',
  'statusDetails', 'creationTimestamp', 'expirationTimestamp', 'merchantMetadata', 'releaseEnvironment', 'limits', 'chargePermissionType', 'recurringMetadata',
  'presentmentCurrency'];
export const SAVED_WALLET = [...PERMISSION.slice(0, -1), 'paymentMethodOnFileMetadata', 'presentmentCurrency'];
export const CHARGE = ['chargeId', 'chargeAmount', 'chargePermissionId', 'captureAmount', 'refundedAmount', 'softDescriptor', 'providerMetadata',
  'convertedAmount', 'conversionRate', 'channel', 'chargeInitiator', 'statusDetails', 'creationTimestamp', 'expirationTimestamp', 'releaseEnvironment',
  'merchantMetadata', 'platformId', 'webCheckoutDetails'];
export const REFUND = ['refundId', 'chargeId', 'creationTimestamp', 'refundAmount', 'statusDetails', 'softDescriptor', 'releaseEnvironment'];
export const STATUS = ['state', 'reasonCode', 'reasonDescription', 'lastUpdatedTimestamp'];
export const PERMISSION_STATUS = ['state', 'reasons', 'lastUpdatedTimestamp'];
export const ADDRESS = ['name', 'addressLine1', 'addressLine2', 'addressLine3', 'city', 'county', 'district', 'stateOrRegion', 'postalCode', 'countryCode',
  'phoneNumber'];
export const BUYER = ['buyerId', 'name', 'email', 'phoneNumber', 'primeMembershipTypes'];
export const METADATA = ['merchantReferenceId', 'merchantStoreName', 'noteToBuyer', 'customInformation'];
export const REPORT = ['createdTime', 'endTime', 'processingEndTime', 'processingStartTime', 'processingStatus', 'reportDocumentId', 'reportId', 'reportType',
  'startTime'];
export const SCHEDULE = ['nextReportCreationTime', 'reportScheduleId', 'reportType', 'scheduleFrequency'];
export const DISBURSEMENT = ['sellerId', 'settlementId', 'amazonDisbursementReferenceId', 'amount', 'currencyCode', 'transactionTime'];
export const SETTLEMENT_COLUMNS = ['TransactionPostedDate', 'SettlementId', 'AmazonTransactionId', 'SellerReferenceId', 'TransactionType',
  'AmazonOrderReferenceId', 'SellerOrderId', 'StoreName', 'CurrencyCode', 'TransactionDescription', 'TransactionAmount', 'TransactionPercentageFee',
  'TransactionFixedFee', 'TotalTransactionFee', 'NetTransactionAmount'];
