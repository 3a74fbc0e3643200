package dev.bysync.bench.interp;

import dev.bysync.verify.endive.EndiveFactory;
import dev.bysync.verify.endive.EndiveFactory.Metering;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.MachineFactory;

/** The interpreters that are compared. */
public enum Engine {
  /** Ours, which counts fuel always. */
  BYSYNC,
  /** Endive's with nothing but what it does by itself. */
  ENDIVE,
  /** Endive's with fuel counted, as verification needs it. */
  ENDIVE_METERED;

  MachineFactory machines() {
    return switch (this) {
      case BYSYNC -> new InterpreterFactory();
      case ENDIVE -> new EndiveFactory(Metering.NONE);
      case ENDIVE_METERED -> new EndiveFactory();
    };
  }
}
