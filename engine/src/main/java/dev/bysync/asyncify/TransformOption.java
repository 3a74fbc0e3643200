package dev.bysync.asyncify;

import java.util.Optional;

/**
 * The options of the transform as users write them: {@code --pass-arg=NAME@VALUE} with Binaryen's
 * name, or a long option. {@link OptionParser} gives them their meaning.
 */
public enum TransformOption {
  IMPORTS(
      "imports",
      Form.LIST,
      "The imports that may suspend, as module.name, * for any characters; default: all.",
      "asyncify-imports"),
  IGNORE_IMPORTS(
      "ignore-imports",
      Form.FLAG,
      "No import suspends, those of asyncify aside.",
      "asyncify-ignore-imports"),
  INDIRECT(
      "indirect",
      Form.VALUE,
      "What an indirect call may reach: default (what the module and the host can have put there),"
          + " declared (only what the module has), never (nothing that suspends).",
      "bysync-indirect"),
  IGNORE_INDIRECT(
      "ignore-indirect",
      Form.FLAG,
      "The same as --indirect=never: indirect calls suspend in functions of the add-list and the"
          + " only-list alone.",
      "asyncify-ignore-indirect"),
  REMOVE_LIST(
      "remove-list",
      Form.LIST,
      "Functions that are not instrumented, nor others on their account.",
      "asyncify-removelist",
      "asyncify-blacklist"),
  ADD_LIST(
      "add-list",
      Form.LIST,
      "Functions that are instrumented, and every indirect call in them.",
      "asyncify-addlist"),
  PROPAGATE_ADD_LIST(
      "propagate-add-list",
      Form.FLAG,
      "Callers of functions of the add-list are instrumented as well.",
      "asyncify-propagate-addlist"),
  ONLY_LIST(
      "only-list",
      Form.LIST,
      "The functions that are instrumented, and no others.",
      "asyncify-onlylist",
      "asyncify-whitelist"),
  ASSERTS(
      "asserts",
      Form.FLAG,
      "The output traps where it suspends in a call that was said not to.",
      "asyncify-asserts"),
  VERBOSE("verbose", Form.FLAG, "Print why each function is instrumented.", "asyncify-verbose"),
  MEMORY(
      "memory",
      Form.VALUE,
      "The export that names the memory for frames; default, of several: memory.",
      "asyncify-memory"),
  IN_SECONDARY_MEMORY(
      "in-secondary-memory",
      Form.FLAG,
      "Frames go to a memory of their own, exported as asyncify_memory.",
      "asyncify-in-secondary-memory"),
  SECONDARY_MEMORY_SIZE(
      "secondary-memory-size",
      Form.VALUE,
      "Its size in pages of 64 KiB; default: 1.",
      "asyncify-secondary-memory-size"),
  IMPORT_GLOBALS(
      "import-globals",
      Form.FLAG,
      "Import __asyncify_state and __asyncify_data from env, for dynamic linking.",
      "asyncify-import-globals",
      "asyncify-relocatable"),
  EXPORT_GLOBALS(
      "export-globals",
      Form.FLAG,
      "Export __asyncify_state and __asyncify_data.",
      "asyncify-export-globals"),
  IGNORE_UNWIND_FROM_CATCH(
      "ignore-unwind-from-catch",
      Form.FLAG,
      "Calls inside a legacy catch never suspend.",
      "asyncify-ignore-unwind-from-catch"),
  SPLIT_ABOVE(
      "split-above",
      Form.VALUE,
      "Bodies of more values than this are written twice, for speed; default: 12000.",
      "bysync-split-above"),
  FEATURE_LEVEL(
      "feature-level",
      Form.VALUE,
      "What the added code may use: module (default: what the module has, and no multiple results),"
          + " or a version of the WebAssembly specification, 1.0, 2.0 or 3.0.",
      "bysync-feature-level"),
  NO_RECORD(
      "no-record",
      Form.FLAG,
      "The output doesn't say what it was made with (custom section bysync), and is verified as"
          + " another tool's.",
      "bysync-no-record"),
  STRICT(
      "strict",
      Form.FLAG,
      "A name or pattern of a list that matches nothing is an error.",
      "bysync-strict");

  /** What follows an option's name. */
  public enum Form {
    /** Nothing. */
    FLAG,
    /** One value. */
    VALUE,
    /** Entries separated by commas, or {@code @FILE} with the entries in a file. */
    LIST
  }

  private final String longName;
  private final Form form;
  private final String description;
  private final String passArgument;
  private final String oldName;

  TransformOption(String longName, Form form, String description, String passArgument) {
    this(longName, form, description, passArgument, "");
  }

  TransformOption(
      String longName, Form form, String description, String passArgument, String oldName) {
    this.longName = longName;
    this.form = form;
    this.description = description;
    this.passArgument = passArgument;
    this.oldName = oldName;
  }

  /** Name as a long option, without dashes. */
  public String longName() {
    return longName;
  }

  public Form form() {
    return form;
  }

  /** A sentence for the help. */
  public String description() {
    return description;
  }

  /** Name as a pass argument. */
  public String passArgument() {
    return passArgument;
  }

  /** The option with this name as a long option. */
  public static Optional<TransformOption> ofLongName(String name) {
    for (TransformOption option : values()) {
      if (option.longName.equals(name)) {
        return Optional.of(option);
      }
    }
    return Optional.empty();
  }

  /** The option with this name, present or old, as a pass argument. */
  static Optional<TransformOption> ofPassArgument(String name) {
    for (TransformOption option : values()) {
      if (option.passArgument.equals(name) || option.oldName.equals(name)) {
        return Optional.of(option);
      }
    }
    return Optional.empty();
  }
}
