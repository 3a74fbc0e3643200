package dev.bysync.bench.interp;

import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls of a module's exports that all end by themselves, in sessions of an instance each.
 *
 * @param instructions executed in all of it
 */
record ModuleScript(List<List<Call>> sessions, long instructions) {
  private static final int MAX_SESSIONS = 12;
  private static final int MAX_ROUNDS = 200;
  private static final long CALL_FUEL = 10_000_000;
  private static final long[] ARGUMENTS = {1, 65_536, 0, 7, 131_072, 64, 1000, 3};

  /** One call of an export; the arguments' slots. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
  record Call(String export, long[] args) {}

  /**
   * Finds the calls, by running them on our interpreter: all exports over and over. An export that
   * doesn't end within 10 million instructions, or ends at another limit, is left out from there
   * on, and what follows gets a new instance.
   *
   * @param fuel instructions in all
   */
  static ModuleScript of(byte[] module, long fuel) throws LoadException {
    Program program = Engine.BYSYNC.machines().load(module);
    List<List<Call>> sessions = new ArrayList<>();
    List<Shape.ExportedFunction> exports = new ArrayList<>(program.shape().functions());
    long used = 0;
    int next = 0;
    int limit = exports.size() * MAX_ROUNDS;
    while (next < limit && sessions.size() < MAX_SESSIONS && used < fuel) {
      Program.Instantiation made = program.instantiate(new StubHost(), CALL_FUEL);
      if (!(made.outcome() instanceof Outcome.Returned)) {
        break;
      }
      Machine machine = made.machine();
      used += machine.fuelUsed();
      List<Call> calls = new ArrayList<>();
      sessions.add(calls);
      boolean whole = true;
      while (whole && next < limit && used < fuel && !exports.isEmpty()) {
        int at = next % exports.size();
        Shape.ExportedFunction export = exports.get(at);
        Call call = new Call(export.name(), arguments(export.signature(), next));
        next++;
        machine.fuelLimit(CALL_FUEL);
        long before = machine.fuelUsed();
        Outcome outcome = machine.call(call.export, call.args.clone());
        used += machine.fuelUsed() - before;
        whole = !(outcome instanceof Outcome.Trapped trap && trap.kind().isLimit());
        if (whole) {
          calls.add(call);
        } else {
          exports.remove(at);
        }
      }
    }
    ModuleScript found = new ModuleScript(sessions, 0);
    return new ModuleScript(sessions, found.run(program).fuel);
  }

  private static long[] arguments(Signature signature, int number) {
    long[] args = new long[Signature.slots(signature.params())];
    int at = 0;
    for (int i = 0; i < signature.params().size(); i++) {
      boolean reference = signature.params().get(i).isReference();
      args[at] = reference ? -1 : ARGUMENTS[number + i & 7];
      at += signature.params().get(i).slots();
    }
    return args;
  }

  /** What a run left: the number of instructions, and a hash of how the calls ended. */
  record Ran(long fuel, int hash) {}

  /** Runs all of it. */
  Ran run(Program program) {
    int hash = 0;
    long fuel = 0;
    for (List<Call> calls : sessions) {
      Program.Instantiation made = program.instantiate(new StubHost(), Long.MAX_VALUE / 4);
      if (!(made.outcome() instanceof Outcome.Returned)) {
        return new Ran(fuel, hash * 31 + 1);
      }
      Machine machine = made.machine();
      machine.fuelLimit(Long.MAX_VALUE / 4);
      for (Call call : calls) {
        hash = hash * 31 + hash(program, call, machine.call(call.export, call.args.clone()));
      }
      fuel += machine.fuelUsed();
    }
    return new Ran(fuel, hash);
  }

  private static int hash(Program program, Call call, Outcome outcome) {
    if (!(outcome instanceof Outcome.Returned returned)) {
      return outcome instanceof Outcome.Trapped trap ? trap.kind().name().hashCode() : 0;
    }
    for (Shape.ExportedFunction export : program.shape().functions()) {
      if (export.name().equals(call.export)) {
        Signature.canonicalise(export.signature().results(), returned.results());
      }
    }
    return java.util.Arrays.hashCode(returned.results());
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(sessions.size());
    for (List<Call> calls : sessions) {
      out.writeInt(calls.size());
      for (Call call : calls) {
        out.writeUTF(call.export);
        out.writeInt(call.args.length);
        for (long arg : call.args) {
          out.writeLong(arg);
        }
      }
    }
    out.writeLong(instructions);
  }

  static ModuleScript read(DataInputStream in) throws IOException {
    List<List<Call>> sessions = new ArrayList<>();
    for (int session = in.readInt(); session > 0; session--) {
      List<Call> calls = new ArrayList<>();
      for (int call = in.readInt(); call > 0; call--) {
        String export = in.readUTF();
        long[] args = new long[in.readInt()];
        for (int i = 0; i < args.length; i++) {
          args[i] = in.readLong();
        }
        calls.add(new Call(export, args));
      }
      sessions.add(calls);
    }
    return new ModuleScript(sessions, in.readLong());
  }
}
