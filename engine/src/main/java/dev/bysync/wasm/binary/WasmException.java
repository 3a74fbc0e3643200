package dev.bysync.wasm.binary;

/**
 * A module that can't be processed: what is wrong, and where. The message reads {@code malformed
 * module at offset 0x1f: unexpected end (in function 12)}.
 */
public final class WasmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Failure failure;
  private final String detail;
  private final long offset;
  private final int function;

  /**
   * @param failure the kind of failure
   * @param offset byte offset in the module, or -1 when no single byte is to blame
   * @param detail what was expected and what was found
   */
  public WasmException(Failure failure, long offset, String detail) {
    this(failure, offset, -1, detail);
  }

  /**
   * @param failure the kind of failure
   * @param offset byte offset in the module, or -1 when no single byte is to blame
   * @param function index in the function index space, or -1 outside of functions
   * @param detail what was expected and what was found
   */
  public WasmException(Failure failure, long offset, int function, String detail) {
    super(message(failure, offset, function, detail));
    this.failure = failure;
    this.detail = detail;
    this.offset = offset;
    this.function = function;
  }

  private static String message(Failure failure, long offset, int function, String detail) {
    StringBuilder text = new StringBuilder(failure.word()).append(" module");
    if (offset >= 0) {
      text.append(" at offset 0x").append(Long.toHexString(offset));
    }
    text.append(": ").append(detail);
    if (function >= 0) {
      text.append(" (in function ").append(function).append(')');
    }
    return text.toString();
  }

  /** The same failure, placed in a function, unless it names one already. */
  public WasmException inFunction(int index) {
    return function >= 0 ? this : new WasmException(failure, offset, index, detail);
  }

  public Failure failure() {
    return failure;
  }

  /** What is wrong, without kind and place. */
  public String detail() {
    return detail;
  }

  /** Byte offset in the module, or -1. */
  public long offset() {
    return offset;
  }

  /** Index in the function index space, or -1. */
  public int function() {
    return function;
  }
}
