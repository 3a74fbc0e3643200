package dev.bysync.job.transform;

import dev.bysync.analysis.Selection.NamedList;
import dev.bysync.analysis.Unmatched;
import dev.bysync.engine.ModuleMetrics;
import dev.bysync.engine.ProcessedModule;
import dev.bysync.engine.Responsible;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.Verdict;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Results between two JVMs: verdict, what another interpreter found, reason, transformed module
 * (length -1 for none), the figures of {@link ModuleMetrics} in their order, each as 64 bits, and
 * what is responsible, and what of the options' lists matches nothing.
 */
final class ResultCodec {
  private static final RecordComponent[] FIGURES = ModuleMetrics.class.getRecordComponents();
  private static final Constructor<ModuleMetrics> METRICS = constructor();

  private ResultCodec() {}

  static void write(DataOutputStream out, ProcessedModule processed) throws IOException {
    byte[] transformed = processed.transformed();
    out.writeUTF(processed.verdict().name());
    out.writeUTF(processed.second().name());
    writeText(out, processed.reason());
    out.writeInt(transformed == null ? -1 : transformed.length);
    if (transformed != null) {
      out.write(transformed);
    }
    for (RecordComponent figure : FIGURES) {
      out.writeLong(value(processed.metrics(), figure));
    }
    out.writeInt(processed.responsible().size());
    for (Responsible responsible : processed.responsible()) {
      out.writeUTF(responsible.kind().name());
      out.writeUTF(responsible.name());
      out.writeInt(responsible.functions());
      out.writeLong(responsible.bytes());
      out.writeInt(responsible.alone());
      out.writeLong(responsible.aloneBytes());
    }
    out.writeInt(processed.unmatched().size());
    for (Unmatched unmatched : processed.unmatched()) {
      out.writeUTF(unmatched.list().name());
      out.writeInt(unmatched.position());
      writeText(out, unmatched.entry());
      out.writeInt(unmatched.near().size());
      for (String near : unmatched.near()) {
        writeText(out, near);
      }
    }
    out.flush();
  }

  static ProcessedModule read(DataInputStream in) throws IOException {
    Verdict verdict = Verdict.valueOf(in.readUTF());
    SecondOpinion.Finding second = SecondOpinion.Finding.valueOf(in.readUTF());
    String reason = readText(in);
    int length = in.readInt();
    byte @Nullable [] transformed = length < 0 ? null : in.readNBytes(length);
    Object[] figures = new Object[FIGURES.length];
    for (int i = 0; i < figures.length; i++) {
      long value = in.readLong();
      figures[i] = FIGURES[i].getType() == int.class ? (Object) (int) value : (Object) value;
    }
    try {
      return new ProcessedModule(
          verdict,
          reason,
          transformed,
          METRICS.newInstance(figures),
          second,
          responsible(in),
          unmatched(in));
    } catch (ReflectiveOperationException e) {
      throw new IOException("not a result: " + e.getMessage(), e);
    }
  }

  private static List<Responsible> responsible(DataInputStream in) throws IOException {
    List<Responsible> list = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      list.add(
          new Responsible(
              Responsible.Kind.valueOf(in.readUTF()),
              in.readUTF(),
              in.readInt(),
              in.readLong(),
              in.readInt(),
              in.readLong()));
    }
    return list;
  }

  private static List<Unmatched> unmatched(DataInputStream in) throws IOException {
    List<Unmatched> list = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      NamedList named = NamedList.valueOf(in.readUTF());
      int position = in.readInt();
      String entry = readText(in);
      List<String> near = new ArrayList<>();
      for (int names = in.readInt(); names > 0; names--) {
        near.add(readText(in));
      }
      list.add(new Unmatched(named, position, entry, near));
    }
    return list;
  }

  /** A text of any length: that of {@code writeUTF} is limited. */
  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private static long value(ModuleMetrics metrics, RecordComponent figure) {
    try {
      return ((Number) figure.getAccessor().invoke(metrics)).longValue();
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("can't read " + figure, e);
    }
  }

  private static Constructor<ModuleMetrics> constructor() {
    try {
      return ModuleMetrics.class.getDeclaredConstructor(
          Arrays.stream(FIGURES).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("a record has a canonical constructor", e);
    }
  }
}
