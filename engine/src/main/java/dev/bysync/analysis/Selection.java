package dev.bysync.analysis;

import java.util.List;
import java.util.Objects;

/**
 * What the user knows about a module that its bytes don't tell: which imports suspend, where
 * indirect calls go, and lists of functions. Immutable; {@link #defaults()} is safe for any module.
 *
 * <p>Entries of the lists are names of the name section ({@link FunctionNames}) in which {@code *}
 * stands for any characters.
 *
 * @param importRule which imports may suspend
 * @param imports with {@link ImportRule#LISTED}: {@code module.name}, {@code *} allowed
 * @param indirect where indirect calls may go
 * @param removeList functions that are not instrumented, nor anything on their account
 * @param addList functions that are instrumented, and in them every indirect call
 * @param propagation whether callers of added functions are instrumented as well
 * @param onlyList if not empty: the functions that are instrumented, and no others
 */
public record Selection(
    ImportRule importRule,
    List<String> imports,
    IndirectCalls indirect,
    List<String> removeList,
    List<String> addList,
    Propagation propagation,
    List<String> onlyList) {

  /**
   * Which imported functions may suspend. Those of {@code asyncify} always do what they are for.
   */
  public enum ImportRule {
    /** All of them. */
    ALL,
    /** Those that are listed. */
    LISTED,
    /** None. */
    NONE
  }

  /** What an indirect call is taken to reach. */
  public enum IndirectCalls {
    /**
     * The module's own functions that can be there, and, through a table or reference that the host
     * can supply, functions of the host that may suspend.
     */
    DEFAULT,
    /** The module's own functions only: whatever the host supplies does not suspend. */
    DECLARED,
    /** Nothing that suspends. */
    NEVER
  }

  /** How far an added function reaches. */
  public enum Propagation {
    /** The functions of the add-list alone. */
    LISTED_ONLY,
    /** Their callers too, and theirs. */
    CALLERS
  }

  /** The lists, by the names of their options. */
  public enum NamedList {
    IMPORTS("imports"),
    REMOVE_LIST("remove-list"),
    ADD_LIST("add-list"),
    ONLY_LIST("only-list");

    private final String option;

    NamedList(String option) {
      this.option = option;
    }

    /** Its entries. */
    public List<String> of(Selection selection) {
      return switch (this) {
        case IMPORTS -> selection.imports;
        case REMOVE_LIST -> selection.removeList;
        case ADD_LIST -> selection.addList;
        case ONLY_LIST -> selection.onlyList;
      };
    }

    /** The option's name. */
    @Override
    public String toString() {
      return option;
    }
  }

  /**
   * Checks what needs no module.
   *
   * @throws OptionException if lists contradict each other
   */
  public Selection {
    Objects.requireNonNull(importRule);
    Objects.requireNonNull(indirect);
    Objects.requireNonNull(propagation);
    imports = List.copyOf(imports);
    removeList = List.copyOf(removeList);
    addList = List.copyOf(addList);
    onlyList = List.copyOf(onlyList);
    if (!onlyList.isEmpty() && !(addList.isEmpty() && removeList.isEmpty())) {
      throw new OptionException(
          "the only-list says all: it can't be used together with an add-list or a remove-list");
    }
  }

  /** Every import may suspend, and whatever the host can put into a table. */
  public static Selection defaults() {
    return new Selection(
        ImportRule.ALL,
        List.of(),
        IndirectCalls.DEFAULT,
        List.of(),
        List.of(),
        Propagation.LISTED_ONLY,
        List.of());
  }

  /** Whether there is an entry in any list. */
  public boolean hasLists() {
    return !(imports.isEmpty() && removeList.isEmpty() && addList.isEmpty() && onlyList.isEmpty());
  }

  /** The same with another policy for indirect calls. */
  public Selection withIndirect(IndirectCalls policy) {
    return new Selection(importRule, imports, policy, removeList, addList, propagation, onlyList);
  }
}
