// node interleave.mjs ORIGINAL TRANSFORMED: many suspended stacks at once. Calls every export named run... twice, each on a stack of its
// own, suspended at every call of an import, and resumes the stacks in different orders; then starts and ends stacks 10,000 times while
// one stays suspended. Prints what differs from the original. Imports are env.*: answers depend on the arguments only. The side tables
// are exported as asyncify_table_...: in the end all slots are null, and there are at most four times as many as were ever in use.
import { readFileSync } from 'node:fs';

const STACK = 2048;
const FIRST = 4096;
const answer = args => (args.reduce((sum, a) => (Math.imul(sum, 31) + Number(a)) | 0, 7) >>> 2) & 15;
let suspensions = 0;

function instantiate(bytes, call) {
  const module = new WebAssembly.Module(bytes);
  const env = {};
  for (const wanted of WebAssembly.Module.imports(module)) {
    env[wanted.name] = (...args) => call(wanted.name, args);
  }
  return new WebAssembly.Instance(module, { env }).exports;
}

function attempt(action) {
  try {
    return String(action());
  } catch (e) {
    return String(e);
  }
}

const runs = exports => Object.keys(exports).filter(name => name.startsWith('run')).flatMap(name => [[name, 4], [name, 1]]);

function plain(bytes) {
  let log = [];
  const exports = instantiate(bytes, (name, args) => {
    log.push(`${name}(${args})`);
    return answer(args);
  });
  return runs(exports).map(([name, argument]) => {
    log = [];
    return `${name}(${argument}) = ${attempt(() => exports[name](argument))} ${log}`;
  });
}

class Stacks {
  constructor(bytes) {
    this.exports = instantiate(bytes, (name, args) => this.imported(name, args));
    this.memory = this.exports.memory ?? this.exports.asyncify_memory;
    this.tables = Object.keys(this.exports).filter(name => name.startsWith('asyncify_table')).map(name => this.exports[name]);
    this.used = 0;
    this.stacks = runs(this.exports).map(([name, argument], i) => ({ name, argument, pointer: FIRST + i * STACK }));
  }

  start(stack) {
    new Uint32Array(this.memory.buffer, stack.pointer, 2).set([stack.pointer + 8, stack.pointer + STACK]);
    Object.assign(stack, { log: [], pending: '', text: '' });
    return stack;
  }

  imported(name, args) {
    const seen = `${name}(${args})`;
    const { stack, exports } = this;
    if (exports.asyncify_get_state() === 2) {
      exports.asyncify_stop_rewind();
      if (seen !== stack.pending) stack.log.push(`called again as ${seen}`);
      return answer(args);
    }
    stack.log.push(seen);
    stack.pending = seen;
    suspensions++;
    exports.asyncify_start_unwind(stack.pointer);
    return 0;
  }

  /** Runs a stack up to its next suspension; true if it has come to its end instead. */
  step(stack) {
    this.stack = stack;
    if (stack.pending) this.exports.asyncify_start_rewind(stack.pointer);
    const result = attempt(() => this.exports[stack.name](stack.argument));
    if (this.exports.asyncify_get_state() === 1) {
      this.exports.asyncify_stop_unwind();
      this.used = Math.max(this.used, ...this.tables.map(slotsInUse));
      return false;
    }
    stack.text = `${stack.name}(${stack.argument}) = ${result} ${stack.log}`;
    const position = new Uint32Array(this.memory.buffer, stack.pointer, 1)[0] - stack.pointer;
    if (position !== 8) stack.text += ` stack is at ${position} in the end`;
    return true;
  }

  leaks() {
    const held = this.tables.map(slotsInUse).join();
    const large = this.tables.filter(table => slotsInUse(table) >= 0 && table.length > 4 * this.used + 4).map(table => table.length).join();
    return (this.tables.some(table => slotsInUse(table) > 0) ? `slots in use in the end: ${held} ` : '') + (large ? `${large} slots for ${this.used}` : '');
  }
}

/** Number of references in a table; -1 of one that a host can't look into. */
function slotsInUse(table) {
  let used = 0;
  for (let i = 0; i < table.length; i++) {
    try {
      used += table.get(i) === null ? 0 : 1;
    } catch {
      return -1;
    }
  }
  return used;
}

function interleaved(bytes, seed) {
  const world = new Stacks(bytes);
  const live = world.stacks.map(stack => world.start(stack));
  for (let random = seed; live.length > 0; random = (Math.imul(random, 1103515245) + 12345) >>> 0) {
    const at = seed === 0 ? 0 : seed === 1 ? live.length - 1 : (random >>> 8) % live.length;
    if (world.step(live[at])) live.splice(at, 1);
  }
  return [...world.stacks.map(({ text }) => text), world.leaks()];
}

/** One stack stays suspended while others come and go. */
function churned(bytes) {
  const world = new Stacks(bytes);
  const [first, ...others] = world.stacks;
  world.step(world.start(first));
  for (let from = suspensions; suspensions < from + 10_000; ) {
    for (const stack of others) {
      world.start(stack);
      while (!world.step(stack));
    }
  }
  while (!world.step(first));
  return [...world.stacks.map(({ text }) => text), world.leaks()];
}

const original = readFileSync(process.argv[2]);
const transformed = readFileSync(process.argv[3]);
if (!WebAssembly.validate(original)) {
  console.log('skipped: this engine can not compile the original');
  process.exit(0);
}
const expected = [...plain(original), ''];
let different = 0;
for (let seed = 0; seed <= 30; seed++) {
  const actual = seed === 30 ? churned(transformed) : interleaved(transformed, seed);
  const at = expected.findIndex((line, i) => line !== actual[i]);
  if (at >= 0) {
    different++;
    console.log(`order ${seed}: expected ${expected[at]}, was ${actual[at]}`);
  }
}
console.log(different === 0 ? `equal, ${expected.length - 1} stacks, ${suspensions} suspensions` : `${different} orders differ`);
