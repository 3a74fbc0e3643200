package dev.bysync.bench.interp;

import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Program;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process that loads a module into one of the interpreters and runs a {@link ModuleScript} a
 * number of times. Its last line has, separated by spaces: the hash of how the calls ended, seconds
 * of processor time of the thread until the module was loaded, until all was done, and of the last
 * time through the script.
 */
final class ModuleRun {
  private static final int STACK_BYTES = 512 << 20;

  private ModuleRun() {}

  /** Arguments: engine, module, script, repetitions. */
  public static void main(String[] args) throws InterruptedException {
    Thread thread = new Thread(null, () -> report(args), "interpreter", STACK_BYTES);
    thread.start();
    thread.join();
  }

  private static void report(String[] args) {
    try {
      System.out.println(run(args));
    } catch (IOException | LoadException e) {
      System.err.println(e);
      System.exit(1);
    }
  }

  private static String run(String[] args) throws IOException, LoadException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    ModuleScript script;
    try (DataInputStream in = new DataInputStream(Files.newInputStream(Path.of(args[2])))) {
      script = ModuleScript.read(in);
    }
    byte[] module = Files.readAllBytes(Path.of(args[1]));
    int repetitions = Integer.parseInt(args[3]);
    long start = threads.getCurrentThreadCpuTime();
    Program program = Engine.valueOf(args[0]).machines().load(module);
    long loaded = threads.getCurrentThreadCpuTime();
    int hash = 0;
    long last = 0;
    for (int i = 0; i < repetitions; i++) {
      last = threads.getCurrentThreadCpuTime();
      hash = hash * 31 + script.run(program).hash();
    }
    long end = threads.getCurrentThreadCpuTime();
    return hash
        + " "
        + (loaded - start) / 1e9
        + " "
        + (end - start) / 1e9
        + " "
        + (end - last) / 1e9;
  }
}
