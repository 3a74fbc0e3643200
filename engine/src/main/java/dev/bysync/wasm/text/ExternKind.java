package dev.bysync.wasm.text;

import java.util.Locale;

/** What can be imported and exported. */
enum ExternKind {
  FUNC(0),
  TABLE(1),
  MEMORY(2),
  GLOBAL(3),
  TAG(4);

  static final int COUNT = 5;

  private final int code;
  private final String word = name().toLowerCase(Locale.ROOT);

  ExternKind(int code) {
    this.code = code;
  }

  /** The kind's code in the binary format: 0 to 4. */
  int code() {
    return code;
  }

  /** The keyword of the text format. */
  String word() {
    return word;
  }
}
