// The script that answers while an amount is typed reads every text of amounts.tsv as the domain does (tests/unit/test_typed_amount.cpp reads the same file),
// and judges sums against a limit by the same rules.   usage: node typing.mjs amount.js amounts.tsv
import fs from "node:fs";
import vm from "node:vm";

const [, , script, table] = process.argv;
const rules = vm.createContext({ TextEncoder, BigInt });
vm.runInContext(`${fs.readFileSync(script, "utf8")}; globalThis.rules = { readAmount, judgeAmount, worthOfPieces };`, rules);
const { readAmount, judgeAmount, worthOfPieces } = rules.rules;
let bad = 0;
const check = (what, got, wanted) => { if (got !== wanted) { console.log(`${what}: ${got}, not ${wanted}`); bad += 1; } };
const rows = fs.readFileSync(table, "utf8").split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split("\t"));
for (const [typed, digits, wanted] of rows) {
  const read = readAmount(typed, Number(digits));
  check(`"${typed}"`, read.minor !== undefined ? String(read.minor) : [read.problem, ...(read.readings ?? [])].join(" "), wanted);
}
const room = { held: 8000n, most: 9200n, approval: null };
for (const [minor, say] of [[1n, "within"], [8000n, "within"], [8001n, "aboveHeld"], [9200n, "aboveHeld"], [9201n, "tooMuch"]]) check(`judged ${minor}`, judgeAmount(minor, room).say, say);
check("above the threshold", judgeAmount(6000n, { ...room, approval: 5000n }).say, "aboveApproval");
check("two of three pieces", worthOfPieces(2000n, 3n, 2n), 1333n);
if (rows.length < 40) { console.log("the table is too short"); bad += 1; }
console.log(bad === 0 ? `${rows.length} texts are read alike` : `${bad} differences`);
process.exit(bad === 0 ? 0 : 1);
