package dev.bysync.wasm.module;

/** Section numbers (specification 5.5.2) and the place of each in a module. */
public final class SectionId {
  public static final int CUSTOM = 0;
  public static final int TYPE = 1;
  public static final int IMPORT = 2;
  public static final int FUNCTION = 3;
  public static final int TABLE = 4;
  public static final int MEMORY = 5;
  public static final int GLOBAL = 6;
  public static final int EXPORT = 7;
  public static final int START = 8;
  public static final int ELEMENT = 9;
  public static final int CODE = 10;
  public static final int DATA = 11;
  public static final int DATA_COUNT = 12;
  public static final int TAG = 13;

  private static final String[] NAMES = {
    "custom",
    "type",
    "import",
    "function",
    "table",
    "memory",
    "global",
    "export",
    "start",
    "element",
    "code",
    "data",
    "data count",
    "tag"
  };

  private SectionId() {}

  /** Rank in the prescribed order: tag stands before global, data count before code. */
  public static int order(int id) {
    return switch (id) {
      case TAG -> 2 * MEMORY + 1;
      case DATA_COUNT -> 2 * ELEMENT + 1;
      default -> 2 * id;
    };
  }

  public static String name(int id) {
    return id >= 0 && id < NAMES.length ? NAMES[id] : "unknown";
  }
}
