// A host that awaits: imports may return promises, and every exported function returns one. See docs/hosts.md.
export async function instantiate(bytes, imports, stackBytes = 65536) {
  let exports, stack, waiting, settled;
  let last = Promise.resolve();

  const suspending = call => (...args) => {
    if (exports?.asyncify_get_state() === 2) { // called again, to go on
      exports.asyncify_stop_rewind();
      return settled(); // the value, or the error is thrown
    }
    const result = call(...args);
    if (typeof result?.then !== 'function') return result;
    waiting = result;
    new Uint32Array(memory().buffer, stack, 2).set([stack + 8, stack + stackBytes]);
    exports.asyncify_start_unwind(stack);
  };
  const each = (object, change) => Object.fromEntries(Object.entries(object).map(
    ([name, value]) => [name, typeof value === 'function' ? change(value) : value]));
  const memory = () => exports.memory ?? exports.asyncify_memory;

  async function run(call, args) {
    let result = call(...args);
    while (exports.asyncify_get_state() === 1) {
      exports.asyncify_stop_unwind();
      await waiting.then(value => { settled = () => value; }, error => { settled = () => { throw error; }; });
      exports.asyncify_start_rewind(stack);
      result = call(); // the frames have the arguments
    }
    return result;
  }
  const modules = Object.fromEntries(Object.entries(imports).map(([name, module]) => [name, each(module, suspending)]));
  ({ exports } = (await WebAssembly.instantiate(bytes, modules)).instance);
  stack = exports.malloc ? exports.malloc(stackBytes) : memory().grow(Math.ceil(stackBytes / 65536)) * 65536;
  return each(exports, call => (...args) => last = last.catch(() => {}).then(() => run(call, args)));
}
