package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What an instance leaves behind: its memories, exported globals and exported tables. */
final class EndState {
  private final List<MemoryDigest> memories;
  private final List<long[]> globals;
  private final List<Long> tables;

  private EndState(List<MemoryDigest> memories, List<long[]> globals, List<Long> tables) {
    this.memories = memories;
    this.globals = globals;
    this.tables = tables;
  }

  /**
   * Reads it.
   *
   * @param tracked the machine's memories
   * @param original the original's shape: what the transformed module has beyond is not looked at
   */
  static EndState of(Machine machine, InstanceMemories tracked, Shape original) {
    List<MemoryDigest> memories = tracked.digests(original);
    List<long[]> globals = new ArrayList<>();
    for (Shape.ExportedGlobal global : original.globals()) {
      long[] value = machine.global(global.name());
      Signature.canonicalise(List.of(global.kind()), value);
      globals.add(value);
    }
    List<Long> tables = new ArrayList<>();
    for (String table : original.tables()) {
      tables.add(machine.tableHash(table));
    }
    return new EndState(memories, globals, tables);
  }

  /** The first difference of the other, for people, or an empty string. */
  String difference(EndState other, Shape original) {
    String difference = InstanceMemories.difference(memories, other.memories);
    if (!difference.isEmpty()) {
      return difference;
    }
    for (int i = 0; i < globals.size(); i++) {
      if (!Arrays.equals(globals.get(i), other.globals.get(i))) {
        return "global %s is %d, was %d"
            .formatted(
                original.globals().get(i).name(), other.globals.get(i)[0], globals.get(i)[0]);
      }
    }
    for (int i = 0; i < tables.size(); i++) {
      if (!tables.get(i).equals(other.tables.get(i))) {
        return "table " + original.tables().get(i) + " differs in size or in which are null";
      }
    }
    return "";
  }
}
