package dev.bysync.verify.endive;

import dev.bysync.verify.machine.HostStop;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.TrapKind;
import java.util.List;
import java.util.Map;
import run.endive.runtime.WasmException;
import run.endive.wasm.UnlinkableException;
import run.endive.wasm.WasmEngineException;

/** Translates what Endive throws. It tells its traps apart by their messages only. */
final class Traps {
  /** Beginnings of messages. */
  private static final List<Map.Entry<String, TrapKind>> MESSAGES =
      List.of(
          Map.entry("Trapped on unreachable", TrapKind.UNREACHABLE),
          Map.entry("out of bounds memory", TrapKind.MEMORY_BOUNDS),
          Map.entry("out of bounds table", TrapKind.TABLE_BOUNDS),
          Map.entry("out of bounds array", TrapKind.ARRAY_BOUNDS),
          Map.entry("integer divide by zero", TrapKind.DIVIDE_BY_ZERO),
          Map.entry("integer overflow", TrapKind.INTEGER_OVERFLOW),
          Map.entry("invalid conversion to integer", TrapKind.INVALID_CONVERSION),
          Map.entry("undefined element", TrapKind.UNDEFINED_ELEMENT),
          Map.entry("uninitialized element", TrapKind.UNDEFINED_ELEMENT),
          Map.entry("indirect call type mismatch", TrapKind.INDIRECT_CALL_TYPE),
          Map.entry("null ", TrapKind.NULL_REFERENCE),
          Map.entry("Trapped on ref_as_non_null", TrapKind.NULL_REFERENCE),
          Map.entry("Trapped on call_ref", TrapKind.NULL_REFERENCE),
          Map.entry("Trapped on throw_ref", TrapKind.NULL_REFERENCE),
          Map.entry("cast failure", TrapKind.CAST_FAILURE),
          Map.entry("call stack exhausted", TrapKind.DEPTH),
          Map.entry("out of memory", TrapKind.MEMORY_LIMIT));

  private Traps() {}

  static Outcome.Trapped of(Throwable thrown) {
    if (thrown instanceof HostStop stop) {
      return new Outcome.Trapped(stop.kind(), String.valueOf(stop.getMessage()));
    }
    if (thrown instanceof WasmException exception) {
      return new Outcome.Trapped(TrapKind.EXCEPTION, "uncaught, of tag " + exception.tagIdx());
    }
    if (thrown instanceof StackOverflowError) {
      return new Outcome.Trapped(TrapKind.DEPTH, "call stack exhausted");
    }
    if (thrown instanceof OutOfMemoryError) {
      return new Outcome.Trapped(TrapKind.EXHAUSTED, "out of memory");
    }
    if (thrown instanceof UnlinkableException) {
      return new Outcome.Trapped(TrapKind.LINK, String.valueOf(thrown.getMessage()));
    }
    if (thrown instanceof WasmEngineException) {
      String message = String.valueOf(thrown.getMessage());
      for (Map.Entry<String, TrapKind> entry : MESSAGES) {
        if (message.startsWith(entry.getKey())) {
          return new Outcome.Trapped(entry.getValue(), message);
        }
      }
    }
    return new Outcome.Trapped(TrapKind.FAULT, thrown.toString());
  }
}
