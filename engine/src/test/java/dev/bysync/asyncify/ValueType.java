package dev.bysync.asyncify;

import java.util.List;

/** A type of numbers or vectors, with what the generator can do on it. */
enum ValueType {
  I32("i32", "add sub mul and or xor shl rotl", "clz eqz extend8_s"),
  I64("i64", "add sub mul and or xor shr_u rotr", "popcnt extend16_s"),
  F32("f32", "add sub mul min max", "neg abs ceil"),
  F64("f64", "add sub mul min max copysign", "neg floor"),
  V128("v128", "and or xor", "not");

  private final String text;
  private final String binary;
  private final String unary;

  ValueType(String text, String binary, String unary) {
    this.text = text;
    this.binary = binary;
    this.unary = unary;
  }

  /** The name in the text format. */
  String text() {
    return text;
  }

  private static String pick(String words, int choice) {
    List<String> list = List.of(words.split(" ", -1));
    return list.get(choice % list.size());
  }

  /** An instruction that takes two values of the type and gives one; never traps. */
  String binary(int choice) {
    return text + "." + pick(binary, choice);
  }

  /** An instruction that takes one value of the type and gives one; never traps. */
  String unary(int choice) {
    return text + "." + pick(unary, choice);
  }

  String constant(long value) {
    return switch (this) {
      case I32 -> "i32.const " + (int) value;
      case I64 -> "i64.const " + value;
      case F32, F64 -> text + ".const " + (byte) value / 4.0;
      case V128 -> "v128.const i64x2 " + value + " " + ~value;
    };
  }

  /** Instructions that make a value of the type from one of another. */
  String from(ValueType source) {
    return switch (this) {
      case I32 ->
          switch (source) {
            case I32 -> "i32.extend16_s";
            case I64 -> "i32.wrap_i64";
            case F32 -> "i32.trunc_sat_f32_s";
            case F64 -> "i32.trunc_sat_f64_u";
            case V128 -> "i32x4.extract_lane 2";
          };
      case I64 ->
          switch (source) {
            case I32 -> "i64.extend_i32_s";
            case I64 -> "i64.extend32_s";
            case F32 -> "i64.trunc_sat_f32_u";
            case F64 -> "i64.trunc_sat_f64_s";
            case V128 -> "i64x2.extract_lane 1";
          };
      case F32 ->
          switch (source) {
            case I32 -> "f32.convert_i32_s";
            case I64 -> "f32.convert_i64_u";
            case F32 -> "f32.nearest";
            case F64 -> "f32.demote_f64";
            case V128 -> "i32x4.extract_lane 1 f32.convert_i32_u";
          };
      case F64 ->
          switch (source) {
            case I32 -> "f64.convert_i32_u";
            case I64 -> "f64.convert_i64_s";
            case F32 -> "f64.promote_f32";
            case F64 -> "f64.trunc";
            case V128 -> "i64x2.extract_lane 0 f64.convert_i64_s";
          };
      case V128 ->
          switch (source) {
            case I32 -> "i32x4.splat";
            case I64 -> "i64x2.splat";
            case F32 -> "i32.trunc_sat_f32_s i16x8.splat";
            case F64 -> "i64.trunc_sat_f64_s i64x2.splat";
            case V128 -> "v128.not";
          };
    };
  }
}
