package dev.bysync.wasm.module;

/** Kinds of imports and exports (specification 5.5.5). */
public final class ExternKind {
  public static final int FUNCTION = 0;
  public static final int TABLE = 1;
  public static final int MEMORY = 2;
  public static final int GLOBAL = 3;
  public static final int TAG = 4;

  private static final String[] NAMES = {"function", "table", "memory", "global", "tag"};

  private ExternKind() {}

  public static String name(int kind) {
    return NAMES[kind];
  }
}
