package dev.bysync.asyncify;

import dev.bysync.analysis.ControlImports;
import dev.bysync.analysis.Plan;
import dev.bysync.asyncify.AsyncifyOptions.Asserts;
import dev.bysync.asyncify.AsyncifyOptions.Recording;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.BodyCopier;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Validator;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ModuleWriter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The transform's entry: plans, then writes every body, instrumented or copied, then the sections
 * around them.
 */
public final class Asyncify {
  private final Module module;
  private final AsyncifyOptions options;
  private final Plan plan;
  private final List<String> warnings = new ArrayList<>();
  private final ModuleWriter writer;
  private final Abi abi;
  private final StackHelpers helpers;
  private final Tails tails;
  private final FrameChunks.Cut cut;
  private final Placeholders placeholders;
  private final ByteSink bodies;

  // one row a check; those of added functions are kept apart until their bodies have a place
  private final IntArray checkOffsets = new IntArray();
  private final IntArray checkSites = new IntArray();
  private final IntArray twinFunctions = new IntArray();
  private final IntArray twinPositions = new IntArray();
  private final IntArray twinSites = new IntArray();

  // one row a site
  private final IntArray functions = new IntArray();
  private final IntArray calls = new IntArray();
  private final IntArray frameBytes = new IntArray();
  private final BitSet needArguments = new BitSet();

  private final Mapping mapping;

  /** Where the original's bodies went; null if nobody asks. Those of twins wait for their place. */
  private final @Nullable OffsetMap offsets;

  private final Map<Integer, OffsetMap> twinOffsets = new TreeMap<>();
  private final @Nullable BranchHints hints;

  /** Who wants to know where the instructions went. */
  private enum Mapping {
    NOBODY,
    CALLER,
    /** Who takes a source map along. */
    SOURCE_MAP
  }

  private Asyncify(
      Module module, AsyncifyOptions options, Mapping mapping, @Nullable OffsetMap wanted) {
    this.module = module;
    this.mapping = mapping;
    hints = BranchHints.of(module);
    offsets = wanted == null && hints != null ? new OffsetMap() : wanted;
    this.options = options;
    plan = Plan.of(module, options.selection());
    warnings.addAll(plan.warnings());
    StackMemory memory = StackMemory.choose(module, options, warnings);
    writer =
        new ModuleWriter(
            module, controlImports(), Abi.imports(options.globals(), memory.address()));
    if (mapping == Mapping.SOURCE_MAP) {
      writer.replaceSourceMap();
    }
    memory.addTo(writer);
    Abi.Notes notes = plan.tailCalls().isRecording() ? Abi.Notes.KEPT : Abi.Notes.NONE;
    abi = new Abi(writer, memory, options.globals(), notes);
    checkExports(module, writer.addedExports());
    ExceptionTypes exceptions = new ExceptionTypes(module, writer);
    cut = FrameChunks.Cut.of(plan.instrumentedCount());
    helpers = new StackHelpers(module, writer, abi, options.level(), cut, exceptions);
    placeholders = new Placeholders(module, writer, abi, options.level(), exceptions);
    tails = new Tails(module, plan, options.level(), writer, abi, helpers, placeholders);
    bodies = new ByteSink(module.bytes().length + module.bytes().length / 2);
  }

  /**
   * Transforms a module.
   *
   * @throws WasmException if the module is malformed or invalid, was transformed before, or uses a
   *     feature that is not supported in a function that must be instrumented
   * @throws dev.bysync.analysis.OptionException if an option can't be followed in this module
   */
  public static Transformed transform(byte[] bytes, AsyncifyOptions options) {
    return start(bytes, options, Mapping.NOBODY, null);
  }

  /**
   * Transforms a module, as {@link #transform(byte[], AsyncifyOptions)} does, and tells what of the
   * output is what of the original: see {@link Transformed#map}.
   *
   * @throws WasmException as {@link #transform(byte[], AsyncifyOptions)} does
   */
  public static Transformed transformMapped(byte[] bytes, AsyncifyOptions options) {
    return start(bytes, options, Mapping.CALLER, new OffsetMap());
  }

  /**
   * Transforms a module and notes where its instructions went, so that the caller can take its
   * source map along; {@code sourceMappingURL} is left out without a warning.
   *
   * @param offsets an empty map, which is filled
   * @throws WasmException as {@link #transform(byte[], AsyncifyOptions)} does
   */
  public static Transformed transform(byte[] bytes, AsyncifyOptions options, OffsetMap offsets) {
    if (offsets.size() > 0) {
      throw new IllegalArgumentException("the map of offsets is not empty");
    }
    return start(bytes, options, Mapping.SOURCE_MAP, offsets);
  }

  private static Transformed start(
      byte[] bytes, AsyncifyOptions options, Mapping mapping, @Nullable OffsetMap offsets) {
    Module module = Module.read(bytes);
    Validator.validateDefinitions(module);
    return new Asyncify(module, options, mapping, offsets).transform();
  }

  private BitSet controlImports() {
    BitSet imports = new BitSet();
    for (Module.Import imported : module.imports()) {
      if (imported.kind() == ExternKind.FUNCTION && imported.module().equals("asyncify")) {
        if (plan.controls().control(imported.index()) == ControlImports.NONE) {
          throw new WasmException(
              Failure.INVALID,
              imported.start(),
              "import asyncify." + imported.name() + " is none of " + ControlImports.NAMES);
        }
        imports.set(imported.index());
      }
    }
    return imports;
  }

  /** What the output exports must be free; a module that was transformed before has it all. */
  private static void checkExports(Module module, Set<String> added) {
    for (Module.Export export : module.exports()) {
      if (added.contains(export.name())) {
        throw new WasmException(
            Failure.UNSUPPORTED,
            -1,
            export.name().equals("asyncify_memory") || export.name().startsWith("__")
                ? "the module has an export " + export.name() + " of its own"
                : "the module has an export " + export.name() + ": it is asyncified");
      }
    }
  }

  private Transformed transform() {
    resolveControlImports();
    BodyScanner scanner = new BodyScanner(module, plan, options.catches());
    BodyTyper typer = new BodyTyper(module);
    CodeReader code = new CodeReader(module.bytes(), 0, 0);
    BodyCopier copier = new BodyCopier(writer.map());
    ByteSink body = new ByteSink();
    for (int index = 0; index < module.bodyCount(); index++) {
      int function = index + module.importedFunctionCount();
      body.truncate(0);
      if (plan.isInstrumented(function)) {
        try {
          instrument(index, scanner.scan(index), body);
        } catch (WasmException e) {
          throw e.inFunction(function);
        }
      } else {
        validate(index, typer, code);
        copyUninstrumented(index, typer, copier, body);
      }
      bodies.sized(body);
    }
    tails.finish();
    helpers.finish();
    abi.writeBodies(bodies);
    finishOffsets();
    record();
    byte[] output = writer.write(bodies);
    warnings.addAll(writer.warnings());
    if (offsets != null) {
      offsets.shift(writer.codeOffset());
    }
    for (int i = 0; i < twinSites.size(); i++) {
      checkOffsets.add(abi.bodyOffset(twinFunctions.get(i)) + twinPositions.get(i));
      checkSites.add(twinSites.get(i));
    }
    int[] checks = checkOffsets.toArray();
    for (int i = 0; i < checks.length; i++) {
      checks[i] += writer.codeOffset();
    }
    return new Transformed(
        output,
        module.bodyCount(),
        plan.instrumentedCount(),
        new SiteMap(
            checks,
            checkSites.toArray(),
            functions.toArray(),
            calls.toArray(),
            needArguments,
            frameBytes.toArray(),
            plan.tailCalls().isUsed() ? SiteMap.Frames.ELSEWHERE_TOO : SiteMap.Frames.AT_SITES),
        mapping == Mapping.NOBODY || offsets == null ? null : new CodeMap(offsets, writer.map()),
        List.copyOf(warnings),
        plan.unmatched());
  }

  /** Adds those of twins, whose bodies have a place now, and takes the hints along. */
  private void finishOffsets() {
    if (offsets != null) {
      twinOffsets.forEach((twin, map) -> offsets.addAll(map, abi.bodyOffset(twin)));
      if (hints != null) {
        int first = module.importedFunctionCount() - controlImports().cardinality();
        writer.replaceCustom(BranchHints.NAME, hints.content(offsets, bodies, first));
      }
    }
  }

  /** Says what the output is made with; what the input says is of another transform. */
  private void record() {
    ByteSink content =
        options.recording() == Recording.OPTIONS ? OptionRecord.content(options) : null;
    if (content == null) {
      writer.replaceCustom(OptionRecord.SECTION, null);
    } else {
      writer.appendCustom(OptionRecord.SECTION, content);
    }
  }

  private @Nullable OffsetMap newOffsets() {
    return offsets == null ? null : new OffsetMap();
  }

  private void resolveControlImports() {
    for (int f = 0; f < module.importedFunctionCount(); f++) {
      int control = plan.controls().control(f);
      if (control != ControlImports.NONE) {
        writer.resolveImport(f, abi.control(control));
      }
    }
  }

  private void instrument(int index, BodyCode code, ByteSink body) {
    int function = index + module.importedFunctionCount();
    if (code.siteCount() == 0 && code.suspendingTails.isEmpty()) { // they can't be reached
      copy(index, code.firstInstruction, new BodyCopier(writer.map()), body);
      return;
    }
    TailForwarding.Role role = tails.forwarding().role(function, code.siteCount());
    BodyPlan bodyPlan =
        new BodyPlan(module, plan, options, role, cut, placeholders, writer.map(), function, code);
    if (code.siteCount() == 0) {
      OffsetMap moved = newOffsets();
      emitter(bodyPlan, BodyEmitter.Form.WHOLE, moved).emitForwarding(body);
      place(moved, body);
      return;
    }
    int firstSite = functions.size();
    for (int site = 0; site < code.siteCount(); site++) {
      functions.add(function);
      int row = code.siteCall.get(site);
      calls.add(code.start(row));
      needArguments.set(firstSite + site, SiteCalls.needsArguments(code, plan, row));
    }
    int twin = bodyPlan.isSplit() ? emitTwin(bodyPlan, function, firstSite) : -1;
    BodyEmitter.Form form = twin < 0 ? BodyEmitter.Form.WHOLE : BodyEmitter.Form.NORMAL;
    if (role.isOwner()) {
      int type = module.functionType(function);
      int owner = twin < 0 ? writer.map().function(function) : twin;
      tails.forwarding().own(new TailForwarding.Owner(role.first(), type, owner, twin >= 0));
    }
    OffsetMap moved = newOffsets();
    BodyEmitter emitter = emitter(bodyPlan, form, moved);
    emitter.emit(body, twin);
    for (int site = 0; site < code.siteCount(); site++) {
      frameBytes.add(emitter.frameBytes(site));
    }
    IntArray locals = emitter.movedLocals();
    if (locals.size() > 0) {
      ByteSink inner = new ByteSink(body.size());
      inner.append(body);
      body.truncate(0);
      int type = writer.functionType(BodyShell.params(locals), results(bodyPlan));
      int added = abi.define(writer, type, "asyncify_body_" + function, inner);
      noteAdded(added, emitter, moved, bodyPlan, firstSite);
      BodyShell.write(locals, code.paramLocals, added, placeholders, body);
      return;
    }
    int base = bodies.size() + sizeLength(body.size());
    place(moved, body);
    for (int site = 0; site < code.siteCount(); site++) {
      checkOffsets.add(base + emitter.checkPosition(site));
      checkSites.add(firstSite + site);
    }
  }

  private BodyEmitter emitter(BodyPlan bodyPlan, BodyEmitter.Form form, @Nullable OffsetMap moved) {
    return new BodyEmitter(bodyPlan, form, writer, abi, helpers, tails, moved);
  }

  /** Notes what was moved into the body that comes next. */
  private void place(@Nullable OffsetMap moved, ByteSink body) {
    if (offsets != null && moved != null) {
      offsets.addAll(moved, bodies.size() + sizeLength(body.size()));
    }
  }

  /** Adds the function that a split body is resumed in. */
  private int emitTwin(BodyPlan bodyPlan, int function, int firstSite) {
    OffsetMap moved = newOffsets();
    BodyEmitter emitter = emitter(bodyPlan, BodyEmitter.Form.TWIN, moved);
    ByteSink body = new ByteSink();
    emitter.emit(body, -1);
    int twin = abi.define(writer, List.of(), results(bodyPlan), "asyncify_twin_" + function, body);
    noteAdded(twin, emitter, moved, bodyPlan, firstSite);
    return twin;
  }

  private static List<Integer> results(BodyPlan bodyPlan) {
    List<Integer> results = new ArrayList<>();
    for (int i = 0; i < bodyPlan.resultCount(); i++) {
      results.add(bodyPlan.result(i));
    }
    return results;
  }

  /** Notes what lies where in an added function, which has its place at the end only. */
  private void noteAdded(
      int added, BodyEmitter emitter, @Nullable OffsetMap moved, BodyPlan bodyPlan, int firstSite) {
    if (moved != null) {
      twinOffsets.put(added, moved);
    }
    for (int site = 0; site < bodyPlan.body.siteCount(); site++) {
      twinFunctions.add(added);
      twinPositions.add(emitter.checkPosition(site));
      twinSites.add(firstSite + site);
    }
  }

  private static int sizeLength(int size) {
    return Math.max(1, (38 - Integer.numberOfLeadingZeros(size)) / 7);
  }

  private void validate(int index, BodyTyper typer, CodeReader code) {
    int function = index + module.importedFunctionCount();
    try {
      code.reset(typer.begin(index), module.bodyEnd(index));
      while (typer.depth() > 0) {
        code.next();
        typer.step(code);
      }
    } catch (WasmException e) {
      throw e.inFunction(function);
    }
    if (!code.atEnd()) {
      throw new WasmException(
          Failure.MALFORMED, code.end(), function, "unexpected content behind the body's end");
    }
  }

  private void copyUninstrumented(int index, BodyTyper typer, BodyCopier copier, ByteSink body) {
    int first = typer.begin(index);
    if (options.asserts() == Asserts.CALLS
        && !plan.isRuntime(index + module.importedFunctionCount())) {
      OffsetMap moved = newOffsets();
      AssertedCopy.write(module, index, first, typer.localCount(), abi, copier, body, moved);
      place(moved, body);
    } else {
      copy(index, first, copier, body);
    }
  }

  private void copy(int index, int firstInstruction, BodyCopier copier, ByteSink body) {
    body.bytes(module.bytes(), module.bodyStart(index), firstInstruction);
    int start = body.size();
    copier.copy(module.bytes(), firstInstruction, module.bodyEnd(index), body);
    if (offsets != null) {
      noteCopy(offsets, firstInstruction, module.bodyEnd(index), body, start);
    }
  }

  /** Notes a whole body that was copied: each instruction by itself where indices have changed. */
  private void noteCopy(OffsetMap target, int from, int to, ByteSink body, int start) {
    int base = bodies.size() + sizeLength(body.size());
    if (writer.map().isIdentity()) {
      target.add(from, base + start, to - from);
      return;
    }
    CodeReader before = new CodeReader(module.bytes(), from, to);
    CodeReader after = new CodeReader(body.array(), start, body.size());
    while (!before.atEnd()) {
      before.next();
      after.next();
      int length = Math.min(before.end() - before.start(), after.end() - after.start());
      target.add(before.start(), base + after.start(), length);
    }
  }
}
