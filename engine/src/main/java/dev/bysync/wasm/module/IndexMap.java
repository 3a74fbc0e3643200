package dev.bysync.wasm.module;

import org.jspecify.annotations.Nullable;

/**
 * Where indices go when an index space shifts, because imports left it or joined it.
 *
 * @param functions new index of each function; null when functions keep theirs
 * @param globalShift added to the index of every global
 * @param firstShiftedGlobal globals below it keep their index
 */
@SuppressWarnings("ArrayRecordComponent") // read only
public record IndexMap(int @Nullable [] functions, int globalShift, int firstShiftedGlobal) {
  public static final IndexMap IDENTITY = new IndexMap(null, 0, 0);

  public boolean isIdentity() {
    return functions == null && globalShift == 0;
  }

  public int function(int index) {
    return functions == null ? index : functions[index];
  }

  public int global(int index) {
    return index >= firstShiftedGlobal ? index + globalShift : index;
  }
}
