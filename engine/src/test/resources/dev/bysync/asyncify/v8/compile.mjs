// node compile.mjs FOLDER: compiles N.transformed.wasm for each N.original.wasm that this engine takes; prints the first
// refusals, then how many of the originals were taken, of how many.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const names = readdirSync(folder).filter(name => name.endsWith('.original.wasm')).map(name => name.slice(0, -'.original.wasm'.length));
let taken = 0;
for (const name of names.sort()) {
  if (!WebAssembly.validate(readFileSync(join(folder, `${name}.original.wasm`)))) continue;
  taken++;
  try {
    new WebAssembly.Module(readFileSync(join(folder, `${name}.transformed.wasm`)));
  } catch (e) {
    console.log(`refused: ${name}: ${e.message}`);
  }
}
console.log(`taken ${taken} of ${names.length}`);
