package dev.bysync.report.summary;

import dev.bysync.job.sink.BinaryStore;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import dev.bysync.verify.SecondOpinion;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The command that shows again, on one machine and without a pipeline, what a run found. */
public final class VerifyCommand {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*|.*!/.*");

  private static final String OURS = "dispatch";
  private static final String NO_RECORD = "--no-record";
  private static final String MEMORY = "--memory";

  /** The longest list that is written out, characters. */
  private static final int LONGEST_LIST = 2000;

  private VerifyCommand() {}

  /**
   * The command for a module, for a POSIX shell. A MISMATCH leaves a minimal reproducer there. What
   * lies in an archive or a package has to be unpacked first: the command then says original.wasm.
   *
   * <p>A binary of ours says itself what it was made with. Where there is none, or none that says
   * so, the transform is part of the command, with the run's options. Where an external command
   * gave no binary, it is that command that has to be seen again.
   */
  public static String of(Run run, RunModule module) {
    boolean ours = module.row().strategy().equals(OURS);
    boolean made = module.row().transformedBytes() > 0;
    if (!ours && !made) {
      return "bysync transform %s -o transformed.wasm --strategy %s"
          .formatted(original(module), quoted(module.row().strategy()));
    }
    StringBuilder command = new StringBuilder("bysync verify ").append(original(module));
    List<String> arguments = run.arguments();
    boolean again = ours && (!made || arguments.contains(NO_RECORD));
    if (!again) {
      command.append(' ').append(file(binary(run, module)));
    }
    for (int i = 0; i < arguments.size(); i++) {
      boolean holds = again || (!ours && isMemory(arguments, i));
      if (holds) {
        command.append(' ').append(argument(arguments, i));
      }
    }
    for (String setting : new String[] {"seed", "fuel", "min-sites"}) {
      String value = run.setting(setting);
      if (!value.isEmpty()) {
        command.append(" --").append(setting).append(' ').append(quoted(value));
      }
    }
    if (module.row().secondOpinion() == SecondOpinion.Finding.DISAGREES) {
      command.append(" --second-opinion");
    }
    return command.toString();
  }

  private static String original(RunModule module) {
    String place = module.name();
    boolean isFile = !ADDRESS.matcher(place).matches() && !place.equals(module.sha256());
    return isFile ? file(place) : "original.wasm";
  }

  /** Whether a word is the option, or its value, that says where a command keeps frames. */
  private static boolean isMemory(List<String> arguments, int word) {
    return arguments.get(word).equals(MEMORY)
        || (word > 0 && arguments.get(word - 1).equals(MEMORY));
  }

  /** A word; a list that no command line takes is for the user to put into a file. */
  private static String argument(List<String> arguments, int word) {
    String text = arguments.get(word);
    return text.length() > LONGEST_LIST && word > 0
        ? "@" + arguments.get(word - 1).substring(2) + ".txt"
        : quoted(text);
  }

  private static String binary(Run run, RunModule module) {
    String path = BinaryStore.path(module.row().profile(), module.sha256());
    String root = run.place();
    if (root.startsWith("file:")) {
      return Path.of(URI.create(root)).resolve(path).toString();
    }
    return root.endsWith("/") ? root + path : root + "/" + path;
  }

  private static String file(String name) {
    return quoted(name.startsWith("-") ? "./" + name : name); // no option
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
