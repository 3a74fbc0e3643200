package dev.bysync.bench.faults;

import dev.bysync.wasm.code.Opcodes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes symbols of operators and says which are known numbers. Two symbols are one only where the
 * values are the same for all inputs:
 *
 * <ul>
 *   <li>{@code a + b} is {@code b + a}, and the same holds for the other operators that commute.
 *   <li>{@code a > b} is {@code b < a}.
 *   <li>Unsigned, a sum is less than one of its operands if and only if it wrapped around; then it
 *       is less than the other one, too. Where one operand is not zero the sum is never equal to
 *       the other, so that "less" and "at most" are the same.
 * </ul>
 */
final class Symbols {
  private static final int I32_GT_U = 0x4B;
  private static final int I32_GE_U = 0x4F;
  private static final int I64_LT_U = 0x54;
  private static final int I64_GE_U = 0x5A;
  private static final int I32_AND = 0x71;
  private static final int I32_OR = 0x72;
  private static final int I32_XOR = 0x73;

  private static final int LAST_COMPARISON = 0x66;

  private static final String NUMBER = "#";

  /** What is known of a path: which symbols are zero there, and which are not. */
  private final Map<String, Boolean> truths = new HashMap<>();

  /** By symbol and size of a table: the entry. */
  private final Map<String, Integer> chosen = new HashMap<>();

  /** By what the symbols of a call's results start with: the state behind it. */
  private final Map<String, String> promised = new HashMap<>();

  /** By symbol of a sum: its operands. */
  private final Map<String, List<String>> sums = new HashMap<>();

  private final List<String> nonzero;

  /**
   * @param nonzero symbols whose values are not zero
   */
  Symbols(List<String> nonzero) {
    this.nonzero = nonzero;
  }

  static String number(long value) {
    return NUMBER + value;
  }

  /** Assumes that a symbol is not zero, or that it is. */
  void assumeTruth(String symbol, boolean truth) {
    truths.put(symbol, truth);
  }

  /** Assumes which entry a number of a table selects; the last one is the default's. */
  void assumeEntry(String symbol, int entries, int entry) {
    chosen.put(symbol + " of " + entries, entry);
  }

  /** The entry of a table that a symbol selects, or -1. */
  int entry(String symbol, int entries) {
    Long value = value(symbol);
    if (value == null) {
      return chosen.getOrDefault(symbol + " of " + entries, -1);
    }
    return (int) Math.min(Integer.toUnsignedLong(value.intValue()), entries - 1);
  }

  /**
   * Notes that the results of a call are zeros if the state is not zero behind it: what a function
   * of the module returns when it unwinds.
   */
  void promiseZeros(String results, String state) {
    promised.put(results, state);
  }

  /** The number that a symbol is where that is known, else the symbol. */
  String settled(String symbol) {
    int dot = symbol.indexOf('.');
    String state = dot > 0 ? promised.get(symbol.substring(0, dot)) : null;
    if (state != null && Boolean.TRUE.equals(truths.get(state))) {
      return number(0);
    }
    Long value = value(symbol);
    return value == null ? symbol : number(value);
  }

  /** Whether a symbol contains the value that a local had in the beginning. */
  static boolean mentions(String symbol, int local) {
    return Pattern.compile("\\bL" + local + "\\b").matcher(symbol).find();
  }

  /** What an operator makes of numbers, or null if that is not known. */
  static @Nullable Long numberOf(int opcode, List<Long> operands) {
    Symbols none = new Symbols(List.of());
    String folded = none.fold(opcode, operands.stream().map(Symbols::number).toList());
    return folded == null ? null : none.value(folded);
  }

  /** The number that a symbol is, or null if that is not known. */
  @Nullable Long value(String symbol) {
    if (symbol.startsWith(NUMBER)) {
      return Long.valueOf(symbol.substring(NUMBER.length()));
    }
    Boolean truth = truths.get(symbol);
    if (truth == null || (truth && !isBoolean(symbol))) {
      return null;
    }
    return truth ? 1L : 0L;
  }

  /** Whether a symbol is not zero, or null if that is not known. */
  @Nullable Boolean truth(String symbol) {
    Long value = value(symbol);
    return value != null ? Boolean.valueOf(value.intValue() != 0) : truths.get(symbol);
  }

  /** Whether a symbol is 0 or 1. */
  private static boolean isBoolean(String symbol) {
    int bracket = symbol.indexOf('[');
    if (symbol.startsWith("wrapped ") || symbol.startsWith("not ")) {
      return true;
    }
    if (bracket <= 0 || !symbol.substring(0, bracket).chars().allMatch(Character::isDigit)) {
      return false;
    }
    int opcode = Integer.parseInt(symbol.substring(0, bracket));
    return opcode >= Opcodes.I32_EQZ && opcode <= LAST_COMPARISON;
  }

  /** An operator that can't trap, applied to operands. */
  String of(int opcode, List<String> operands) {
    String folded = fold(opcode, operands);
    if (folded != null) {
      return folded;
    }
    if (operands.size() != 2) {
      return plain(opcode, operands);
    }
    String a = operands.get(0);
    String b = operands.get(1);
    return switch (opcode) {
      case Opcodes.I32_ADD, Opcodes.I64_ADD -> {
        String sum = plain(opcode, sorted(a, b));
        sums.put(sum, List.of(a, b));
        yield sum;
      }
      case Opcodes.I32_EQ, Opcodes.I32_NE, Opcodes.I32_MUL, I32_AND, I32_OR, I32_XOR ->
          plain(opcode, sorted(a, b));
      case Opcodes.I32_LT_U -> less(Opcodes.I32_LT_U, a, b);
      case I32_GT_U -> less(Opcodes.I32_LT_U, b, a);
      case Opcodes.I32_LE_U -> atMost(Opcodes.I32_LT_U, a, b);
      case I32_GE_U -> atMost(Opcodes.I32_LT_U, b, a);
      case I64_LT_U -> less(I64_LT_U, a, b);
      case Opcodes.I64_GT_U -> less(I64_LT_U, b, a);
      case Opcodes.I64_LE_U -> atMost(I64_LT_U, a, b);
      case I64_GE_U -> atMost(I64_LT_U, b, a);
      default -> plain(opcode, operands);
    };
  }

  private static String plain(int opcode, List<String> operands) {
    return opcode + operands.toString();
  }

  private static List<String> sorted(String a, String b) {
    return a.compareTo(b) <= 0 ? List.of(a, b) : List.of(b, a);
  }

  private String less(int opcode, String a, String b) {
    List<String> sum = sums.get(a);
    return sum != null && sum.contains(b) ? wrapped(a) : plain(opcode, List.of(a, b));
  }

  private String atMost(int opcode, String a, String b) {
    List<String> sum = sums.get(a);
    return sum != null && sum.contains(b) && nonzero.contains(other(sum, b))
        ? wrapped(a)
        : "not " + plain(opcode, List.of(b, a));
  }

  private static String other(List<String> sum, String operand) {
    return sum.get(sum.get(0).equals(operand) ? 1 : 0);
  }

  /** Whether a sum wrapped around. */
  static String wrapped(String sum) {
    return "wrapped " + sum;
  }

  private @Nullable String fold(int opcode, List<String> operands) {
    if (operands.isEmpty() || operands.size() > 2) {
      return null;
    }
    Boolean truth = opcode == Opcodes.I32_EQZ ? truth(operands.get(0)) : null;
    if (truth != null) {
      return number(!truth);
    }
    Long a = value(operands.get(0));
    Long b = operands.size() == 2 ? value(operands.get(1)) : Long.valueOf(0);
    if (a == null || b == null) {
      return null;
    }
    int x = a.intValue();
    int y = b.intValue();
    return switch (opcode) {
      case Opcodes.I32_EQ -> number(x == y);
      case Opcodes.I32_NE -> number(x != y);
      case Opcodes.I32_LT_U -> number(Integer.compareUnsigned(x, y) < 0);
      case I32_GT_U -> number(Integer.compareUnsigned(x, y) > 0);
      case Opcodes.I32_LE_U -> number(Integer.compareUnsigned(x, y) <= 0);
      case I32_GE_U -> number(Integer.compareUnsigned(x, y) >= 0);
      case Opcodes.I32_ADD -> number(x + y);
      case Opcodes.I32_SUB -> number(x - y);
      case I32_AND -> number(x & y);
      case I32_OR -> number(x | y);
      default -> null;
    };
  }

  private static String number(boolean value) {
    return number(value ? 1 : 0);
  }
}
