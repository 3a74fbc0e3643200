package dev.bysync.interp;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Makes a module's types comparable with those of others: each recursion group is written with
 * references inside the group relative to it and all others as the digest of what they refer to,
 * and digested. So the cost is linear, however types refer to each other.
 */
final class TypeDigests {
  /** The longest line of supertypes, as in the JavaScript interface's limits. */
  private static final int MAX_DEPTH = 63;

  private final TypeSpace space;
  private final Types types;
  private final DefinedType[] defined;
  private final MessageDigest sha256;

  TypeDigests(TypeSpace space) {
    this.space = space;
    types = space.types;
    defined = new DefinedType[types.size()];
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  DefinedType[] define() {
    for (int first = 0; first < types.size(); first = types.groupEnd(first)) {
      define(first, types.groupEnd(first));
    }
    return defined;
  }

  private void define(int first, int after) {
    ByteSink out = new ByteSink();
    for (int type = first; type < after; type++) {
      write(type, first, out);
    }
    ByteBuffer digest = ByteBuffer.wrap(sha256.digest(Arrays.copyOf(out.array(), out.size())));
    long digest1 = digest.getLong();
    long digest2 = digest.getLong();
    for (int type = first; type < after; type++) {
      DefinedType made = new DefinedType(space, type, digest1, digest2, type - first);
      defined[type] = made;
      int parent = types.supertype(type);
      DefinedType[] above = parent < 0 ? new DefinedType[0] : defined[parent].line();
      if (above.length > MAX_DEPTH) {
        throw new WasmException(
            Failure.LIMIT, -1, "type " + type + " has more than " + MAX_DEPTH + " supertypes");
      }
      DefinedType[] line = Arrays.copyOf(above, above.length + 1);
      line[above.length] = made;
      made.setLine(line);
    }
  }

  private void write(int type, int first, ByteSink out) {
    int kind = types.kind(type);
    out.u8(kind);
    out.u8(types.isFinal(type) ? 1 : 0);
    int parent = types.supertype(type);
    out.u8(parent < 0 ? 0 : 1);
    if (parent >= 0) {
      writeIndex(parent, first, out);
    }
    if (kind == Types.CONT) {
      writeHeap(types.continuation(type), first, out);
      return;
    }
    out.u32(types.paramCount(type));
    for (int i = 0; i < types.paramCount(type); i++) {
      writeType(types.field(type, i), first, out);
      out.u8(kind != Types.FUNC && types.isMutable(type, i) ? 1 : 0);
    }
    if (kind == Types.FUNC) {
      out.u32(types.resultCount(type));
      for (int i = 0; i < types.resultCount(type); i++) {
        writeType(types.result(type, i), first, out);
      }
    }
  }

  private void writeType(int type, int first, ByteSink out) {
    if (ValType.isRef(type)) {
      out.u8(ValType.isNullable(type) ? 1 : 2);
      writeHeap(ValType.heap(type), first, out);
    } else {
      out.u8(type);
    }
  }

  private void writeHeap(int heap, int first, ByteSink out) {
    if (ValType.isAbstract(heap)) {
      out.u8(0);
      out.u32(heap);
    } else {
      writeIndex(heap, first, out);
    }
  }

  private void writeIndex(int index, int first, ByteSink out) {
    if (index >= first) {
      out.u8(1);
      out.u32(index - first);
    } else {
      out.u8(2);
      out.fixed64(defined[index].digest1());
      out.fixed64(defined[index].digest2());
      out.u32(defined[index].place());
    }
  }
}
