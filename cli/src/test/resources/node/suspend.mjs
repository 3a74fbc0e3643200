// Drives a real asyncified module by the ABI alone: source-map's mappings.wasm calls its host once for each mapping, and the host
// answers after a promise. usage: node suspend.mjs ORIGINAL.wasm ASYNCIFIED.wasm; prints one JSON line, exits 1 on a difference.
import fs from 'node:fs';

const [originalPath, asyncifiedPath] = process.argv.slice(2);
const text = 'AAAAA,CAACA;EACEC,KAAK;AAAA,SAAS,QAAQ;;' + 'IAAI,QAAQC,GAAG,CAAC;'.repeat(40);
const NORMAL = 0, UNWINDING = 1, REWINDING = 2, STACK_BYTES = 65536;

function load(path, mappingCallback) {
  const module = new WebAssembly.Module(fs.readFileSync(path));
  return new WebAssembly.Instance(module, { env: { mapping_callback: mappingCallback } }).exports;
}

function allocate(wasm) {
  const address = wasm.allocate_mappings(text.length);
  new Uint8Array(wasm.memory.buffer, address, text.length).set(Buffer.from(text, 'ascii'));
  return address;
}

// the original, called as its package calls it
const expected = [];
const original = load(originalPath, (...args) => expected.push(args.join()));
const originalMappings = original.parse_mappings(allocate(original));
original.by_generated_location(originalMappings);

// ours: every call of the host unwinds, waits for a promise, rewinds and gets the same arguments again
const seen = [];
let suspensions = 0, promise = null, stack = 0, suspendedWith = null;
const wasm = load(asyncifiedPath, (...args) => {
  if (wasm.asyncify_get_state() === REWINDING) {
    wasm.asyncify_stop_rewind();
    if (args.join() !== suspendedWith) throw new Error(`called again with ${args.join()} after ${suspendedWith}`);
    seen.push(args.join());
    return;
  }
  suspendedWith = args.join();
  suspensions++;
  promise = new Promise((resolve) => setImmediate(resolve));
  wasm.asyncify_start_unwind(stack);
});

async function call(name, ...args) {
  let result = wasm[name](...args);
  while (wasm.asyncify_get_state() === UNWINDING) {
    wasm.asyncify_stop_unwind();
    if (wasm.asyncify_get_state() !== NORMAL) throw new Error('state after stop_unwind');
    await promise;
    wasm.asyncify_start_rewind(stack);
    result = wasm[name](...args);
  }
  return result;
}

const mappings = wasm.parse_mappings(allocate(wasm));
stack = wasm.memory.grow(Math.ceil(STACK_BYTES / 65536)) * 65536;
new Uint32Array(wasm.memory.buffer, stack, 2).set([stack + 8, stack + STACK_BYTES]);
await call('by_generated_location', mappings);

const position = new Uint32Array(wasm.memory.buffer, stack, 1)[0];
const equal = expected.length > 0 && expected.join(';') === seen.join(';') && position === stack + 8;
console.log(JSON.stringify({ hostCalls: expected.length, suspensions, equal }));
process.exit(equal && suspensions === expected.length ? 0 : 1);
