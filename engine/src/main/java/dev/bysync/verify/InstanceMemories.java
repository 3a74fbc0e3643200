package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Shape;
import java.util.ArrayList;
import java.util.List;

/** The memories of an instance, for all that looks at them again and again. */
final class InstanceMemories {
  private final Machine machine;
  private final List<TrackedMemory> memories = new ArrayList<>();

  InstanceMemories(Machine machine) {
    this.machine = machine;
  }

  /** One of them, by its index. */
  TrackedMemory get(int index) {
    while (memories.size() <= index) {
      memories.add(new TrackedMemory(machine, memories.size()));
    }
    return memories.get(index);
  }

  /** What is in the first of them. */
  List<MemoryDigest> digests(int count) {
    List<MemoryDigest> digests = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      digests.add(get(i).digest());
    }
    return digests;
  }

  /** What is in the memories that the original has. */
  List<MemoryDigest> digests(Shape original) {
    return digests(original.memories());
  }

  /** The first difference of the other's memories, for people, or an empty string. */
  static String difference(List<MemoryDigest> memories, List<MemoryDigest> others) {
    for (int i = 0; i < memories.size(); i++) {
      String difference = memories.get(i).difference(others.get(i));
      if (!difference.isEmpty()) {
        return "memory " + i + ": " + difference;
      }
    }
    return "";
  }
}
