package dev.bysync.wasm.binary;

/** Why a module can't be processed, in the specification's words where it has them. */
public enum Failure {
  /** The bytes do not follow the binary format (specification, chapter 5). */
  MALFORMED("malformed"),
  /** The module decodes but does not validate (specification, chapter 3). */
  INVALID("invalid"),
  /** The module is beyond a limit of this implementation; the message names the limit. */
  LIMIT("over a limit"),
  /** The module uses, where it matters, a feature that is not supported; the message names it. */
  UNSUPPORTED("unsupported");

  private final String word;

  Failure(String word) {
    this.word = word;
  }

  /** The word that stands in messages, such as {@code malformed}. */
  public String word() {
    return word;
  }
}
