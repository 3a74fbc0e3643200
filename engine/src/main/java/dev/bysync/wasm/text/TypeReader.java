package dev.bysync.wasm.text;

import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads value, reference and heap types and signatures (specification 6.4).
 *
 * <pre>
 *   reftype  ::= '(' 'ref' 'null'? heaptype ')' | 'funcref' | 'externref' | 'anyref' ...
 *   heaptype ::= 'func' | 'extern' | 'any' ... | typeidx
 * </pre>
 */
final class TypeReader {
  private static final int[] HEAP_TYPES = {
    ValType.FUNC, ValType.NOFUNC, ValType.EXTERN, ValType.NOEXTERN, ValType.ANY, ValType.EQ,
    ValType.I31, ValType.STRUCT, ValType.ARRAY, ValType.NONE, ValType.EXN, ValType.NOEXN,
    ValType.CONT, ValType.NOCONT
  };
  private static final Map<String, Integer> HEAP = new HashMap<>();
  private static final Map<String, Integer> VALUE = new HashMap<>();

  static {
    for (int heap : HEAP_TYPES) {
      HEAP.put(ValType.heapName(heap), heap);
      int ref = ValType.ref(heap, true);
      VALUE.put(ValType.name(ref), ref);
    }
    for (int number = ValType.V128; number <= ValType.I32; number++) {
      VALUE.put(ValType.name(number), number);
    }
  }

  private final Cursor in;
  private final IndexSpace types;

  TypeReader(Cursor in, IndexSpace types) {
    this.in = in;
    this.types = types;
  }

  boolean atValType() {
    return in.atOpen("ref") || lookup(VALUE) != null;
  }

  private @Nullable Integer lookup(Map<String, Integer> words) {
    if (in.kind() != Tokens.KEYWORD) {
      return null;
    }
    int start = in.position();
    Integer type = words.get(in.keyword("a type"));
    in.seek(start);
    return type;
  }

  int valType() {
    if (in.skipOpen("ref")) {
      boolean nullable = in.skipKeyword("null");
      int heap = heapType();
      in.close();
      return ValType.ref(heap, nullable);
    }
    Integer type = lookup(VALUE);
    if (type == null) {
      throw in.expected("a value type");
    }
    in.skip();
    return type;
  }

  int refType() {
    int start = in.position();
    if (atValType()) {
      int type = valType();
      if (ValType.isRef(type)) {
        return type;
      }
      in.seek(start);
    }
    throw in.expected("a reference type");
  }

  int heapType() {
    if (in.atIndex()) {
      int start = in.position();
      int index = types.index(in);
      if (index < 0 || index >= ValType.ABSTRACT) {
        throw in.errorAt(start, "unknown type " + Integer.toUnsignedString(index));
      }
      return index;
    }
    Integer heap = lookup(HEAP);
    if (heap == null) {
      throw in.expected("a heap type");
    }
    in.skip();
    return heap;
  }

  /** A value type or a packed one. */
  int storageType() {
    if (in.skipKeyword("i8")) {
      return ValType.I8;
    }
    if (in.skipKeyword("i16")) {
      return ValType.I16;
    }
    return valType();
  }

  /** What {@link #signature} does with the identifiers of parameters. */
  enum ParamIds {
    FORBIDDEN,
    IGNORED,
    BOUND
  }

  /**
   * {@code (param ...)* (result ...)*}.
   *
   * @param locals where bound identifiers go
   */
  FuncType signature(ParamIds ids, IndexSpace locals) {
    List<Integer> params = new ArrayList<>();
    while (in.skipOpen("param")) {
      if (in.kind() == Tokens.ID && ids != ParamIds.FORBIDDEN) {
        if (ids == ParamIds.BOUND) {
          locals.add(in);
        } else {
          in.id();
        }
        params.add(valType());
      } else {
        int before = params.size();
        valTypes(params);
        for (int i = before; ids == ParamIds.BOUND && i < params.size(); i++) {
          locals.add();
        }
      }
      in.close();
    }
    List<Integer> results = new ArrayList<>();
    results(results);
    return new FuncType(params, results);
  }

  /** {@code (result ...)*}. */
  void results(List<Integer> results) {
    while (in.skipOpen("result")) {
      valTypes(results);
      in.close();
    }
  }

  /** Value types up to the closing parenthesis. */
  void valTypes(List<Integer> out) {
    while (in.kind() != Tokens.CLOSE) {
      out.add(valType());
    }
  }
}
