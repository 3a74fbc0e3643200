package dev.bysync.job.transform;

import dev.bysync.engine.ProcessedModule;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** The child of {@link Fork}: ends when its input does. */
final class ForkedMain {
  private ForkedMain() {}

  public static void main(String[] arguments) throws IOException, ClassNotFoundException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));
    System.setOut(System.err); // the real one carries results only
    dieFirst();
    byte[] serialized = in.readNBytes(in.readInt());
    Function<byte[], ProcessedModule> processor;
    try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(serialized))) {
      processor = ((ProcessorFactory) objects.readObject()).create();
    }
    while (true) {
      byte[] module;
      try {
        module = in.readNBytes(in.readInt());
      } catch (EOFException e) {
        return;
      }
      ResultCodec.write(out, Guard.process(processor, module));
    }
  }

  /** Where memory runs out on the machine, Linux is to kill this JVM and not the executor. */
  private static void dieFirst() {
    Path score = Path.of("/proc/self/oom_score_adj");
    if (Files.isWritable(score)) {
      try {
        Files.writeString(score, "1000");
      } catch (IOException e) {
        return; // then the system decides as it does without this
      }
    }
  }
}
