package dev.bysync.asyncify;

import dev.bysync.analysis.OptionException;
import dev.bysync.analysis.PrintableText;
import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a transformed module was made with, in its last section: a custom one (specification 5.5.3)
 * with the name {@value #SECTION}. Without the options a verification would suspend where the
 * module was promised never to suspend.
 *
 * <pre>
 *   record  ::= 0x01  engine:name  vec(option)
 *   option  ::= vec(text:name)                   its long name, then its values
 *   vec(x)  ::= n:u32 x^n                        name, u32: as everywhere in the binary format
 *
 *   00 1E 06 62 79 73 79 6E 63           custom section of 30 bytes, "bysync"
 *   01                                   version of this format
 *   01 38                                engine "8"
 *   01                                   one option
 *   02 07 69 6D 70 6F 72 74 73           of two texts, "imports"
 *      09 65 6E 76 2E 73 6C 65 65 70     and "env.sleep"
 * </pre>
 *
 * <p>Only what differs from the defaults is written, in the order of {@link TransformOption}: the
 * record of defaults is {@code 01 01 38 00}. A flag has no value, a list its entries one by one, so
 * that lists in files are contained and nothing has to be escaped. The content has at most {@value
 * #MAX_BYTES} bytes; if it would have more, the largest lists are replaced, one after the other, by
 * {@code NAME.sha256} with two values, the number of entries and the SHA-256 of their names as in a
 * vec, in hexadecimal. Whoever reads that has to ask for the list, and can tell whether it is the
 * one.
 *
 * <p>A reader believes nothing. A section of another version, with an option that it doesn't know,
 * with values that don't fit, too long, or there twice is as good as none, and it says so. So a new
 * option needs no new version: it is written only where it is used, and older readers then do not
 * claim to know what the module was made with. Only the transform {@code dispatch} writes records;
 * another one would write an option {@code strategy}.
 *
 * @param engine version of the engine that made the module
 * @param options its options, without the lists that were left out
 * @param left the lists that were left out
 */
public record OptionRecord(
    String engine, AsyncifyOptions options, Map<TransformOption, Digest> left) {
  /** The section's name. */
  public static final String SECTION = "bysync";

  static final int VERSION = 1;

  /** The longest content, without the section's name. */
  static final int MAX_BYTES = 1 << 16;

  private static final String LEFT_OUT = ".sha256";
  private static final int TEXT_CHARS = 200;

  /**
   * What is known of a list that was left out.
   *
   * @param entries how many it has
   * @param sha256 64 hexadecimal digits
   */
  public record Digest(int entries, String sha256) {
    static Digest of(List<String> entries) {
      ByteSink names = new ByteSink();
      entries.forEach(names::name);
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(names.array(), 0, names.size());
        return new Digest(entries.size(), HexFormat.of().formatHex(digest.digest()));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }
  }

  /**
   * What a module says of its making.
   *
   * @param record null if it says nothing, or nothing that can be understood
   * @param problem why it can't be understood, to follow the module's name; else empty
   */
  public record Reading(@Nullable OptionRecord record, String problem) {}

  public OptionRecord {
    Map<TransformOption, Digest> copy = new EnumMap<>(TransformOption.class);
    copy.putAll(left);
    left = Collections.unmodifiableMap(copy);
  }

  // ---- writing ----

  /** The section's content behind its name; null if even without lists it would be too long. */
  static @Nullable ByteSink content(AsyncifyOptions options) {
    Map<TransformOption, List<String>> values = OptionTexts.values(options);
    Map<TransformOption, Digest> left = new EnumMap<>(TransformOption.class);
    ByteSink content = write(values, left);
    while (content.size() > MAX_BYTES) {
      TransformOption largest = null;
      int most = 0;
      for (Map.Entry<TransformOption, List<String>> entry : values.entrySet()) {
        int size = write(Map.of(entry.getKey(), entry.getValue()), Map.of()).size();
        if (entry.getKey().form() == TransformOption.Form.LIST && size > most) {
          largest = entry.getKey();
          most = size;
        }
      }
      if (largest == null) {
        return null;
      }
      left.put(largest, Digest.of(Objects.requireNonNull(values.remove(largest))));
      content = write(values, left);
    }
    return content;
  }

  private static ByteSink write(
      Map<TransformOption, List<String>> values, Map<TransformOption, Digest> left) {
    ByteSink out = new ByteSink();
    out.u8(VERSION);
    out.name(EngineVersion.CURRENT);
    out.u32(values.size() + left.size());
    values.forEach((option, texts) -> write(option.longName(), texts, out));
    left.forEach(
        (option, digest) ->
            write(
                option.longName() + LEFT_OUT,
                List.of(Integer.toString(digest.entries()), digest.sha256()),
                out));
    return out;
  }

  private static void write(String name, List<String> values, ByteSink out) {
    out.u32(values.size() + 1);
    out.name(name);
    values.forEach(out::name);
  }

  // ---- reading ----

  /** Looks for a module's record; any bytes at all give an answer. */
  public static Reading of(byte[] module) {
    Module.Section found = null;
    try {
      Module read = Module.read(module);
      for (Module.Section section : read.sections()) {
        if (section.id() == SectionId.CUSTOM && read.customName(section).equals(SECTION)) {
          if (found != null) {
            return unreadable("it is there twice");
          }
          found = section;
        }
      }
    } catch (WasmException e) {
      return new Reading(null, ""); // no module: whoever wants one will say so
    }
    if (found == null) {
      return new Reading(null, "");
    }
    ByteReader in = new ByteReader(module, found.start(), found.end());
    in.name();
    if (in.remaining() > MAX_BYTES) {
      return unreadable("it has %d bytes, over %d".formatted(in.remaining(), MAX_BYTES));
    }
    try {
      return read(in);
    } catch (WasmException e) {
      return unreadable("it is damaged: " + e.getMessage());
    } catch (OptionException e) {
      return unreadable(PrintableText.name(String.valueOf(e.getMessage())));
    }
  }

  private static Reading unreadable(String why) {
    return new Reading(
        null, "the section '%s' does not tell its options: %s".formatted(SECTION, why));
  }

  private static Reading read(ByteReader in) {
    int version = in.u8();
    if (version != VERSION) {
      return unreadable("it is of version %d, %d is known here".formatted(version, VERSION));
    }
    String engine = in.name();
    OptionParser parser =
        new OptionParser(
            name -> {
              throw new OptionException("a file is named, '%s'".formatted(name));
            });
    Map<TransformOption, Digest> left = new EnumMap<>(TransformOption.class);
    for (int options = in.count(); options > 0; options--) {
      List<String> texts = new ArrayList<>();
      for (int count = in.count(); count > 0; count--) {
        texts.add(in.name());
      }
      add(texts, parser, left);
    }
    if (!in.atEnd()) {
      return unreadable("it goes on behind its end");
    }
    return new Reading(new OptionRecord(engine, parser.options(), left), "");
  }

  private static void add(
      List<String> texts, OptionParser parser, Map<TransformOption, Digest> left) {
    String text = texts.isEmpty() ? "" : texts.get(0);
    boolean out = text.endsWith(LEFT_OUT);
    String name = out ? text.substring(0, text.length() - LEFT_OUT.length()) : text;
    TransformOption option =
        TransformOption.ofLongName(name).filter(OptionRecord::isKept).orElse(null);
    if (option == null || (out && option.form() != TransformOption.Form.LIST)) {
      throw new OptionException("it has the option '%s', unknown here".formatted(text));
    }
    List<String> values = texts.subList(1, texts.size());
    boolean fits =
        switch (option.form()) {
          case FLAG -> values.isEmpty();
          case VALUE -> values.size() == 1;
          case LIST -> out ? values.size() == 2 : !values.isEmpty();
        };
    if (!fits || parser.has(option) || left.containsKey(option)) {
      throw new OptionException("its option '%s' can't have such values".formatted(text));
    }
    if (out) {
      left.put(option, digest(values));
    } else if (option.form() == TransformOption.Form.LIST) {
      parser.addList(option, values);
    } else {
      parser.add(option, values.isEmpty() ? "" : values.get(0));
    }
  }

  /** Whether records have it: some options leave the output alone. */
  private static boolean isKept(TransformOption option) {
    return switch (option) {
      case VERBOSE, STRICT, NO_RECORD -> false;
      default -> true;
    };
  }

  private static Digest digest(List<String> values) {
    try {
      return new Digest(Integer.parseInt(values.get(0)), values.get(1));
    } catch (NumberFormatException e) {
      throw new OptionException("a list has '%s' entries".formatted(values.get(0)));
    }
  }

  // ---- comparing ----

  /**
   * The options in which others differ from the record's, by their long names; a list that was left
   * out is compared by its digest.
   */
  public Set<String> differing(AsyncifyOptions others) {
    Map<TransformOption, List<String>> recorded = OptionTexts.values(options);
    Map<TransformOption, List<String>> given = OptionTexts.values(others);
    Set<String> differing = new TreeSet<>();
    for (TransformOption option : TransformOption.values()) {
      Digest digest = left.get(option);
      List<String> values = given.get(option);
      boolean same =
          digest == null
              ? Objects.equals(recorded.get(option), values)
              : values != null && Digest.of(values).equals(digest);
      if (!same) {
        differing.add(option.longName());
      }
    }
    return differing;
  }

  /** A list that was left out and is not among what was given. */
  public Optional<TransformOption> missing(OptionParser given) {
    return left.keySet().stream().filter(option -> !given.has(option)).findFirst();
  }

  /** The options as on a command line, printable, and not all of them if they are many. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (String word : OptionTexts.words(options)) {
      text.append(text.isEmpty() ? "" : " ").append(word);
    }
    left.forEach(
        (option, digest) ->
            text.append(text.isEmpty() ? "" : " ")
                .append("--%s (%d entries)".formatted(option.longName(), digest.entries())));
    String line = PrintableText.of(text.toString().strip());
    return line.isEmpty()
        ? "no options"
        : line.length() <= TEXT_CHARS ? line : line.substring(0, TEXT_CHARS - 1) + "…";
  }
}
