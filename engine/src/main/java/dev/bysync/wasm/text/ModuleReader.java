package dev.bysync.wasm.text;

import org.jspecify.annotations.Nullable;

/**
 * Reads a module in three passes over its fields: identifiers of all index spaces; types; all else.
 * Then every reference, forward or back, is known where it is read.
 */
final class ModuleReader {
  private final Cursor in;
  private final Spaces spaces;
  private final DebugNames debugNames;
  private @Nullable String id;

  ModuleReader(Tokens tokens, DebugNames debugNames) {
    this.in = new Cursor(tokens);
    this.spaces = new Spaces(in);
    this.debugNames = debugNames;
  }

  byte[] read() {
    int end = -1;
    if (in.atOpen("module")) {
      end = in.closing();
      in.open("module");
      if (in.kind() == Tokens.ID) {
        id = in.id();
      }
    }
    int start = in.position();
    while (!atEnd(end)) {
      declare();
    }
    rewind(start);
    while (!atEnd(end)) {
      if (in.atOpen("type") || in.atOpen("rec")) {
        spaces.types.define();
      } else {
        in.skip();
      }
    }
    rewind(start);
    Sections sections = new Sections();
    NameSection names = new NameSection(debugNames, spaces, id);
    FieldReader fields = new FieldReader(in, spaces, sections, names);
    while (!atEnd(end)) {
      fields.read();
    }
    if (end >= 0) {
      in.close();
      if (in.kind() != Tokens.END) {
        throw in.expected("the end behind the module");
      }
    }
    return sections.module(spaces, fields.usesData(), names);
  }

  private void rewind(int start) {
    in.seek(start);
  }

  private boolean atEnd(int end) {
    return end < 0 ? in.kind() == Tokens.END : in.position() == end;
  }

  /** The first pass over a field: its identifier. */
  private void declare() {
    if (in.kind() != Tokens.OPEN) {
      throw in.expected("a module field");
    }
    int field = in.position();
    int close = in.closing();
    in.seek(field + 1);
    String word = in.keyword("a module field");
    switch (word) {
      case "type" -> spaces.types.ids().add(in);
      case "rec" -> {
        while (in.kind() != Tokens.CLOSE) {
          int next = in.kind() == Tokens.OPEN ? in.closing() + 1 : -1;
          in.open("type");
          spaces.types.ids().add(in);
          in.seek(next);
        }
      }
      case "import" -> {
        in.name("a module name");
        in.name("a name");
        if (in.kind() != Tokens.OPEN) {
          throw in.expected("what is imported");
        }
        in.seek(in.position() + 1);
        ExternKind kind = spaces.kind(in);
        declare(kind, Origin.IMPORTED, field);
      }
      case "func", "table", "memory", "global", "tag" -> {
        in.seek(field + 1);
        definition(spaces.kind(in), field);
      }
      case "elem" -> spaces.elements.add(in);
      case "data" -> spaces.data.add(in);
      case "export", "start" -> {}
      default -> {
        in.seek(field + 1);
        throw in.expected("a module field");
      }
    }
    in.seek(close + 1);
  }

  private enum Origin {
    IMPORTED,
    DEFINED
  }

  private @Nullable ExternKind defined;

  private void declare(ExternKind kind, Origin origin, int field) {
    if (origin == Origin.DEFINED) {
      defined = kind;
    } else if (defined != null) {
      String what = defined == ExternKind.FUNC ? "function" : defined.word();
      throw in.errorAt(field, "import after " + what);
    }
    spaces.space(kind).add(in);
  }

  /** Looks through the field for an inline import or an inline segment. */
  private void definition(ExternKind kind, int field) {
    int start = in.position();
    if (in.kind() == Tokens.ID) {
      in.skip();
    }
    while (in.atOpen("export")) {
      in.skip();
    }
    boolean imported = in.atOpen("import");
    while (kind == ExternKind.TABLE && in.kind() != Tokens.CLOSE) {
      if (in.atOpen("elem")) {
        spaces.elements.add();
      }
      in.skip();
    }
    while (kind == ExternKind.MEMORY && in.kind() != Tokens.CLOSE) {
      if (in.atOpen("data")) {
        spaces.data.add();
      }
      in.skip();
    }
    in.seek(start);
    declare(kind, imported ? Origin.IMPORTED : Origin.DEFINED, field);
  }
}
