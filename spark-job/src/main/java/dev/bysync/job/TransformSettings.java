package dev.bysync.job;

import dev.bysync.analysis.OptionException;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.TransformOption;
import dev.bysync.job.config.Setting;
import dev.bysync.job.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Options of the transform out of the job's settings: those that have the same name. */
public final class TransformSettings {
  private TransformSettings() {}

  /**
   * The options; lists in files are read now, so that executors need no files.
   *
   * @param problems where it is told what is wrong; the defaults are given then
   * @param warnings where the rest is told that a user should know
   */
  public static AsyncifyOptions options(
      Settings settings, List<String> problems, List<String> warnings) {
    OptionParser parser = new OptionParser(name -> Files.readString(Path.of(name)));
    for (TransformOption option : TransformOption.values()) {
      for (Setting setting : Setting.values()) {
        if (setting.key().equals(option.longName())) {
          add(parser, option, setting, settings);
        }
      }
    }
    try {
      AsyncifyOptions options = parser.options();
      warnings.addAll(parser.warnings());
      return options;
    } catch (OptionException e) {
      problems.addAll(String.valueOf(e.getMessage()).lines().toList());
      return AsyncifyOptions.defaults();
    }
  }

  private static void add(
      OptionParser parser, TransformOption option, Setting setting, Settings settings) {
    if (option.form() != TransformOption.Form.FLAG) {
      if (!settings.text(setting).isEmpty()) {
        parser.add(option, settings.text(setting));
      }
    } else if (settings.flag(setting)) {
      parser.add(option, "");
    }
  }
}
