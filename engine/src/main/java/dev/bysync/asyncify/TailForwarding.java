package dev.bysync.asyncify;

import dev.bysync.analysis.Plan;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.module.Subtyping;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a function that is called to rewind passes the call on to the owner of the frame that is
 * there, because it has made a tail call before.
 *
 * <p>Sites of functions that may be met so have numbers that are unique among all of their class of
 * results. A caller of tail calls looks at the topmost number; if it is none of its own, it makes a
 * tail call to a <em>forwarder</em>, one for each list of result types, which finds the owner of
 * the number and makes a tail call to it, with arguments that don't matter.
 *
 * <p>An imported function that is called by a direct tail call gets a function around it, which has
 * a frame of its own with the arguments. So the stack grows by one level while the import runs.
 */
final class TailForwarding {
  /** What a function needs to know: its first number, or 0; its forwarder, or -1. */
  record Role(int first, int forwarder) {
    static final Role NONE = new Role(0, -1);

    boolean forwards() {
      return forwarder >= 0;
    }

    boolean isOwner() {
      return first > 0;
    }
  }

  /** Owners in one forwarder, summed over all forwarders. */
  private static final int MAX_LEAVES = 1_000_000;

  /**
   * Owner of some numbers.
   *
   * @param type of the function, an index
   * @param function the index in the output
   * @param plain whether it is called without arguments
   */
  record Owner(int first, int type, int function, boolean plain) {}

  /** A forwarder whose code is written at the end. */
  private record Forwarder(int type, ByteSink code) {}

  private final Module module;
  private final Plan plan;
  private final FeatureLevel level;
  private final ModuleWriter writer;
  private final Abi abi;
  private final StackHelpers helpers;
  private final Placeholders placeholders;
  private final Map<Integer, List<Owner>> owners = new HashMap<>();
  private final Map<Integer, Integer> nextNumber = new HashMap<>();
  private final Map<List<Integer>, Integer> forwarders = new HashMap<>();
  private final List<Forwarder> unwritten = new ArrayList<>();
  private final Map<Integer, Integer> imports = new HashMap<>();

  TailForwarding(
      Module module,
      Plan plan,
      FeatureLevel level,
      ModuleWriter writer,
      Abi abi,
      StackHelpers helpers,
      Placeholders placeholders) {
    this.level = level;
    this.placeholders = placeholders;
    this.module = module;
    this.plan = plan;
    this.writer = writer;
    this.abi = abi;
    this.helpers = helpers;
  }

  /**
   * The role of a function with so many sites; numbers are taken for them.
   *
   * @throws WasmException if it needs tail calls that the feature level lacks
   */
  Role role(int function, int sites) {
    int type = module.functionType(function);
    int first = plan.tailCalls().isOwner(function) && sites > 0 ? numbers(type, sites) : 0;
    if (!plan.tailCalls().isCaller(function)) {
      return new Role(first, -1);
    }
    level.require(FeatureLevel.V3_0, "a tail call that may suspend");
    return new Role(first, forwarder(type));
  }

  /** Takes unique numbers; gives the first. */
  int numbers(int type, int count) {
    int resultClass = plan.tailCalls().resultClass(type);
    int first = nextNumber.getOrDefault(resultClass, 1);
    nextNumber.put(resultClass, first + count);
    return first;
  }

  /** Says who owns numbers. */
  void own(Owner owner) {
    owners
        .computeIfAbsent(plan.tailCalls().resultClass(owner.type()), key -> new ArrayList<>())
        .add(owner);
  }

  private int forwarder(int type) {
    List<Integer> results = results(type);
    Integer known = forwarders.get(results);
    if (known != null) {
      return known;
    }
    ByteSink code = new ByteSink();
    int function =
        abi.define(writer, List.of(), results, "asyncify_forward_" + forwarders.size(), code);
    forwarders.put(results, function);
    unwritten.add(new Forwarder(type, code));
    return function;
  }

  List<Integer> results(int type) {
    List<Integer> results = new ArrayList<>();
    for (int i = 0; i < module.types().resultCount(type); i++) {
      results.add(module.types().result(type, i));
    }
    return results;
  }

  List<Integer> params(int type) {
    List<Integer> params = new ArrayList<>();
    for (int i = 0; i < module.types().paramCount(type); i++) {
      params.add(module.types().param(type, i));
    }
    return params;
  }

  // ---- imports ----

  /**
   * The function that stands for one without frames of its own where it is called by a tail call.
   */
  int around(int function) {
    Integer known = imports.get(function);
    if (known != null) {
      return known;
    }
    int type = module.functionType(function);
    List<Integer> params = params(type);
    int number = numbers(type, 1);
    FrameValues frame = new FrameValues(params, helpers);
    ByteSink code = new ByteSink();
    code.u32(0);
    ifState(code);
    frame.pop(code);
    code.u8(Opcodes.END);
    for (int i = 0; i < params.size(); i++) {
      code.u8(Opcodes.LOCAL_GET);
      code.u32(i);
    }
    code.u8(Opcodes.CALL);
    code.u32(writer.map().function(function));
    ifState(code);
    frame.push(code, number, i -> Opcodes.LOCAL_GET, i -> i);
    code.u8(Opcodes.END);
    code.u8(Opcodes.END);
    int around = abi.define(writer, params, results(type), "asyncify_tail_" + function, code);
    own(new Owner(number, type, around, false));
    imports.put(function, around);
    return around;
  }

  private void ifState(ByteSink code) {
    code.u8(Opcodes.GLOBAL_GET);
    code.u32(abi.state());
    code.u8(Opcodes.IF);
    code.u8(0x40);
  }

  // ---- forwarders ----

  /**
   * Writes the forwarders, when all owners are known.
   *
   * @throws WasmException if they would be too large, which takes thousands of result types
   */
  void finish() {
    Subtyping subtyping = new Subtyping(module.types());
    int leaves = 0;
    for (Forwarder forwarder : unwritten) {
      List<Owner> all =
          owners.getOrDefault(plan.tailCalls().resultClass(forwarder.type()), List.of());
      List<Owner> fitting = new ArrayList<>();
      for (Owner owner : all) {
        if (fits(owner.type(), forwarder.type(), subtyping)) {
          fitting.add(owner);
        }
      }
      leaves += fitting.size();
      if (leaves > MAX_LEAVES) {
        throw new WasmException(
            Failure.LIMIT,
            -1,
            "functions that tail calls lead to, over all result types: over " + MAX_LEAVES);
      }
      fitting.sort(Comparator.comparingInt(Owner::first));
      write(fitting, forwarder.code());
    }
  }

  private boolean fits(int type, int wanted, Subtyping subtyping) {
    for (int i = 0; i < module.types().resultCount(wanted); i++) {
      if (!subtyping.matches(module.types().result(type, i), module.types().result(wanted, i))) {
        return false;
      }
    }
    return true;
  }

  private void write(List<Owner> fitting, ByteSink code) {
    code.u32(1);
    code.u32(1);
    code.u8(ValType.I32);
    if (fitting.isEmpty()) {
      code.u8(Opcodes.UNREACHABLE);
    } else {
      code.u8(Opcodes.CALL);
      code.u32(helpers.top());
      code.u8(Opcodes.LOCAL_SET);
      code.u32(0);
      search(fitting, code);
    }
    code.u8(Opcodes.END);
  }

  /** Owners are in the order of their numbers: halves the list until one is left. */
  private void search(List<Owner> list, ByteSink code) {
    if (list.size() == 1) {
      Owner owner = list.get(0);
      if (!owner.plain()) {
        for (int param : params(owner.type())) {
          if (!placeholders.exists(param)) {
            throw new WasmException(
                Failure.UNSUPPORTED,
                -1,
                "a tail call that may suspend with an argument of type "
                    + ValType.name(param)
                    + ", of which no value can be made");
          }
          placeholders.push(param, code);
        }
      }
      code.u8(Opcodes.RETURN_CALL);
      code.u32(owner.function());
      return;
    }
    int middle = list.size() / 2;
    code.u8(Opcodes.LOCAL_GET);
    code.u32(0);
    code.u8(Opcodes.I32_CONST);
    code.s64(list.get(middle).first());
    code.u8(0x49); // i32.lt_u
    code.u8(Opcodes.IF);
    code.u8(0x40);
    search(list.subList(0, middle), code);
    code.u8(Opcodes.END);
    search(list.subList(middle, list.size()), code);
  }
}
