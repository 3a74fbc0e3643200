// node suspend.mjs ORIGINAL TRANSFORMED: calls every export named run... with 0 to 5, suspended nowhere, at every call of an
// import, twice at every call, and at each call alone; prints what differs from the original, and how many suspensions there were.
// Imports are env.*: throw... throws a host exception, table... is put into the exported table, wide... returns a BigInt, others a number.
import { readFileSync } from 'node:fs';

const MAX_SINGLE = 150;
const STACK = 32768;
const STACK_END = 65536;
let suspensions = 0;

class World {
  constructor(bytes, shouldSuspend) {
    this.shouldSuspend = shouldSuspend;
    this.log = [];
    this.calls = 0;
    this.pending = null;
    const module = new WebAssembly.Module(bytes);
    const env = {};
    for (const wanted of WebAssembly.Module.imports(module)) {
      env[wanted.name] = (...args) => this.imported(wanted.name, args);
    }
    this.exports = new WebAssembly.Instance(module, { env }).exports;
    this.memory = this.exports.memory ?? this.exports.asyncify_memory;
  }

  state() {
    return this.exports.asyncify_get_state ? this.exports.asyncify_get_state() : 0;
  }

  imported(name, args) {
    const wide = name.startsWith('wide');
    const seen = `${name}(${args.map(a => typeof a === 'object' || typeof a === 'function' ? 'ref' : Object.is(a, -0) ? '-0' : a)})`;
    if (this.state() === 2) {
      this.exports.asyncify_stop_rewind();
      this.restore();
      if (this.pending.seen !== seen) throw new Error(`called again as ${seen}, not ${this.pending.seen}`);
      if (this.pending.left-- > 0) return this.unwind(wide);
      this.pending = null;
    } else {
      if (this.calls > 5000) throw new Error('too many calls');
      this.log.push(seen);
      this.calls++;
      const times = this.exports.asyncify_get_state ? this.shouldSuspend(this.calls) : 0;
      if (times > 0 && !name.startsWith('throw')) {
        this.pending = { seen, left: times - 1 };
        return this.unwind(wide);
      }
    }
    if (name.startsWith('throw')) throw new Error('host');
    const number = (this.calls * 7 + Number(args[0] ?? 3)) % 11;
    return wide ? BigInt(number) << 33n : number;
  }

  unwind(wide) {
    suspensions++;
    const header = new DataView(this.memory.buffer);
    this.saved = new Uint8Array(this.memory.buffer.slice(STACK, STACK_END));
    header.setInt32(STACK, STACK + 8, true);
    header.setInt32(STACK + 4, STACK_END, true);
    this.exports.asyncify_start_unwind(STACK);
    return wide ? 0n : 0;
  }

  run(name, argument) {
    try {
      let result = this.exports[name](argument);
      for (let steps = 0; this.state() === 1; steps++) {
        if (steps > 1e6) throw new Error('no end');
        this.exports.asyncify_stop_unwind();
        this.exports.asyncify_start_rewind(STACK);
        result = this.exports[name](argument);
        if (this.state() === 2) throw new Error('still rewinding');
      }
      return String(result);
    } catch (e) {
      if (this.state() !== 0) return `${e} while in state ${this.state()}`;
      return e instanceof WebAssembly.Exception ? this.describe(e) : String(e);
    }
  }

  restore() {
    const position = new DataView(this.memory.buffer).getInt32(STACK, true);
    if (position !== STACK + 8) this.log.push(`stack is at ${position - STACK} in the end`);
    new Uint8Array(this.memory.buffer).set(this.saved, STACK);
    this.saved = null;
  }

  describe(e) {
    for (const [name, tag] of Object.entries(this.exports)) {
      if (tag instanceof WebAssembly.Tag && e.is(tag)) return `exception ${name} ${e.getArg(tag, 0)}`;
    }
    return 'exception';
  }
}

function story(bytes, shouldSuspend) {
  const world = new World(bytes, shouldSuspend);
  const names = Object.keys(world.exports).filter(name => name.startsWith('run'));
  for (const name of names) {
    for (let argument = 0; argument < 6; argument++) {
      world.log.push(`${name}(${argument}) = ${world.run(name, argument)}`);
    }
  }
  world.log.push(`memory ${world.memory ? new Uint8Array(world.memory.buffer).reduce((a, b) => (a * 31 + b) | 0, 0) : ''}`);
  return { text: world.log.join('\n'), calls: world.calls };
}

const original = readFileSync(process.argv[2]);
const transformed = readFileSync(process.argv[3]);
if (!WebAssembly.validate(original)) {
  console.log('skipped: this engine can not compile the original');
  process.exit(0);
}
const expected = story(original, () => 0);
const schedules = { none: () => 0, all: () => 1, twice: () => 2, 'every third': call => (call % 3 === 0 ? 1 : 0) };
for (let only = 1; only <= Math.min(expected.calls, MAX_SINGLE); only++) {
  schedules[`call ${only}`] = call => (call === only ? 1 : 0);
}
let different = 0;
for (const [name, schedule] of Object.entries(schedules)) {
  const actual = story(transformed, schedule).text.split('\n');
  const wanted = expected.text.split('\n');
  const at = wanted.findIndex((line, i) => line !== actual[i]);
  if (at >= 0 || actual.length !== wanted.length) {
    different++;
    console.log(`${name}: line ${at}: expected ${wanted[at]}, was ${actual[at]} after ${actual[at - 1]}`);
  }
}
console.log(different === 0 ? `equal, ${expected.calls} calls, ${suspensions} suspensions` : `${different} schedules differ`);
