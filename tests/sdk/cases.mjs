// Every operation of the API through the official SDK, good and bad. One line per case; exit code 1 when one failed.
import './cases_keys.mjs';
import './cases_checkout.mjs';
import './cases_charges.mjs';
import './cases_refunds.mjs';
import './cases_reports.mjs';
import './cases_accounts.mjs';
import './cases_limits.mjs';
import { run } from './kit.mjs';

process.exitCode = await run(process.argv[2] ?? '');
