package dev.bysync.asyncify;

import dev.bysync.analysis.OptionException;
import dev.bysync.analysis.Selection;
import java.util.Objects;

/**
 * What the transform is asked to do. Immutable; {@link #defaults()} is what most users want.
 *
 * @param selection which functions and calls
 * @param asserts whether the output checks what the selection promises
 * @param memory where frames are kept
 * @param globals where state and data are kept
 * @param catches whether a call inside a legacy {@code catch} may suspend
 * @param splitAbove a body is written twice, once for normal execution and once for resuming, if an
 *     engine is expected to make more values of it than this, and many of them on account of its
 *     resume points. Lower is larger and, for programs with large loops, faster; 0 splits every
 *     body, {@code Integer.MAX_VALUE} none
 * @param level what the added code may use
 * @param recording whether the output says what it was made with
 */
public record AsyncifyOptions(
    Selection selection,
    Asserts asserts,
    FrameMemory memory,
    StateGlobals globals,
    Catches catches,
    int splitAbove,
    FeatureLevel level,
    Recording recording) {
  /** The default of {@link #splitAbove}. */
  public static final int DEFAULT_SPLIT = 12_000;

  /** Whether the output checks itself. */
  public enum Asserts {
    NONE,
    /**
     * It traps where the state changes in a call that is not a site, and where a rewind ends
     * without its end being told. A few bytes and a test for each call.
     */
    CALLS
  }

  /**
   * Where the two globals of the ABI, {@code __asyncify_state} and {@code __asyncify_data}, are.
   */
  public enum StateGlobals {
    /** The module's own, seen by nobody else. */
    PRIVATE,
    /** Imported from {@code env}: modules that are linked at run time share them. */
    IMPORTED,
    /** The module's own, exported: to the modules that import them. */
    EXPORTED
  }

  /** Calls inside a legacy {@code catch}. */
  public enum Catches {
    /** They may suspend as any other. */
    SUSPEND,
    /** They never do; where one does, that is not seen. */
    IGNORED
  }

  /** What the output says of its making. */
  public enum Recording {
    /** Engine and options, in a custom section: see {@link OptionRecord}. */
    OPTIONS,
    /** Nothing. */
    NOTHING
  }

  /**
   * Where frames are kept.
   *
   * @param place which memory
   * @param export the export that names it, for {@link Place#EXPORT} only
   * @param pages its size in pages of 64 KiB, 1 to 65,536, for {@link Place#SECONDARY}
   */
  public record FrameMemory(Place place, String export, int pages) {
    /** Which memory holds the frames. */
    public enum Place {
      /**
       * The module's only one; of several the one that is exported as {@code memory}; of none a new
       * one, exported as {@code asyncify_memory}.
       */
      DEFAULT,
      /** The one that is exported by a given name. */
      EXPORT,
      /** A new one of a fixed size beside the module's own, exported as {@code asyncify_memory}. */
      SECONDARY
    }

    /**
     * Checks the size.
     *
     * @throws OptionException if it is out of range
     */
    public FrameMemory {
      Objects.requireNonNull(place);
      Objects.requireNonNull(export);
      if (pages < 1 || pages > 65_536) {
        throw new OptionException("a secondary memory has 1 to 65536 pages, not " + pages);
      }
    }

    public static FrameMemory defaults() {
      return new FrameMemory(Place.DEFAULT, "", 1);
    }

    public static FrameMemory export(String name) {
      return new FrameMemory(Place.EXPORT, name, 1);
    }

    public static FrameMemory secondary(int pages) {
      return new FrameMemory(Place.SECONDARY, "", pages);
    }
  }

  public AsyncifyOptions {
    Objects.requireNonNull(selection);
    Objects.requireNonNull(asserts);
    Objects.requireNonNull(memory);
    Objects.requireNonNull(globals);
    Objects.requireNonNull(catches);
    Objects.requireNonNull(level);
    Objects.requireNonNull(recording);
    if (splitAbove < 0) {
      throw new OptionException("splitAbove is " + splitAbove + ", below 0");
    }
  }

  /** Every import and every indirect call may suspend. */
  public static AsyncifyOptions defaults() {
    return new AsyncifyOptions(
        Selection.defaults(),
        Asserts.NONE,
        FrameMemory.defaults(),
        StateGlobals.PRIVATE,
        Catches.SUSPEND,
        DEFAULT_SPLIT,
        FeatureLevel.MODULE,
        Recording.OPTIONS);
  }

  /** The same with another {@link #selection}. */
  public AsyncifyOptions withSelection(Selection other) {
    return new AsyncifyOptions(
        other, asserts, memory, globals, catches, splitAbove, level, recording);
  }

  /** The same with another {@link #asserts}. */
  public AsyncifyOptions withAsserts(Asserts other) {
    return new AsyncifyOptions(
        selection, other, memory, globals, catches, splitAbove, level, recording);
  }

  /** The same with another {@link #memory}. */
  public AsyncifyOptions withMemory(FrameMemory other) {
    return new AsyncifyOptions(
        selection, asserts, other, globals, catches, splitAbove, level, recording);
  }

  /** The same with other {@link #globals}. */
  public AsyncifyOptions withGlobals(StateGlobals other) {
    return new AsyncifyOptions(
        selection, asserts, memory, other, catches, splitAbove, level, recording);
  }

  /** The same with another {@link #splitAbove}. */
  public AsyncifyOptions withSplitAbove(int values) {
    return new AsyncifyOptions(
        selection, asserts, memory, globals, catches, values, level, recording);
  }

  /** The same with another {@link #level}. */
  public AsyncifyOptions withLevel(FeatureLevel other) {
    return new AsyncifyOptions(
        selection, asserts, memory, globals, catches, splitAbove, other, recording);
  }

  /** The same with another {@link #recording}. */
  public AsyncifyOptions withRecording(Recording other) {
    return new AsyncifyOptions(
        selection, asserts, memory, globals, catches, splitAbove, level, other);
  }

  /** A canonical one-line form, the same for equal options: part of a result's identity. */
  public String canonical() {
    StringBuilder text = new StringBuilder("strategy=dispatch splitAbove=").append(splitAbove);
    AsyncifyOptions defaults = defaults();
    add(text, selection, defaults.selection);
    add(text, asserts, defaults.asserts);
    add(text, memory, defaults.memory);
    add(text, globals, defaults.globals);
    add(text, catches, defaults.catches);
    add(text, level, defaults.level);
    add(text, recording, defaults.recording);
    return text.toString();
  }

  /** What differs from the default, so that a new option leaves the identity of others alone. */
  private static void add(StringBuilder text, Object value, Object byDefault) {
    if (!value.equals(byDefault)) {
      text.append(' ').append(value);
    }
  }
}
