package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.WasmException;
import java.util.Set;
import java.util.TreeSet;

/**
 * The two sections of the tool conventions that say how a module came about: {@code producers} and
 * {@code target_features}. They are brought up to date where a module has them, and not made where
 * it has none: whoever stripped it wanted it so. Malformed ones are left as they are; neither has
 * any effect on what the module does.
 *
 * <pre>
 *   producers        vec(field: name, vec(name, version: name))
 *   target_features  vec(prefix: '+' used, '-' not used, '=' required;  feature: name)
 * </pre>
 */
final class ToolSections {
  static final String PRODUCERS = "producers";
  static final String TARGET_FEATURES = "target_features";

  private static final String FIELD = "processed-by";
  private static final String TOOL = "bysync";
  private static final String VERSION = "0.1";
  private static final int NOT_USED = '-';

  private ToolSections() {}

  /** Writes the section's content with this tool among those that processed the module. */
  static void producers(ByteReader in, ByteSink out) {
    int start = in.position();
    ByteSink rewritten = new ByteSink(in.remaining() + 32);
    try {
      rewriteProducers(in, rewritten);
      out.append(rewritten);
    } catch (WasmException e) {
      out.bytes(in.bytes(), start, in.limit());
    }
  }

  private static void rewriteProducers(ByteReader in, ByteSink out) {
    int fields = in.count();
    ByteSink content = new ByteSink(in.remaining() + 32);
    boolean found = false;
    for (int i = 0; i < fields; i++) {
      int fieldStart = in.position();
      boolean ours = in.name().equals(FIELD);
      content.bytes(in.bytes(), fieldStart, in.position());
      int count = in.count();
      int valuesStart = in.position();
      boolean known = false;
      for (int k = 0; k < count; k++) {
        known |= in.name().equals(TOOL);
        in.name();
      }
      found |= ours;
      content.u32(ours && !known ? count + 1 : count);
      content.bytes(in.bytes(), valuesStart, in.position());
      if (ours && !known) {
        entry(content);
      }
    }
    if (!found) {
      content.name(FIELD);
      content.u32(1);
      entry(content);
    }
    out.u32(found ? fields : fields + 1);
    out.append(content);
    out.bytes(in.bytes(), in.position(), in.limit());
  }

  private static void entry(ByteSink out) {
    out.name(TOOL);
    out.name(VERSION);
  }

  /** Writes the section's content with these features among those that the module uses. */
  static void targetFeatures(ByteReader in, Set<String> used, ByteSink out) {
    int start = in.position();
    ByteSink rewritten = new ByteSink(in.remaining() + 32);
    try {
      rewriteFeatures(in, used, rewritten);
      out.append(rewritten);
    } catch (WasmException e) {
      out.bytes(in.bytes(), start, in.limit());
    }
  }

  private static void rewriteFeatures(ByteReader in, Set<String> used, ByteSink out) {
    int count = in.count();
    ByteSink content = new ByteSink(in.remaining() + 32);
    Set<String> missing = new TreeSet<>(used);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int start = in.position();
      int prefix = in.u8();
      String feature = in.name();
      if (prefix == NOT_USED && used.contains(feature)) {
        continue;
      }
      missing.remove(feature);
      content.bytes(in.bytes(), start, in.position());
      kept++;
    }
    for (String feature : missing) {
      content.u8('+');
      content.name(feature);
    }
    out.u32(kept + missing.size());
    out.append(content);
    out.bytes(in.bytes(), in.position(), in.limit());
  }
}
