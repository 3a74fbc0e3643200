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
import java.util.function.Function;

/** The child of {@link Fork}: ends when its input does. */
final class ForkedMain {
  private ForkedMain() {}

  public static void main(String[] arguments) throws IOException, ClassNotFoundException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));
    System.setOut(System.err); // the real one carries results only
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
      Fork.write(out, Guard.process(processor, module));
    }
  }
}
