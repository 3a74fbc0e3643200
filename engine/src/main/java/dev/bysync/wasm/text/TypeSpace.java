package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The module's types: those it defines, in order, then those its type uses imply, in order of first
 * use (specification 6.4.9 and 6.6.1).
 *
 * <pre>
 *   type     ::= '(' 'rec' typedef* ')' | typedef
 *   typedef  ::= '(' 'type' id? subtype ')'
 *   subtype  ::= '(' 'sub' 'final'? typeidx* comptype ')' | comptype
 *   comptype ::= '(' 'func' signature ')' | '(' 'struct' field* ')' | '(' 'array' fieldtype ')'
 *              | '(' 'cont' typeidx ')'
 * </pre>
 */
final class TypeSpace {
  private static final int REC = 0x4E;
  private static final int SUB_FINAL = 0x4F;
  private static final int SUB = 0x50;
  private static final int CONT = 0x5D;
  private static final int ARRAY = 0x5E;
  private static final int STRUCT = 0x5F;
  private static final int FUNC = 0x60;

  private final Cursor in;
  private final IndexSpace ids = new IndexSpace("type");
  private final TypeReader reader;

  /** The function type of each type index; null for types of other kinds. */
  private final List<@Nullable FuncType> functions = new ArrayList<>();

  /** The field identifiers of each type index. */
  private final List<IndexSpace> fields = new ArrayList<>();

  /** The smallest index of a function type that a type use without an index may stand for. */
  private final Map<FuncType, Integer> shared = new HashMap<>();

  private final ByteSink section = new ByteSink();
  private int groups;

  TypeSpace(Cursor in) {
    this.in = in;
    this.reader = new TypeReader(in, ids);
  }

  IndexSpace ids() {
    return ids;
  }

  TypeReader reader() {
    return reader;
  }

  /** The field identifiers of type {@code index}; none where there is no such type. */
  IndexSpace fields(int index) {
    return index >= 0 && index < fields.size() ? fields.get(index) : new IndexSpace("field");
  }

  int groups() {
    return groups;
  }

  ByteSink section() {
    return section;
  }

  /** {@code (rec ...)} or {@code (type ...)}; the identifiers are known already. */
  void define() {
    groups++;
    if (!in.skipOpen("rec")) {
      typeDef(Group.ALONE);
      return;
    }
    int start = in.position();
    int count = 0;
    while (in.kind() != Tokens.CLOSE) {
      in.skip();
      count++;
    }
    in.seek(start);
    if (count != 1) {
      section.u8(REC);
      section.u32(count);
    }
    while (in.kind() != Tokens.CLOSE) {
      typeDef(count == 1 ? Group.ALONE : Group.OF_SEVERAL);
    }
    in.close();
  }

  private enum Group {
    ALONE,
    OF_SEVERAL
  }

  private void typeDef(Group group) {
    in.open("type");
    if (in.kind() == Tokens.ID) {
      in.id();
    }
    boolean plain = true;
    if (in.skipOpen("sub")) {
      boolean isFinal = in.skipKeyword("final");
      List<Integer> supers = new ArrayList<>();
      while (in.atIndex()) {
        supers.add(ids.index(in));
      }
      plain = isFinal && supers.isEmpty();
      if (!plain) {
        section.u8(isFinal ? SUB_FINAL : SUB);
        section.u32(supers.size());
        supers.forEach(section::u32);
      }
      compType();
      in.close();
    } else {
      compType();
    }
    in.close();
    FuncType function = functions.get(functions.size() - 1);
    if (function != null && plain && group == Group.ALONE) {
      shared.putIfAbsent(function, functions.size() - 1);
    }
  }

  private void compType() {
    IndexSpace fieldIds = new IndexSpace("field");
    FuncType function = null;
    if (in.skipOpen("func")) {
      function = reader.signature(TypeReader.ParamIds.IGNORED, fieldIds);
      writeFunc(function);
    } else if (in.skipOpen("struct")) {
      struct(fieldIds);
    } else if (in.skipOpen("array")) {
      section.u8(ARRAY);
      fieldType(section);
    } else if (in.skipOpen("cont")) {
      section.u8(CONT);
      section.s64(Integer.toUnsignedLong(ids.index(in)));
    } else {
      throw in.expected("(func, (struct, (array, (cont or (sub");
    }
    in.close();
    functions.add(function);
    fields.add(fieldIds);
  }

  private void writeFunc(FuncType type) {
    section.u8(FUNC);
    writeTypes(type.params());
    writeTypes(type.results());
  }

  private void writeTypes(List<Integer> types) {
    section.u32(types.size());
    for (int type : types) {
      ValType.write(section, type);
    }
  }

  private void struct(IndexSpace fieldIds) {
    ByteSink content = new ByteSink(16);
    while (in.skipOpen("field")) {
      if (in.kind() == Tokens.ID) {
        fieldIds.add(in);
        fieldType(content);
      } else {
        while (in.kind() != Tokens.CLOSE) {
          fieldIds.add();
          fieldType(content);
        }
      }
      in.close();
    }
    section.u8(STRUCT);
    section.u32(fieldIds.size());
    section.append(content);
  }

  private void fieldType(ByteSink out) {
    boolean mutable = in.skipOpen("mut");
    ValType.write(out, reader.storageType());
    if (mutable) {
      in.close();
    }
    out.u8(mutable ? 1 : 0);
  }

  /** The function type of type {@code index}, or null. */
  @Nullable FuncType function(int index) {
    return index >= 0 && index < functions.size() ? functions.get(index) : null;
  }

  /** The type index of a signature without one: an existing type, or a new one at the end. */
  int implied(FuncType type) {
    Integer existing = shared.get(type);
    if (existing != null) {
      return existing;
    }
    int index = functions.size();
    writeFunc(type);
    groups++;
    ids.add();
    functions.add(type);
    fields.add(new IndexSpace("field"));
    shared.put(type, index);
    return index;
  }

  /**
   * A type use: {@code (type x)}, a signature, or both, which must agree.
   *
   * @param locals where the identifiers of parameters go if they are bound
   */
  int typeUse(TypeReader.ParamIds paramIds, IndexSpace locals) {
    if (!in.atOpen("type")) {
      return implied(reader.signature(paramIds, locals));
    }
    int start = in.position();
    int index = explicitType();
    checkSignature(start, index, paramIds, locals);
    return index;
  }

  /** {@code (type x)}. */
  int explicitType() {
    in.open("type");
    int index = ids.index(in);
    in.close();
    return index;
  }

  /** Reads the signature behind {@code (type x)}, if there is one, and compares. */
  void checkSignature(int start, int index, TypeReader.ParamIds paramIds, IndexSpace locals) {
    boolean inline = in.atOpen("param") || in.atOpen("result");
    FuncType written = reader.signature(paramIds, locals);
    FuncType defined = function(index);
    if (inline && !written.equals(defined)) {
      throw in.errorAt(
          start,
          defined == null
              ? "unknown type: " + Integer.toUnsignedString(index) + " is not a function type"
              : "inline function type differs from type " + index);
    }
    if (!inline && defined != null && paramIds == TypeReader.ParamIds.BOUND) {
      defined.params().forEach(param -> locals.add());
    }
  }
}
