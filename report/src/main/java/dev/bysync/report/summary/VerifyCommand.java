package dev.bysync.report.summary;

import dev.bysync.job.sink.BinaryStore;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The command that shows again, on one machine and without a pipeline, what a run found. */
public final class VerifyCommand {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*|.*!/.*");

  private VerifyCommand() {}

  /**
   * The command for a module, for a POSIX shell. A MISMATCH leaves a minimal reproducer there. What
   * lies in an archive or a package has to be unpacked first: the command then says original.wasm.
   */
  public static String of(Run run, RunModule module) {
    StringBuilder command = new StringBuilder("bysync verify ");
    String place = module.name();
    boolean isFile = !ADDRESS.matcher(place).matches() && !place.equals(module.sha256());
    command.append(isFile ? quoted(place) : "original.wasm");
    if (module.row().transformedBytes() > 0) {
      command.append(' ').append(quoted(binary(run, module)));
    }
    for (String setting : new String[] {"seed", "fuel", "min-sites"}) {
      String value = run.setting(setting);
      if (!value.isEmpty()) {
        command.append(" --").append(setting).append(' ').append(quoted(value));
      }
    }
    return command.toString();
  }

  private static String binary(Run run, RunModule module) {
    String path = BinaryStore.path(module.row().profile(), module.sha256());
    String root = run.place();
    if (root.startsWith("file:")) {
      return Path.of(URI.create(root)).resolve(path).toString();
    }
    return root.endsWith("/") ? root + path : root + "/" + path;
  }

  private static String quoted(String word) {
    String name = word.startsWith("-") ? "./" + word : word; // no option
    return PLAIN.matcher(name).matches() ? name : "'" + name.replace("'", "'\\''") + "'";
  }
}
