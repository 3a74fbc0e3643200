package dev.bysync.analysis;

import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import java.util.Arrays;
import java.util.List;

/**
 * The module's own use of the ABI: functions imported from {@code asyncify} stand for the control
 * functions, which the transform defines.
 */
public final class ControlImports {
  /** Not an import from {@code asyncify}. */
  public static final int NONE = -1;

  public static final int START_UNWIND = 0;
  public static final int STOP_UNWIND = 1;
  public static final int START_REWIND = 2;
  public static final int STOP_REWIND = 3;
  public static final int GET_STATE = 4;

  /** Names of the control functions in the order of their numbers. */
  public static final List<String> NAMES =
      List.of("start_unwind", "stop_unwind", "start_rewind", "stop_rewind", "get_state");

  private final int[] control;

  private ControlImports(int[] control) {
    this.control = control;
  }

  static ControlImports of(Module module) {
    int[] control = new int[module.importedFunctionCount()];
    Arrays.fill(control, NONE);
    for (Module.Import imported : module.imports()) {
      if (imported.kind() == ExternKind.FUNCTION && imported.module().equals("asyncify")) {
        control[imported.index()] = NAMES.indexOf(imported.name());
      }
    }
    return new ControlImports(control);
  }

  /** Which control function an import stands for, or {@link #NONE}. */
  public int control(int function) {
    return function < control.length ? control[function] : NONE;
  }

  /** True if the module imports any control function. */
  public boolean isUsed() {
    return Arrays.stream(control).anyMatch(number -> number != NONE);
  }
}
