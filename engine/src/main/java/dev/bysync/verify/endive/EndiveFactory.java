package dev.bysync.verify.endive;

import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.LoadException.Kind;
import dev.bysync.verify.machine.MachineFactory;
import dev.bysync.verify.machine.Program;
import run.endive.wasm.InvalidException;
import run.endive.wasm.MalformedException;
import run.endive.wasm.Parser;

/**
 * Endive's interpreter. Modules are bounded before it sees them: see {@code Prescan}. It has no
 * 64-bit memories or tables, no legacy exceptions and no relaxed SIMD.
 */
public final class EndiveFactory implements MachineFactory {
  /** Whether executed instructions are counted. */
  public enum Metering {
    EXACT,
    /** They are not, and nothing ends a program that doesn't end by itself: to compare speed. */
    NONE
  }

  private final Metering metering;

  public EndiveFactory() {
    this(Metering.EXACT);
  }

  public EndiveFactory(Metering metering) {
    this.metering = metering;
  }

  @Override
  public Program load(byte[] module) throws LoadException {
    return load(module, Integer.MAX_VALUE);
  }

  @Override
  public Program load(byte[] module, int bodies) throws LoadException {
    Prescan prescan = Prescan.of(module);
    try {
      return new EndiveProgram(
          Parser.parse(module), module.length, prescan.locals(), bodies, metering);
    } catch (InvalidException | MalformedException e) {
      throw refused(String.valueOf(e.getMessage()));
    } catch (StackOverflowError e) {
      throw new LoadException(Kind.LIMIT, "types or blocks are nested too deeply to be read");
    } catch (OutOfMemoryError e) {
      throw new LoadException(Kind.LIMIT, "the module is too large for the memory that is left");
    } catch (RuntimeException e) {
      throw new LoadException(Kind.FAULT, "the interpreter fails to read the module: " + e);
    }
  }

  private static LoadException refused(String message) {
    int at = message.indexOf("illegal opcode, op value ");
    if (at < 0) {
      return new LoadException(Kind.INVALID, message);
    }
    String value = message.substring(at + "illegal opcode, op value ".length()).trim();
    String feature = feature(value.split("\\s", 2)[0]);
    return new LoadException(Kind.UNSUPPORTED, feature + " (opcode " + value + ")");
  }

  private static String feature(String opcode) {
    if (opcode.length() == 2) {
      return switch (opcode) {
        case "06", "07", "09", "18", "19" -> "legacy exceptions";
        case "E0", "E1", "E2", "E3", "E4", "E5", "E6" -> "stack switching";
        default -> "an unknown instruction";
      };
    }
    return opcode.startsWith("FE") || opcode.startsWith("FD")
        ? "relaxed SIMD or atomics"
        : "an unknown instruction";
  }
}
