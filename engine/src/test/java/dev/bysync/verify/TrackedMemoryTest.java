package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.endive.EndiveFactory;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.MachineFactory;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.ValueKind;
import dev.bysync.wasm.text.WatReader;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Digests and saved parts of memories, on a machine that knows what it wrote and on one that
 * doesn't.
 */
final class TrackedMemoryTest {
  private static final int SIZE = 4 << 16;

  static Stream<Arguments> machines() {
    return Stream.of(
        Arguments.of(Named.of("ours", new InterpreterFactory())),
        Arguments.of(Named.of("Endive's", new EndiveFactory())));
  }

  private static Machine machine(MachineFactory machines) throws LoadException {
    byte[] module =
        WatReader.assemble(
            """
            (module (memory (export "m") 4 20) (data (i32.const 5000) "data")
              (func (export "store") (param i32 i64) (i64.store (local.get 0) (local.get 1))))
            """);
    return machines.load(module).instantiate(new NoHost(), 1000).machine();
  }

  private static final class NoHost implements Host {
    @Override
    public void attach(Machine machine) {}

    @Override
    public long[] call(Shape.ImportedFunction function, long[] args) {
      throw new IllegalStateException("nothing is imported");
    }

    @Override
    public long global(String module, String name, ValueKind kind) {
      throw new IllegalStateException("nothing is imported");
    }
  }

  @ParameterizedTest
  @MethodSource("machines")
  void digestsStepByStepAreThoseOfTheWhole(MachineFactory machines) throws LoadException {
    Machine machine = machine(machines);
    TrackedMemory tracked = new TrackedMemory(machine, 0);
    Random random = new Random(1);
    for (int step = 0; step < 300; step++) {
      for (int i = random.nextInt(4); i > 0; i--) {
        long size = machine.memorySize(0);
        if (random.nextInt(40) == 0) {
          machine.growMemory(0, 1);
        } else if (random.nextBoolean()) {
          machine.fuelLimit(1000);
          machine.call("store", new long[] {random.nextInt((int) size - 8), random.nextLong()});
        } else {
          byte[] bytes = new byte[random.nextInt(3000)];
          random.nextBytes(bytes);
          machine.write(0, random.nextInt((int) size - bytes.length), bytes);
        }
      }
      Machine other = machine(machines);
      other.growMemory(0, (int) ((machine.memorySize(0) - SIZE) >> 16));
      byte[] content = machine.read(0, 0, (int) machine.memorySize(0));
      other.write(0, 0, content);
      MemoryDigest digest = tracked.digest();
      TrackedMemory whole = new TrackedMemory(other, 0);

      assertThat(digest.difference(whole.digest())).isEmpty();

      int at = random.nextInt(content.length);
      other.write(0, at, new byte[] {(byte) ~content[at]});
      assertThat(digest.difference(whole.digest()))
          .isEqualTo("it differs between 0x%x and 0x%x", at & -1024, (at & -1024) + 1024);
    }
  }

  @ParameterizedTest
  @MethodSource("machines")
  void olderDigestsKeepWhatTheySaw(MachineFactory machines) throws LoadException {
    Machine machine = machine(machines);
    TrackedMemory tracked = new TrackedMemory(machine, 0);
    MemoryDigest first = tracked.digest();
    for (int i = 1; i < 200; i++) {
      machine.write(0, 1024L * i, new byte[] {(byte) i});
      tracked.digest();
    }
    machine.write(0, 1024, new byte[100_000]);
    machine.write(0, 1024L * 150, new byte[200]);

    assertThat(tracked.digest().difference(first))
        .isEqualTo("it differs between 0x1000 and 0x1400"); // the data
    machine.write(0, 1024, new byte[210_000]);
    machine.write(0, 5000, new byte[] {'d', 'a', 't', 'a'});
    assertThat(first.difference(tracked.digest())).isEmpty();
    machine.growMemory(0, 1);
    assertThat(first.difference(tracked.digest()))
        .isEqualTo("its size is 327680 bytes, was 262144");
  }

  @ParameterizedTest
  @MethodSource("machines")
  void signsOfPlainNansDoNotCount(MachineFactory machines) throws LoadException {
    Machine machine = machine(machines);
    TrackedMemory tracked = new TrackedMemory(machine, 0);
    machine.write(0, 2052, new byte[] {0, 0, (byte) 0xC0, 0x7F});
    MemoryDigest before = tracked.digest();
    machine.write(0, 2052, new byte[] {0, 0, (byte) 0xC0, (byte) 0xFF});
    assertThat(before.difference(tracked.digest())).isEmpty();
    machine.write(0, 2052, new byte[] {1, 0, (byte) 0xC0, (byte) 0xFF});
    assertThat(before.difference(tracked.digest())).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("machines")
  void whatWasSavedIsRestoredAndNothingElse(MachineFactory machines) throws LoadException {
    Machine machine = machine(machines);
    TrackedMemory tracked = new TrackedMemory(machine, 0);
    Random random = new Random(2);
    for (int round = 0; round < 100; round++) {
      int from = 1 + random.nextInt(SIZE / 2);
      int to = from + 1 + random.nextInt(SIZE / 2 - 1);
      scribble(machine, random);
      byte[] program = machine.read(0, 0, SIZE);
      tracked.save(from, to);
      scribble(machine, random);
      byte[] stack = machine.read(0, 0, SIZE);
      TrackedMemory.Piece[] aside = tracked.written(from, to);
      tracked.restore(from, to);

      byte[] expected = stack.clone();
      System.arraycopy(program, from, expected, from, to - from);
      assertThat(Arrays.mismatch(machine.read(0, 0, SIZE), expected)).isEqualTo(-1);

      tracked.save(from, to);
      tracked.write(aside);
      assertThat(Arrays.mismatch(machine.read(0, 0, SIZE), stack)).isEqualTo(-1);
      tracked.restore(from, to);
      assertThat(Arrays.mismatch(machine.read(0, 0, SIZE), expected)).isEqualTo(-1);
    }
  }

  private static void scribble(Machine machine, Random random) {
    for (int i = random.nextInt(5); i > 0; i--) {
      byte[] bytes = new byte[random.nextInt(9000)];
      Arrays.fill(bytes, (byte) random.nextInt());
      machine.write(0, random.nextInt(SIZE - bytes.length), bytes);
    }
  }
}
