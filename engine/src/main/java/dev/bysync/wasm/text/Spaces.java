package dev.bysync.wasm.text;

/** A module's index spaces, and those of the function being read. */
final class Spaces {
  final TypeSpace types;
  final IndexSpace functions = new IndexSpace("function");
  final IndexSpace tables = new IndexSpace("table");
  final IndexSpace memories = new IndexSpace("memory");
  final IndexSpace globals = new IndexSpace("global");
  final IndexSpace tags = new IndexSpace("tag");
  final IndexSpace elements = new IndexSpace("elem segment");
  final IndexSpace data = new IndexSpace("data segment");
  final IndexSpace locals = new IndexSpace("local");
  final Labels labels = new Labels();

  Spaces(Cursor in) {
    types = new TypeSpace(in);
  }

  /** Reads the keyword of what can be imported and exported. */
  ExternKind kind(Cursor in) {
    for (ExternKind kind : ExternKind.values()) {
      if (in.skipKeyword(kind.word())) {
        return kind;
      }
    }
    throw in.expected("func, table, memory, global or tag");
  }

  IndexSpace space(ExternKind kind) {
    return switch (kind) {
      case FUNC -> functions;
      case TABLE -> tables;
      case MEMORY -> memories;
      case GLOBAL -> globals;
      case TAG -> tags;
    };
  }
}
