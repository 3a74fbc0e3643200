// Runs SQL through sql.js's own glue, with a module of ours in place of the package's.
// usage: node sqljs.mjs PACKAGE_FOLDER MODULE.wasm; prints the rows as one JSON line.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [folder, wasm] = process.argv.slice(2);
const initSqlJs = createRequire(import.meta.url)(path.resolve(folder, 'dist/sql-wasm.js'));
const SQL = await initSqlJs({ wasmBinary: fs.readFileSync(wasm) });
const db = new SQL.Database();
db.run('create table t(a integer primary key, b text)');
db.run("with recursive n(i) as (select 1 union all select i + 1 from n where i < 500) insert into t select i, 'x' || (i * 7919 % 101) from n");
const rows = db.exec('select b, count(*), sum(a) from t group by b order by 2 desc, 1 limit 5; select max(a) from t')
  .map((result) => result.values);
db.close();
console.log(JSON.stringify(rows));
