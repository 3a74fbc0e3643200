package dev.bysync.verify.frame;

import dev.bysync.wasm.code.Opcodes;

/**
 * The values that frames are executed on: 64 bits that are either a number or a term, the name of a
 * value that nobody has computed.
 *
 * <pre>
 *   00.. 11..   a number: integers of 62 bits, i32 extended by its sign, null as 0
 *   01..        a term
 *   10..        a term that is 0 or 1; its negation differs in the lowest bit
 * </pre>
 *
 * <p>A term is a hash of the instruction that made it and of its operands, so two values are the
 * same term only if they were computed in the same way from the same arguments: a local that was
 * lost or taken for another can't be right by chance, as a number can. What an instruction does
 * need not be known for that (symbolic execution with uninterpreted functions; King, CACM 1976).
 * Only integer arithmetic on numbers is really done, which is what a transform's own code consists
 * of.
 *
 * <p>A transform may turn a condition round: an inverted comparison is the negation of the plain
 * one, whichever way it was written.
 */
final class Terms {
  private static final long TERM = 1L << 62;
  private static final long TRUTH = 1L << 63;
  private static final long PAYLOAD = TERM - 1;

  private static final int EQZ = 0x45;
  private static final int I64_EQZ = 0x50;
  private static final int FIRST_COMPARISON = 0x45;
  private static final int LAST_COMPARISON = 0x66;

  private Terms() {}

  static boolean isNumber(long value) {
    return (value >> 62) == 0 || (value >> 62) == -1;
  }

  private static boolean isTruth(long value) {
    return (value >>> 62) == 2;
  }

  /** A number, or the term of one that is too large. */
  static long number(long value) {
    return isNumber(value) ? value : term(mix(value));
  }

  /** The term of a hash. */
  static long term(long hash) {
    return (hash & PAYLOAD) | TERM;
  }

  private static long truth(long hash) {
    return (hash & PAYLOAD & -2) | TRUTH;
  }

  /** Adds a value to a hash: half of what {@link #mix(long)} does, for there is always more. */
  static long mix(long hash, long value) {
    long z = (Long.rotateLeft(hash, 25) ^ value) * 0xBF58476D1CE4E5B9L + 0x9E3779B97F4A7C15L;
    return z ^ (z >>> 29);
  }

  /** Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014. */
  static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Whether an i32 is not zero, as a number or a term of that. */
  static long isNotZero(long value) {
    if (isNumber(value)) {
      return value == 0 ? 0 : 1;
    }
    return isTruth(value) ? value : not(truth(mix(EQZ, value)));
  }

  /** The negation of what {@link #isNotZero} gives. */
  static long not(long value) {
    return value ^ 1;
  }

  /**
   * The result of an instruction without effect that takes one operand.
   *
   * @param hash of the instruction with its immediates
   */
  static long unary(int opcode, long hash, long a) {
    switch (opcode) {
      case EQZ, I64_EQZ -> {
        if (isNumber(a)) {
          return a == 0 ? 1 : 0;
        }
        return isTruth(a) ? not(a) : truth(mix(opcode, a));
      }
      case 0xA7 -> { // i32.wrap_i64
        if (isNumber(a)) {
          return (int) a;
        }
      }
      case 0xAC -> { // i64.extend_i32_s
        if (isNumber(a)) {
          return a;
        }
      }
      case Opcodes.I64_EXTEND_I32_U -> {
        if (isNumber(a)) {
          return a & 0xFFFFFFFFL;
        }
      }
      case Opcodes.REF_IS_NULL -> {
        return isNumber(a) ? (a == 0 ? 1 : 0) : truth(mix(opcode, a));
      }
      default -> {}
    }
    return isTest(opcode) ? truth(mix(hash, a)) : term(mix(hash, a));
  }

  private static boolean isTest(int opcode) {
    return opcode == Opcodes.REF_TEST || opcode == Opcodes.REF_TEST_NULL;
  }

  /** The result of an instruction without effect that takes two operands. */
  static long binary(int opcode, long hash, long a, long b) {
    if (isNumber(a) && isNumber(b) && opcode >= FIRST_COMPARISON && opcode <= 0x8A) {
      if (opcode <= 0x4F) {
        long left = (int) a;
        long right = (int) b;
        long mask = 0xFFFFFFFFL;
        return compare(opcode - 0x46, left, right, left & mask, right & mask) ? 1 : 0;
      }
      if (opcode >= 0x51 && opcode <= 0x5A) {
        return compare(opcode - 0x51, a, b, a ^ Long.MIN_VALUE, b ^ Long.MIN_VALUE) ? 1 : 0;
      }
      if (isFolded(opcode - Opcodes.I32_ADD)) {
        return arithmetic32(opcode - Opcodes.I32_ADD, (int) a, (int) b);
      }
      if (isFolded(opcode - Opcodes.I64_ADD)) {
        return number(arithmetic64(opcode - Opcodes.I64_ADD, a, b));
      }
    }
    if (opcode >= 0x46 && opcode <= 0x4F) {
      return comparison(opcode - 0x46, 0x46, a, b);
    }
    if (opcode >= 0x51 && opcode <= 0x5A) {
      return comparison(opcode - 0x51, 0x51, a, b);
    }
    long mixed = mix(mix(hash, a), b);
    boolean isTruth = (opcode >= 0x5B && opcode <= LAST_COMPARISON) || opcode == Opcodes.REF_EQ;
    return isTruth ? truth(mixed) : term(mixed);
  }

  /** Compares by the order of the opcodes: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u. */
  private static boolean compare(int comparison, long a, long b, long unsignedA, long unsignedB) {
    return switch (comparison) {
      case 0 -> a == b;
      case 1 -> a != b;
      case 2 -> a < b;
      case 3 -> unsignedA < unsignedB;
      case 4 -> a > b;
      case 5 -> unsignedA > unsignedB;
      case 6 -> a <= b;
      case 7 -> unsignedA <= unsignedB;
      case 8 -> a >= b;
      default -> unsignedA >= unsignedB;
    };
  }

  /** The term of a comparison: ne, le and ge are the negations of eq, gt and lt. */
  private static long comparison(int comparison, int first, long a, long b) {
    int plain =
        switch (comparison) {
          case 1 -> 0;
          case 6, 7 -> comparison - 2;
          case 8, 9 -> comparison - 6;
          default -> comparison;
        };
    long term = truth(mix(mix(first + plain, a), b));
    return plain == comparison ? term : not(term);
  }

  /**
   * Whether it is done on numbers, by the order of the opcodes: add sub mul div_s div_u rem_s rem_u
   * and or xor shl shr_s shr_u. Divisions are not, for they may trap.
   */
  private static boolean isFolded(int operation) {
    return operation >= 0 && operation <= 12 && (operation < 3 || operation > 6);
  }

  private static int arithmetic32(int operation, int a, int b) {
    return switch (operation) {
      case 0 -> a + b;
      case 1 -> a - b;
      case 2 -> a * b;
      case 7 -> a & b;
      case 8 -> a | b;
      case 9 -> a ^ b;
      case 10 -> a << b;
      case 11 -> a >> b;
      default -> a >>> b;
    };
  }

  private static long arithmetic64(int operation, long a, long b) {
    return switch (operation) {
      case 0 -> a + b;
      case 1 -> a - b;
      case 2 -> a * b;
      case 7 -> a & b;
      case 8 -> a | b;
      case 9 -> a ^ b;
      case 10 -> a << b;
      case 11 -> a >> b;
      default -> a >>> b;
    };
  }

  /** For people. */
  static String show(long value) {
    return isNumber(value) ? Long.toString(value) : "v" + Long.toHexString(value & 0xFFFFFF);
  }
}
