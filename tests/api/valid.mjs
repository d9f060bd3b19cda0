// The document is valid OpenAPI 3.1 by the official schema; one with a fault in it is not, so the check is known to look.
import fs from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';

const document = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const check = async one => { const validator = new Validator(); const { valid, errors } = await validator.validate(structuredClone(one)); return { valid, errors, version: validator.version }; };
const good = await check(document);
if (!good.valid || good.version !== '3.1') {
  console.error(`not valid OpenAPI 3.1 (${good.version}): ${JSON.stringify(good.errors, null, 1)}`);
  process.exit(1);
}
const broken = structuredClone(document);
delete broken.info.title;
if ((await check(broken)).valid) {
  console.error('a document without a title passed: the validator does not look');
  process.exit(1);
}
console.log(`valid OpenAPI ${document.openapi}, ${Object.keys(document.paths).length} paths`);
