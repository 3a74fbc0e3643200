package dev.bysync.strategy;

import java.util.Locale;
import java.util.Set;

/**
 * What a process that we start finds in its environment: where programs and libraries are, whose
 * session it is, its language. Not what this process was told beside that: credentials of stores
 * and registries are told so, by names that nobody can list.
 */
public final class ChildEnvironment {
  private static final Set<String> INHERITED =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LOGNAME",
          "SHELL",
          "TERM",
          "LANG",
          "LANGUAGE",
          "TZ",
          "TMPDIR",
          "TMP",
          "TEMP",
          "LD_LIBRARY_PATH",
          "DYLD_LIBRARY_PATH",
          "JAVA_HOME",
          "NODE_PATH",
          "PYTHONPATH",
          // Windows starts next to nothing without these
          "SYSTEMROOT",
          "WINDIR",
          "COMSPEC",
          "PATHEXT");

  private ChildEnvironment() {}

  /** Takes everything else out of what a process is about to inherit. */
  public static void restrict(ProcessBuilder child) {
    child.environment().keySet().removeIf(name -> !isInherited(name.toUpperCase(Locale.ROOT)));
  }

  private static boolean isInherited(String name) {
    return INHERITED.contains(name) || name.startsWith("LC_");
  }
}
