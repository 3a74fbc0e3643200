package dev.bysync.engine;

import dev.bysync.analysis.OptionException;
import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.Transformed;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.CustomSections;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out whether a module is what our transform makes of another, and so where its sites are.
 */
public final class Remade {
  private static final String SOURCE_MAP = "sourceMappingURL";
  private static final Set<String> STRIPPED = Set.of("name", "producers", "target_features");

  private Remade() {}

  /**
   * Transforms a module again.
   *
   * @param transformed what it is compared with, byte for byte; a source map's address may follow
   *     as the last section, and names, producers and features may be missing behind the code, for
   *     the command adds the one and strips the others from what the transform makes
   * @return empty if it is anything else, or the module can't be transformed
   */
  public static Optional<Transformed> of(
      byte[] original, byte[] transformed, AsyncifyOptions options) {
    try {
      Transformed made = Asyncify.transformMapped(original, options);
      byte[] compared = withoutSourceMap(transformed);
      boolean same =
          Arrays.equals(made.bytes(), transformed)
              || Arrays.equals(made.bytes(), compared)
              || Arrays.equals(stripped(made.bytes(), Module.read(compared)), compared);
      return same ? Optional.of(made) : Optional.empty();
    } catch (WasmException | OptionException | OutOfMemoryError e) {
      return Optional.empty();
    }
  }

  /**
   * Transforms a module again, for one that was written over since.
   *
   * @param transformed what it is compared with, where each section and each body begins and ends
   * @return empty if they do elsewhere, so that the transform's maps do not fit, or the module
   *     can't be transformed
   */
  public static Optional<Transformed> writtenOver(
      byte[] original, byte[] transformed, AsyncifyOptions options) {
    try {
      Transformed made = Asyncify.transformMapped(original, options);
      boolean fits = hasSamePlaces(Module.read(made.bytes()), Module.read(transformed));
      return fits ? Optional.of(made) : Optional.empty();
    } catch (WasmException | OptionException | OutOfMemoryError e) {
      return Optional.empty();
    }
  }

  private static boolean hasSamePlaces(Module made, Module other) {
    if (!made.sections().equals(other.sections()) || made.bodyCount() != other.bodyCount()) {
      return false;
    }
    for (int body = 0; body < made.bodyCount(); body++) {
      if (made.bodyStart(body) != other.bodyStart(body)
          || made.bodyEnd(body) != other.bodyEnd(body)) {
        return false;
      }
    }
    return true;
  }

  /** A module without the sections behind its code that may be stripped and that another lacks. */
  private static byte[] stripped(byte[] bytes, Module other) {
    Set<String> missing = new HashSet<>();
    boolean behindCode = false;
    Module module = Module.read(bytes);
    for (Module.Section section : module.sections()) {
      behindCode |= section.id() == SectionId.CODE;
      if (behindCode && section.id() == SectionId.CUSTOM) {
        missing.add(module.customName(section));
      }
    }
    missing.retainAll(STRIPPED);
    for (Module.Section section : other.sections()) {
      if (section.id() == SectionId.CUSTOM) {
        missing.remove(other.customName(section));
      }
    }
    return CustomSections.without(bytes, missing::contains);
  }

  private static byte[] withoutSourceMap(byte[] bytes) {
    Module module = Module.read(bytes);
    List<Module.Section> sections = module.sections();
    if (!sections.isEmpty()) {
      Module.Section last = sections.get(sections.size() - 1);
      if (last.id() == SectionId.CUSTOM && module.customName(last).equals(SOURCE_MAP)) {
        ByteSink rest = new ByteSink(bytes.length);
        rest.bytes(bytes, 0, last.headerStart());
        return rest.toByteArray();
      }
    }
    return bytes;
  }
}
