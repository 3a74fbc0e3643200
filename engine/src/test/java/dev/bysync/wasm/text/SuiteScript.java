package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteSink;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the commands of a test script of the specification (its interpreter's README). */
public final class SuiteScript {
  /** A command, and the line where it begins. */
  public record Command(
      Kind kind,
      int line,
      @Nullable String name,
      @Nullable ModuleSource module,
      @Nullable Action action,
      List<Pattern> expected,
      String message) {}

  /** Kinds of commands. */
  public enum Kind {
    MODULE,
    /** {@code module definition}: kept for instances. */
    DEFINITION,
    /** {@code module instance NAME DEFINITION}; the message is the definition's name. */
    INSTANCE,
    /** The message is the name that is registered. */
    REGISTER,
    ACTION,
    ASSERT_RETURN,
    ASSERT_TRAP,
    ASSERT_EXHAUSTION,
    ASSERT_EXCEPTION,
    ASSERT_INVALID,
    ASSERT_MALFORMED,
    ASSERT_UNLINKABLE,
    /** Of annotations, which are skipped: {@code assert_malformed_custom} and its like. */
    ASSERT_CUSTOM
  }

  /**
   * A module: text, or bytes.
   *
   * @param text null for bytes, and for a quoted text that isn't UTF-8
   */
  public record ModuleSource(@Nullable String text, @Nullable ByteBuffer bytes) {
    /**
     * The module's bytes.
     *
     * @throws WatException if the text is malformed
     */
    public byte[] assemble() {
      if (bytes != null) {
        byte[] copy = new byte[bytes.limit()];
        bytes.get(0, copy);
        return copy;
      }
      if (text == null) {
        throw new WatException(1, 1, "not UTF-8");
      }
      return WatReader.assemble(text);
    }
  }

  /** {@code invoke} or {@code get}. */
  public record Action(boolean isGet, @Nullable String module, String name, List<Pattern> args) {}

  /**
   * A value, or what results are compared with.
   *
   * @param type {@code i32} to {@code f64}, {@code v128}, {@code ref.extern} and its like, {@code
   *     either}
   * @param shape of a vector: its lanes
   * @param bits of numbers, or of each lane
   * @param nans of each number: none, canonical or arithmetic
   * @param specific whether a reference's number is given
   */
  public record Pattern(
      String type,
      String shape,
      List<Long> bits,
      List<Nan> nans,
      boolean specific,
      List<Pattern> choices) {}

  /** What a number must be. */
  public enum Nan {
    NONE,
    CANONICAL,
    ARITHMETIC
  }

  private final Tokens tokens;
  private final Cursor in;
  private final List<Command> commands = new ArrayList<>();

  private SuiteScript(String text) {
    tokens = Lexer.tokens(text);
    in = new Cursor(tokens);
  }

  /** The script's commands in order; a script that is a module's fields is one module. */
  public static List<Command> read(String text) {
    SuiteScript script = new SuiteScript(text);
    if (script.isInlineModule()) {
      return List.of(
          new Command(Kind.MODULE, 1, null, new ModuleSource(text, null), null, List.of(), ""));
    }
    while (script.in.kind() != Tokens.END) {
      script.command();
    }
    return script.commands;
  }

  private boolean isInlineModule() {
    return in.atOpen("func") || in.atOpen("memory") || in.atOpen("type") || in.atOpen("table");
  }

  private void command() {
    int open = in.position();
    int line = in.line(open);
    int end = in.closing();
    in.seek(open + 1);
    String word = in.keyword("a command");
    String name = null;
    ModuleSource module = null;
    Action action = null;
    List<Pattern> expected = new ArrayList<>();
    String message = "";
    Kind kind;
    switch (word) {
      case "module" -> {
        kind = Kind.MODULE;
        if (in.skipKeyword("definition")) {
          kind = Kind.DEFINITION;
        } else if (in.skipKeyword("instance")) {
          kind = Kind.INSTANCE;
        }
        int ids = in.position();
        name = id();
        if (kind == Kind.INSTANCE) {
          message = in.kind() == Tokens.ID ? in.id() : "";
        } else {
          in.seek(ids);
          module = module(end);
        }
      }
      case "register" -> {
        kind = Kind.REGISTER;
        message = in.name("a name");
        name = id();
      }
      case "invoke", "get" -> {
        kind = Kind.ACTION;
        in.seek(open);
        action = action();
      }
      default -> {
        kind = Kind.valueOf(customised(word));
        if (in.atOpen("module")) {
          int innerEnd = in.closing();
          in.seek(in.position() + 2);
          module = module(innerEnd);
          in.seek(innerEnd + 1);
        } else {
          action = action();
        }
        while (in.kind() == Tokens.OPEN) {
          expected.add(pattern());
        }
        if (in.kind() == Tokens.STRING) {
          message = in.name("a message");
        }
      }
    }
    commands.add(new Command(kind, line, name, module, action, expected, message));
    in.seek(end + 1);
  }

  private static String customised(String word) {
    return word.endsWith("_custom") ? "ASSERT_CUSTOM" : word.toUpperCase(java.util.Locale.ROOT);
  }

  private @Nullable String id() {
    return in.kind() == Tokens.ID ? in.id() : null;
  }

  /** A module whose parenthesis and keyword are passed. */
  private ModuleSource module(int end) {
    int head = in.position();
    in.skipKeyword("definition");
    id();
    if (in.skipKeyword("binary")) {
      return new ModuleSource(null, ByteBuffer.wrap(strings(end, "")));
    }
    if (in.skipKeyword("quote")) {
      byte[] bytes = strings(end, " ");
      try {
        return new ModuleSource(
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(), null);
      } catch (CharacterCodingException e) {
        return new ModuleSource(null, null);
      }
    }
    in.seek(head);
    in.skipKeyword("definition");
    String text = tokens.text();
    return new ModuleSource(
        "(module " + text.substring(tokens.start(in.position()), tokens.end(end)), null);
  }

  private byte[] strings(int end, String behind) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (in.position() < end) {
      out.writeBytes(in.bytes("a string"));
      out.writeBytes(behind.getBytes(StandardCharsets.US_ASCII));
    }
    return out.toByteArray();
  }

  private Action action() {
    int end = in.closing();
    in.seek(in.position() + 1);
    boolean isGet = in.keyword("an action").equals("get");
    String module = id();
    String name = in.name("a name");
    List<Pattern> args = new ArrayList<>();
    while (in.position() < end) {
      args.add(pattern());
    }
    in.seek(end + 1);
    return new Action(isGet, module, name, args);
  }

  private Pattern pattern() {
    int end = in.closing();
    in.seek(in.position() + 1);
    String word = in.keyword("a value");
    List<Long> bits = new ArrayList<>();
    List<Nan> nans = new ArrayList<>();
    List<Pattern> choices = new ArrayList<>();
    String type = word;
    String shape = "";
    boolean specific = false;
    switch (word) {
      case "either" -> {
        while (in.position() < end) {
          choices.add(pattern());
        }
      }
      case "i32.const", "i64.const", "f32.const", "f64.const" -> {
        type = word.substring(0, 3);
        number(type, bits, nans);
      }
      case "v128.const" -> {
        type = "v128";
        shape = in.keyword("a shape");
        String lane = shape.substring(0, shape.indexOf('x'));
        while (in.position() < end) {
          number(lane, bits, nans);
        }
      }
      default -> {
        if (in.kind() == Tokens.NUMBER) {
          specific = true;
          bits.add(in.unsigned(32, "a number"));
        }
      }
    }
    in.seek(end + 1);
    return new Pattern(type, shape, bits, nans, specific, choices);
  }

  private void number(String type, List<Long> bits, List<Nan> nans) {
    Nan nan = Nan.NONE;
    if (in.skipKeyword("nan:canonical")) {
      nan = Nan.CANONICAL;
    } else if (in.skipKeyword("nan:arithmetic")) {
      nan = Nan.ARITHMETIC;
    }
    nans.add(nan);
    if (nan != Nan.NONE) {
      bits.add(0L);
      return;
    }
    bits.add(
        switch (type) {
          case "f32" -> (long) in.f32();
          case "f64" -> in.f64();
          default -> in.integer(Integer.parseInt(type.substring(1)));
        });
  }

  /** Lanes of a vector as its two halves. */
  public static long[] halves(Pattern vector) {
    String lane = vector.shape().substring(1, vector.shape().indexOf('x'));
    int width = Integer.parseInt(lane);
    ByteSink out = new ByteSink();
    for (long bits : vector.bits()) {
      for (int shift = 0; shift < width; shift += 8) {
        out.u8((int) (bits >> shift));
      }
    }
    ByteBuffer buffer = ByteBuffer.wrap(out.toByteArray()).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    return new long[] {buffer.getLong(), buffer.getLong()};
  }
}
