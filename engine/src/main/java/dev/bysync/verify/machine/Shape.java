package dev.bysync.verify.machine;

import java.util.List;

/**
 * What a module shows to its host.
 *
 * @param imports imported functions in the order of their index space
 * @param functions exported functions in the order of the export section
 * @param globals exported globals
 * @param tables names of exported tables
 * @param memories number of memories, imported ones included
 * @param exportedMemories exported memories
 */
public record Shape(
    List<ImportedFunction> imports,
    List<ExportedFunction> functions,
    List<ExportedGlobal> globals,
    List<String> tables,
    int memories,
    List<ExportedMemory> exportedMemories) {
  public Shape {
    imports = List.copyOf(imports);
    functions = List.copyOf(functions);
    globals = List.copyOf(globals);
    tables = List.copyOf(tables);
    exportedMemories = List.copyOf(exportedMemories);
  }

  /** An imported function. */
  public record ImportedFunction(int index, String module, String name, Signature signature) {
    /** {@code module.name}, for people. */
    public String label() {
      return module + "." + name;
    }

    /** Whether this is its label. */
    public boolean isNamed(String label) {
      return label.length() == module.length() + 1 + name.length()
          && label.startsWith(module)
          && label.charAt(module.length()) == '.'
          && label.endsWith(name);
    }
  }

  /**
   * An exported function.
   *
   * @param isImport whether it is one of the imported functions
   */
  public record ExportedFunction(String name, Signature signature, boolean isImport) {}

  /** An exported global. */
  public record ExportedGlobal(String name, ValueKind kind) {}

  /** An exported memory and its index. */
  public record ExportedMemory(String name, int index) {}
}
