package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The types of a module (specification 5.3.6, 2.3.8) as columns, one row per type index.
 *
 * <p>A function type's parameters, then its results, stand in one pool of value types; a struct's
 * fields stand there as storage types with their mutability beside them. Types are iso-recursive:
 * two indices name the same type when their recursion groups are equal with references inside the
 * group taken relative to it; {@link #canonical} gives equal types equal numbers.
 */
public final class Types {
  public static final int FUNC = 0x60;
  public static final int STRUCT = 0x5F;
  public static final int ARRAY = 0x5E;
  public static final int CONT = 0x5D;

  private static final int REC = 0x4E;
  private static final int SUB_FINAL = 0x4F;
  private static final int SUB = 0x50;

  private final IntArray kind = new IntArray();
  private final IntArray start = new IntArray();
  private final IntArray middle = new IntArray();
  private final IntArray end = new IntArray();
  private final IntArray supertype = new IntArray();
  private final IntArray isFinal = new IntArray();
  private final IntArray groupStart = new IntArray();
  private final IntArray groupEnd = new IntArray();
  private final IntArray depth = new IntArray();
  private final IntArray pool = new IntArray();
  private final IntArray mutable = new IntArray();
  private int[] canonical = {};

  /** Decodes a type section's content. */
  static Types read(ByteReader in) {
    Types types = new Types();
    int groups = in.count();
    for (int i = 0; i < groups; i++) {
      types.readGroup(in);
    }
    types.checkAndCanonicalize(in.position());
    return types;
  }

  /** No types at all. */
  public static Types none() {
    return new Types();
  }

  private void readGroup(ByteReader in) {
    int first = size();
    int members = 1;
    boolean explicit = in.peek() == REC;
    if (explicit) {
      in.u8();
      members = in.count();
    }
    for (int i = 0; i < members; i++) {
      readSubtype(in);
      groupStart.add(first);
      groupEnd.add(first + members);
    }
  }

  private void readSubtype(ByteReader in) {
    int form = in.peek();
    int at = in.position();
    int parent = -1;
    if (form == SUB || form == SUB_FINAL) {
      in.u8();
      int parents = in.count();
      if (parents > 1) {
        throw new WasmException(Failure.INVALID, at, "sub type: more than one supertype");
      }
      if (parents == 1) {
        parent = in.index();
      }
    }
    supertype.add(parent);
    isFinal.add(form == SUB ? 0 : 1);
    readComposite(in);
  }

  private void readComposite(ByteReader in) {
    int at = in.position();
    int form = in.u8();
    kind.add(form);
    start.add(pool.size());
    switch (form) {
      case FUNC -> {
        readValTypes(in);
        middle.add(pool.size());
        readValTypes(in);
      }
      case STRUCT -> {
        int fields = in.count();
        for (int i = 0; i < fields; i++) {
          readField(in);
        }
        middle.add(pool.size());
      }
      case ARRAY -> {
        readField(in);
        middle.add(pool.size());
      }
      case CONT -> {
        add(ValType.readHeap(in));
        middle.add(pool.size());
      }
      default ->
          throw new WasmException(
              Failure.MALFORMED, at, "malformed type 0x" + Integer.toHexString(form));
    }
    end.add(pool.size());
  }

  private void readValTypes(ByteReader in) {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      add(ValType.read(in));
    }
  }

  private void readField(ByteReader in) {
    int type = ValType.readStorage(in);
    int at = in.position();
    int flag = in.u8();
    if (flag > 1) {
      throw new WasmException(Failure.MALFORMED, at, "malformed mutability");
    }
    pool.add(type);
    mutable.add(flag);
  }

  private void add(int type) {
    pool.add(type);
    mutable.add(0);
  }

  private void checkAndCanonicalize(int at) {
    canonical = new int[size()];
    Map<Key, Integer> groups = new HashMap<>();
    for (int first = 0; first < size(); first = groupEnd.get(first)) {
      int after = groupEnd.get(first);
      checkGroup(first, after, at);
      int known = groups.merge(key(first, after), first, (old, fresh) -> old);
      for (int type = first; type < after; type++) {
        canonical[type] = known == first ? type : canonical[known + type - first];
      }
    }
  }

  private void checkGroup(int first, int after, int at) {
    for (int type = first; type < after; type++) {
      for (int i = start.get(type); i < end.get(type); i++) {
        checkReference(pool.get(i), kind.get(type) == CONT, after, at);
      }
      int parent = supertype.get(type);
      if (parent >= type) {
        throw new WasmException(Failure.INVALID, at, "unknown type " + parent + " as supertype");
      }
      depth.add(parent < 0 ? 0 : depth.get(parent) + 1);
    }
  }

  private static void checkReference(int type, boolean heap, int after, int at) {
    if (!heap && !ValType.isRef(type)) {
      return;
    }
    int target = heap ? type : ValType.heap(type);
    if (!ValType.isAbstract(target) && target >= after) {
      throw new WasmException(Failure.INVALID, at, "unknown type " + target);
    }
  }

  /** A recursion group's content with inner references relative and outer ones canonical. */
  private Key key(int first, int after) {
    IntArray out = new IntArray();
    for (int type = first; type < after; type++) {
      out.add(kind.get(type));
      out.add(isFinal.get(type));
      out.add(supertype.get(type) < 0 ? -1 : normal(supertype.get(type), first));
      out.add(middle.get(type) - start.get(type));
      out.add(end.get(type) - start.get(type));
      for (int i = start.get(type); i < end.get(type); i++) {
        out.add(mutable.get(i));
        out.add(normalType(pool.get(i), kind.get(type) == CONT, first));
      }
    }
    return new Key(out.toArray());
  }

  private int normalType(int type, boolean heap, int first) {
    if (heap) {
      return ValType.isAbstract(type) ? type : normal(type, first);
    }
    if (!ValType.isRef(type) || ValType.isAbstract(ValType.heap(type))) {
      return type;
    }
    int marker = ValType.isNullable(type) ? 1 << 29 : 1 << 30;
    return marker ^ normal(ValType.heap(type), first);
  }

  private int normal(int index, int first) {
    return index >= first ? -2 - (index - first) : canonical[index];
  }

  public int size() {
    return kind.size();
  }

  /** {@link #FUNC}, {@link #STRUCT}, {@link #ARRAY} or {@link #CONT}. */
  public int kind(int type) {
    return kind.get(type);
  }

  public boolean isFunction(int type) {
    return type >= 0 && type < size() && kind.get(type) == FUNC;
  }

  public int paramCount(int type) {
    return middle.get(type) - start.get(type);
  }

  public int resultCount(int type) {
    return end.get(type) - middle.get(type);
  }

  public int param(int type, int index) {
    return pool.get(start.get(type) + index);
  }

  public int result(int type, int index) {
    return pool.get(middle.get(type) + index);
  }

  /** Number of fields of a struct; 1 for an array. */
  public int fieldCount(int type) {
    return middle.get(type) - start.get(type);
  }

  /** Storage type of a struct's field, or of an array's element (field 0). */
  public int field(int type, int index) {
    return pool.get(start.get(type) + index);
  }

  public boolean isMutable(int type, int index) {
    return mutable.get(start.get(type) + index) != 0;
  }

  /** The function type (a heap type) of a continuation type. */
  public int continuation(int type) {
    return pool.get(start.get(type));
  }

  /** The declared supertype's index, or -1. */
  public int supertype(int type) {
    return supertype.get(type);
  }

  public boolean isFinal(int type) {
    return isFinal.get(type) != 0;
  }

  /** First type index of the recursion group. */
  public int groupStart(int type) {
    return groupStart.get(type);
  }

  /** Type index behind the recursion group. */
  public int groupEnd(int type) {
    return groupEnd.get(type);
  }

  /** The smallest index of an equal type. */
  public int canonical(int type) {
    return canonical[type];
  }

  /** Whether {@code sub} is {@code type} or declares it, through any number of steps. */
  public boolean isSubtype(int sub, int type) {
    int wanted = canonical[type];
    int at = sub;
    for (int steps = depth.get(sub) - depth.get(type); steps >= 0 && at >= 0; steps--) {
      if (canonical[at] == wanted) {
        return true;
      }
      at = supertype.get(at);
    }
    return false;
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by content below
  private record Key(int[] content) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && Arrays.equals(content, key.content);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(content);
    }
  }
}
