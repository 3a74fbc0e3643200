package dev.bysync.bench.faults;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;
import java.util.ArrayList;
import java.util.List;

/** Faults outside of bodies: names of the control functions, initial values of added globals. */
final class ModuleFaults {
  private static final String CONTROL = "asyncify_";

  private final Subject subject;
  private final Module module;

  ModuleFaults(Subject subject) {
    this.subject = subject;
    module = subject.module();
  }

  /** The faults of each place. */
  List<List<Mutant>> places() {
    List<List<Mutant>> places = new ArrayList<>(exports());
    int first = Module.read(subject.original()).globals().size();
    for (int global = first; global < module.globals().size(); global++) {
      List<Mutant> faults = initial(module.globals().get(global));
      if (!faults.isEmpty()) {
        places.add(faults);
      }
    }
    return places;
  }

  /** The index of an export that is a control function: where it stands. */
  private record Export(int index, int start, int end) {}

  private List<List<Mutant>> exports() {
    List<Export> controls = new ArrayList<>();
    for (Module.Section section : module.sections()) {
      if (section.id() == SectionId.EXPORT) {
        ByteReader in = new ByteReader(module.bytes(), section.start(), section.end());
        for (int left = in.count(); left > 0; left--) {
          boolean isControl = in.name().startsWith(CONTROL);
          boolean isFunction = in.u8() == ExternKind.FUNCTION;
          int start = in.position();
          int index = in.u32();
          if (isControl && isFunction) {
            controls.add(new Export(index, start, in.position()));
          }
        }
      }
    }
    List<List<Mutant>> places = new ArrayList<>();
    for (Export one : controls) {
      List<Mutant> faults = new ArrayList<>();
      for (Export other : controls) {
        if (other.start() > one.start() && other.index() != one.index() && isSameSize(one, other)) {
          faults.add(exchange(one, other));
        }
      }
      if (!faults.isEmpty()) {
        places.add(faults);
      }
    }
    return places;
  }

  private static boolean isSameSize(Export one, Export other) {
    return one.end() - one.start() == other.end() - other.start();
  }

  private Mutant exchange(Export one, Export other) {
    Code code =
        new Code()
            .raw(module.bytes(), other.start(), other.end())
            .raw(module.bytes(), one.end(), other.start())
            .raw(module.bytes(), one.start(), one.end());
    return new Mutant(
        Kind.CONTROLS_EXCHANGED, one.start(), other.end(), code.bytes(), Mutant.NO_SWAP);
  }

  private List<Mutant> initial(Module.Global global) {
    List<Mutant> faults = new ArrayList<>();
    if (global.initStart() == global.initEnd()) {
      return faults;
    }
    CodeReader code = new CodeReader(module.bytes(), global.initStart(), global.initEnd());
    int opcode = code.next();
    if ((opcode == Opcodes.I32_CONST || opcode == Opcodes.I64_CONST) && code.literal() == 0) {
      for (int value = 1; value < 3; value++) {
        byte[] with = new Code().constant(opcode, value).bytes();
        faults.add(new Mutant(Kind.GLOBAL_INITIAL, code.start(), code.end(), with, Mutant.NO_SWAP));
      }
    }
    return faults;
  }
}
