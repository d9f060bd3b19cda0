// Reports, documents, schedules, settlements and disbursements.
import assert from 'node:assert/strict';
import { DAY, answer, axios, basicTime, client, key, price, refused, sandbox, succeeds, test } from './kit.mjs';
import { CHARGE, DISBURSEMENT, REFUND, REPORT, SCHEDULE, SETTLEMENT_COLUMNS } from './shapes.mjs';

const FLAT = '_GET_FLAT_FILE_OFFAMAZONPAYMENTS_';
const SANDBOX_SETTLEMENT = `${FLAT}SANDBOX_SETTLEMENT_DATA_`;
const LIVE_TYPES = ['ORDER_REFERENCE', 'BILLING_AGREEMENT', 'AUTHORIZATION', 'REFUND'].map((name) => `${FLAT}${name}_DATA_`);
const MULTI_CURRENCY = '_GET_CSV_CUSTOM_OFFAMAZONPAYMENTS_MULTI_CURRENCY_PAYMENTS_DATA_';

const period = async (days = 1) => {
  const now = await sandbox.now();
  return { startTime: basicTime(now - days * DAY * 1000), endTime: basicTime(now + 1000) };
};
const download = (url) => axios.request({ url, validateStatus: null, responseType: 'text' });

async function finished(pay, reportId) {
  await sandbox.advance(31);
  return succeeds(pay.getReportById(reportId), 200, REPORT);
}

async function text(pay, report) {
  const document = await succeeds(pay.getReportDocument(report.reportDocumentId), 200, ['reportDocumentId', 'url', 'compressionAlgorithm']);
  assert.equal(document.compressionAlgorithm, 'N/A');
  const file = await download(document.url);
  assert.equal(file.status, 200);
  return file.data;
}

function settlement(file) {
  const lines = file.trimEnd().split('\n').map((line) => line.split('\t'));
  assert.deepEqual(lines.slice(0, 3).map(([name]) => name), ['SellerId', 'SettlementStartDate', 'SettlementEndDate']);
  assert.deepEqual(lines[3], SETTLEMENT_COLUMNS);
  return { seller: lines[0][1], rows: lines.slice(4).map((cells) => Object.fromEntries(lines[3].map((name, i) => [name, cells[i]]))) };
}

const cents = (amount) => Math.round(Number(amount) * 100);
const sum = (rows) => rows.reduce((all, row) => all + cents(row.NetTransactionAmount), 0);

// A captured order of 100.00 with a settled refund of 40.00.
async function sale(account, pay, reference) {
  const order = await sandbox.order(account, { amount: '100.00', state: 'Captured', merchant_reference_id: reference });
  const refund = await succeeds(pay.createRefund({ chargeId: order.charge_id, refundAmount: price('40.00') }, key()), 201, REFUND);
  await sandbox.advance(31);
  return { ...order, refundId: refund.refundId };
}

test('report: the sandbox settlement, requested, processed and downloaded; fees and net of each row', async () => {
  const account = await sandbox.account(), pay = client(account);
  const made = await sale(account, pay, '10042');
  const { reportId } = await succeeds(pay.createReport({ reportType: SANDBOX_SETTLEMENT, ...(await period()) }, key()), 201, ['reportId']);
  assert.match(reportId, /^\d{11}$/);
  const waiting = await succeeds(pay.getReportById(reportId), 200, REPORT);
  assert.deepEqual([waiting.processingStatus, waiting.reportDocumentId, waiting.processingEndTime], ['IN_PROGRESS', null, null]);
  const report = await finished(pay, reportId);
  assert.equal(report.processingStatus, 'COMPLETED');
  assert.match(report.reportDocumentId, /^amzn1\.tortuga\.0\.[0-9a-f-]{36}\.T[0-9A-Z]+$/);
  const { seller, rows } = settlement(await text(pay, report));
  assert.equal(seller, account.merchant_id);
  const brief = (row) => [row.TransactionType, row.AmazonTransactionId, row.AmazonOrderReferenceId, row.SellerOrderId, row.CurrencyCode, row.TransactionAmount,
    row.TransactionPercentageFee, row.TransactionFixedFee, row.TotalTransactionFee, row.NetTransactionAmount];
  assert.deepEqual(rows.map(brief), [
    ['Capture', made.charge_id, made.charge_permission_id, '10042', 'EUR', '100.00', '2.70', '0.35', '3.05', '96.95'],
    ['Refund', made.refundId, made.charge_permission_id, '10042', 'EUR', '-40.00', '-1.08', '0.00', '-1.08', '-38.92'],
  ]);
  const closed = await sandbox.post('settlements', { public_key_id: account.public_key_id });
  assert.deepEqual([rows[0].SettlementId, closed.net_minor], [closed.settlement_id, sum(rows)]);
});

test('report: without data it is CANCELLED; only the sandbox settlement can be made in the sandbox', async () => {
  const pay = client(await sandbox.account());
  const { reportId } = await succeeds(pay.createReport({ reportType: SANDBOX_SETTLEMENT, ...(await period()) }, key()), 201);
  const report = await finished(pay, reportId);
  assert.deepEqual([report.processingStatus, report.reportDocumentId], ['CANCELLED', null]);
  for (const reportType of [...LIVE_TYPES, `${FLAT}SETTLEMENT_DATA_`, MULTI_CURRENCY, 'NO_SUCH_TYPE'])
    await refused(pay.createReport({ reportType, ...(await period()) }, key()), 400, 'InvalidParameterValue');
});

test('report: the live types, each with its data; settlements and captures cannot be requested', async () => {
  const account = await sandbox.account({ environment: 'Live' }), pay = client(account);
  const made = await sale(account, pay, '10043');
  const agreement = await sandbox.order(account, { charge_permission_type: 'Recurring', intent: 'Confirm' });
  const shows = { ORDER_REFERENCE: made.charge_permission_id, BILLING_AGREEMENT: agreement.charge_permission_id, AUTHORIZATION: made.charge_id, REFUND: made.refundId,
    MULTI_CURRENCY: made.charge_id };
  for (const reportType of [...LIVE_TYPES, MULTI_CURRENCY]) {
    const { reportId } = await succeeds(pay.createReport({ reportType, ...(await period()) }, key()), 201);
    const file = await text(pay, await finished(pay, reportId));
    const wanted = Object.entries(shows).find(([name]) => reportType.includes(name))[1];
    assert.ok(file.includes(wanted), `${reportType} shows ${wanted}`);
  }
  for (const name of ['SETTLEMENT', 'CAPTURE', 'SANDBOX_SETTLEMENT'])
    await refused(pay.createReport({ reportType: `${FLAT}${name}_DATA_`, ...(await period()) }, key()), 400, 'InvalidParameterValue');
});

test('report: bad requests, unknown ids, another account', async () => {
  const account = await sandbox.account(), pay = client(account);
  const times = await period();
  await refused(pay.createReport({ reportType: SANDBOX_SETTLEMENT, startTime: times.startTime }, key()), 400, 'MissingParameterValue');
  await refused(pay.createReport({ reportType: SANDBOX_SETTLEMENT, startTime: times.endTime, endTime: times.startTime }, key()), 400, 'InvalidParameterCombination');
  await refused(pay.createReport({ reportType: SANDBOX_SETTLEMENT, startTime: 'yesterday', endTime: times.endTime }, key()), 400, 'InvalidParameterValue');
  await refused(pay.getReportById('50000000000'), 404, 'ResourceNotFound');
  await refused(pay.getReportDocument('amzn1.tortuga.0.none'), 404, 'ResourceNotFound');
  const same = key();
  const first = await answer(pay.createReport({ reportType: SANDBOX_SETTLEMENT, ...times }, same));
  assert.deepEqual(await answer(pay.createReport({ reportType: SANDBOX_SETTLEMENT, ...times }, same)), first);
  await refused(pay.createReport({ reportType: SANDBOX_SETTLEMENT, ...times, endTime: basicTime(Date.now() + 1e9) }, same), 400, 'DuplicateIdempotencyKey');
  await refused(client(await sandbox.account()).getReportById(first.body.reportId), 404, 'ResourceNotFound');
});

test('reports: listed newest first with filters and pages; nextToken alone', async () => {
  const account = await sandbox.account(), pay = client(account);
  await sale(account, pay, '1');
  const ids = [];
  for (let i = 0; i < 12; ++i) {
    ids.unshift((await succeeds(pay.createReport({ reportType: SANDBOX_SETTLEMENT, ...(await period()) }, key()), 201)).reportId);
    await sandbox.advance(2);
  }
  const first = await succeeds(pay.getReports(), 200, ['reports', 'nextToken']);
  assert.deepEqual(Object.keys(first.reports[0]), REPORT);
  assert.deepEqual(first.reports.map((one) => one.reportId), ids.slice(0, 10));
  const second = await succeeds(pay.getReports({ nextToken: first.nextToken }), 200, ['reports', 'nextToken']);
  assert.deepEqual([second.reports.map((one) => one.reportId), second.nextToken], [ids.slice(10), null]);
  assert.equal((await succeeds(pay.getReports({ pageSize: 100 }), 200)).reports.length, 12);
  await sandbox.advance(31);
  const list = async (query) => (await succeeds(pay.getReports({ pageSize: 100, ...query }), 200)).reports.length;
  assert.equal(await list({ processingStatuses: ['COMPLETED', 'FAILED'] }), 12);
  assert.equal(await list({ processingStatuses: 'IN_PROGRESS' }), 0);
  assert.equal(await list({ reportTypes: [SANDBOX_SETTLEMENT] }), 12);
  assert.equal(await list({ reportTypes: LIVE_TYPES }), 0);
  assert.equal(await list({ createdUntil: basicTime((await sandbox.now()) - 3600_000) }), 0);
  assert.equal(await list({ createdSince: basicTime((await sandbox.now()) - 3600_000) }), 12);
  await refused(pay.getReports({ nextToken: first.nextToken, pageSize: 5 }), 400, 'InvalidParameterCombination');
  await refused(pay.getReports({ nextToken: 'abc' }), 400, 'InvalidParameterValue');
  await refused(pay.getReports({ pageSize: 101 }), 400, 'InvalidParameterValue');
  await refused(pay.getReports({ processingStatuses: 'DONE' }), 400, 'InvalidParameterValue');
  await refused(pay.getReports({ createdSince: 'yesterday' }), 400, 'InvalidParameterValue');
  await sandbox.advance(90 * DAY + 60);
  assert.equal(await list({}), 0);
  await refused(pay.getReportById(ids[0]), 404, 'ResourceNotFound');
});

test('document: the link needs its own token and no signature', async () => {
  const account = await sandbox.account(), pay = client(account);
  await sale(account, pay, '1');
  const { reportId } = await succeeds(pay.createReport({ reportType: SANDBOX_SETTLEMENT, ...(await period()) }, key()), 201);
  const { url } = await succeeds(pay.getReportDocument((await finished(pay, reportId)).reportDocumentId), 200);
  assert.equal((await download(url)).status, 200);
  for (const wrong of [url.replace(/token=../, 'token=00'), url.replace(/expires=\d/, 'expires=9'), url.replace(/tortuga\.0\../, 'tortuga.0.0'),
    url.replace(/\?.*/, '')]) {
    const refusal = await download(wrong === url ? `${url}0` : wrong);
    assert.deepEqual([refusal.status, /<Code>AccessDenied<\/Code>/.test(refusal.data)], [403, true], wrong);
  }
  const life = Number(new URL(url).searchParams.get('expires')) - Date.now();
  assert.ok(life > 20_000 && life <= 30_000, `the link lives 30 s, not ${life} ms`);
});

test('document: an old link is refused', async () => {
  const account = await sandbox.account(), pay = client(account);
  await sale(account, pay, '1');
  const { reportId } = await succeeds(pay.createReport({ reportType: SANDBOX_SETTLEMENT, ...(await period()) }, key()), 201);
  const { reportDocumentId } = await finished(pay, reportId);
  await sandbox.settings({ link_life_ms: 1 });
  const { url } = await succeeds(pay.getReportDocument(reportDocumentId), 200);
  await sandbox.settings({ link_life_ms: 30_000 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const refusal = await download(url);
  assert.deepEqual([refusal.status, /Request has expired/.test(refusal.data)], [403, true]);
});

test('schedules: created once per type, replaced, listed, canceled', async () => {
  const account = await sandbox.account({ environment: 'Live' }), pay = client(account);
  const wanted = (name, more = {}) => ({ reportType: `${FLAT}${name}_DATA_`, scheduleFrequency: 'PT84H', nextReportCreationTime: '20230618T150630Z', ...more });
  const { reportScheduleId } = await succeeds(pay.createReportSchedule(wanted('AUTHORIZATION'), key()), 201, ['reportScheduleId']);
  assert.match(reportScheduleId, /^\d{11}$/);
  const schedule = await succeeds(pay.getReportScheduleById(reportScheduleId), 200, SCHEDULE);
  assert.deepEqual([schedule.scheduleFrequency, schedule.reportType], ['PT84H', `${FLAT}AUTHORIZATION_DATA_`]);
  assert.ok(schedule.nextReportCreationTime > basicTime(await sandbox.now()), 'a first time in the past is moved on by the rhythm');
  await refused(pay.createReportSchedule(wanted('AUTHORIZATION'), key()), 400, 'InvalidRequest');
  const second = await succeeds(pay.createReportSchedule(wanted('AUTHORIZATION', { deleteExistingSchedule: true, scheduleFrequency: 'P7D' }), key()), 201);
  await refused(pay.getReportScheduleById(reportScheduleId), 404, 'ResourceNotFound');
  const third = await succeeds(pay.createReportSchedule(wanted('CAPTURE'), key()), 201);
  const ids = async (types) => (await succeeds(pay.getReportSchedules(types), 200, ['reportSchedules'])).reportSchedules.map((one) => one.reportScheduleId);
  assert.deepEqual(await ids(), [second.reportScheduleId, third.reportScheduleId]);
  assert.deepEqual(await ids([`${FLAT}CAPTURE_DATA_`, `${FLAT}REFUND_DATA_`]), [third.reportScheduleId]);
  assert.deepEqual(await succeeds(pay.cancelReportSchedule(third.reportScheduleId), 200), {});
  await refused(pay.cancelReportSchedule(third.reportScheduleId), 404, 'ResourceNotFound');
  await refused(pay.createReportSchedule(wanted('REFUND', { scheduleFrequency: 'PT7M' }), key()), 400, 'InvalidParameterValue');
  await refused(pay.createReportSchedule(wanted('SETTLEMENT'), key()), 400, 'InvalidParameterValue');
  await refused(pay.createReportSchedule({ ...wanted('REFUND'), reportType: MULTI_CURRENCY }, key()), 400, 'InvalidParameterValue');
  await refused(pay.createReportSchedule({ reportType: `${FLAT}REFUND_DATA_` }, key()), 400, 'MissingParameterValue');
  await refused(pay.getReportSchedules('NO_SUCH_TYPE'), 400, 'InvalidParameterValue');
});

test('schedules: the eighteen frequencies', async () => {
  const pay = client(await sandbox.account());
  const nextReportCreationTime = basicTime((await sandbox.now()) + 60_000);
  for (const scheduleFrequency of ['PT5M', 'PT15M', 'PT30M', 'PT1H', 'PT2H', 'PT4H', 'PT8H', 'PT12H', 'PT24H', 'PT84H', 'P1D', 'P2D', 'P3D', 'P7D', 'P14D', 'P15D',
    'P18D', 'P30D']) {
    const made = await succeeds(pay.createReportSchedule({ reportType: SANDBOX_SETTLEMENT, scheduleFrequency, nextReportCreationTime, deleteExistingSchedule: true },
      key()), 201);
    const schedule = await succeeds(pay.getReportScheduleById(made.reportScheduleId), 200, SCHEDULE);
    assert.deepEqual([schedule.scheduleFrequency, schedule.nextReportCreationTime], [scheduleFrequency, nextReportCreationTime]);
  }
});

test('schedules: a report is made each time the clock passes', async () => {
  const account = await sandbox.account(), pay = client(account);
  const start = await sandbox.now();
  await sandbox.order(account, { state: 'Captured' });
  const nextReportCreationTime = basicTime(start + 3600_000);
  await succeeds(pay.createReportSchedule({ reportType: SANDBOX_SETTLEMENT, scheduleFrequency: 'P1D', nextReportCreationTime }, key()), 201);
  await sandbox.advance(3600 + 2 * DAY + 60);
  const { reports } = await succeeds(pay.getReports(), 200);
  assert.deepEqual(reports.map((one) => one.processingStatus), ['CANCELLED', 'CANCELLED', 'COMPLETED']);
  assert.equal(reports[2].endTime, basicTime(start + 3600_000));
});

test('disbursements: one per closed settlement, equal to the sum of its report, in pages', async () => {
  const account = await sandbox.account({ environment: 'Live' }), pay = client(account);
  const nets = [];
  for (const reference of ['1', '2', '3']) {
    await sale(account, pay, reference);
    const closed = await sandbox.post('settlements', { public_key_id: account.public_key_id });
    const report = await finished(pay, closed.report_id);
    assert.equal(report.reportType, `${FLAT}SETTLEMENT_DATA_`);
    const { rows } = settlement(await text(pay, report));
    assert.ok(rows.every((row) => row.SettlementId === closed.settlement_id));
    nets.push([closed.settlement_id, sum(rows)]);
  }
  const first = await succeeds(pay.apiCall({ method: 'GET', urlFragment: 'disbursements', queryParams: { pageSize: 2 } }), 200, ['disbursements', 'nextToken']);
  assert.deepEqual(Object.keys(first.disbursements[0]), DISBURSEMENT);
  assert.match(first.disbursements[0].transactionTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const rest = await succeeds(pay.apiCall({ method: 'GET', urlFragment: 'disbursements', queryParams: { nextToken: first.nextToken } }), 200);
  assert.deepEqual([...first.disbursements, ...rest.disbursements].map((one) => [one.settlementId, cents(one.amount)]), nets);
  assert.equal(rest.nextToken, null);
  const query = (queryParams) => pay.apiCall({ method: 'GET', urlFragment: 'disbursements', queryParams });
  const now = await sandbox.now();
  const later = { startTime: basicTime(now + DAY * 1000), endTime: basicTime(now + 2 * DAY * 1000) };
  assert.deepEqual((await succeeds(query(later), 200)).disbursements, []);
  await refused(query({ startTime: '2025' }), 400, 'InvalidParameterValue');
  await refused(query({ surprise: 'x' }), 400, 'InvalidParameterValue');
});

test('settlement: fees of the account count, yen have no decimals', async () => {
  const account = await sandbox.account({ region: 'jp' }), pay = client(account);
  await sandbox.post('fees', { public_key_id: account.public_key_id, percent: '3.9', fixed_minor: 0 });
  const order = await sandbox.order(account, { amount: '1010', state: 'Captured' });
  await succeeds(pay.getCharge(order.charge_id), 200, CHARGE);
  const { reportId } = await succeeds(pay.createReport({ reportType: SANDBOX_SETTLEMENT, ...(await period()) }, key()), 201);
  const { rows: [row] } = settlement(await text(pay, await finished(pay, reportId)));
  assert.deepEqual([row.TransactionAmount, row.TransactionPercentageFee, row.NetTransactionAmount], ['1010', '39', '971']);
});
