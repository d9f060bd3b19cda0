// The official Node SDK as its README shows it, for tests/bench/compare: getCharge, so many in flight.
//   node node_client.mjs pem|key KEY.pem localhost:PORT CHARGE_ID
// pem: the key as the README gives it, the text of its file; key: parsed once into a KeyObject, which the SDK takes too.
// A line "get N FLIGHT" is answered with calls, seconds of CPU of this process, seconds of wall clock.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(new URL('../sdk/run.mjs', import.meta.url));
const { WebStoreClient } = require('@amazonpay/amazon-pay-api-sdk-nodejs');
// With overrideServiceUrl the SDK switches the certificate check off for the process; a shop that asks Amazon has it on.
https.globalAgent.options.rejectUnauthorized = true;

const [form, keyFile, service, chargeId] = process.argv.slice(2);
const pem = readFileSync(keyFile);
const client = new WebStoreClient({
  publicKeyId: 'SANDBOX-BENCH',
  privateKey: form === 'key' ? createPrivateKey(pem) : pem,
  region: 'eu',
  sandbox: true,
  algorithm: 'AMZN-PAY-RSASSA-PSS-V2',
  overrideServiceUrl: service,
});

async function getCharges(count, flight) {
  let next = 0;
  const one = async () => {
    while (next++ < count) {
      const { data } = await client.getCharge(chargeId);
      if (data.chargeId !== chargeId || data.chargeAmount.amount !== '14.00') throw new Error('another answer than the charge');
    }
  };
  await Promise.all(Array.from({ length: flight }, one));
}

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const [, count, flight] = line.split(' ').map(Number);
  const cpu = process.cpuUsage();
  const begin = process.hrtime.bigint();
  await getCharges(count, flight);
  const used = process.cpuUsage(cpu);
  process.stdout.write(`${count} ${(used.user + used.system) / 1e6} ${Number(process.hrtime.bigint() - begin) / 1e9}\n`);
}
