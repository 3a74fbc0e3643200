package dev.bysync.cli.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.cli.local.LogFile;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.events.DeadLetter;
import dev.bysync.events.ModuleSubmitted;
import dev.bysync.ingest.publish.DeadLetters;
import dev.bysync.ingest.publish.DeadLetters.Check;
import dev.bysync.ingest.publish.DeadLetters.Letter;
import dev.bysync.ingest.publish.DeadLetters.Replay;
import dev.bysync.ingest.publish.PublishException;
import dev.bysync.schemas.EventCodec;
import dev.bysync.schemas.EventDecodingException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Looks at what the job has put aside, and publishes it again. */
public final class DeadLetterFlow {
  /** How a list is written. */
  public enum Output {
    /** A line for each letter. */
    TABLE,
    /** A JSON object in each line. */
    JSON
  }

  /** Which records are published again. */
  public enum Which {
    /** Those that can be decoded by now. */
    DECODABLE,
    /** All. */
    ALL
  }

  private static final int HEX_COLUMNS = 16;

  private final BrokerSettings settings;
  private final DeadLetters letters;
  private final PrintStream out;
  private final PrintStream err;

  private DeadLetterFlow(
      BrokerSettings settings, DeadLetters letters, PrintStream out, PrintStream err) {
    this.settings = settings;
    this.letters = letters;
    this.out = out;
    this.err = err;
  }

  /** What is to be done. */
  public interface Action {
    ExitCode on(DeadLetterFlow flow);
  }

  /**
   * Connects, acts and disconnects.
   *
   * @param arguments settings that were given, as {@code --name}, {@code value}
   * @throws CliFailure if no broker is named, or it fails
   */
  public static ExitCode run(
      List<String> arguments, PrintStream out, PrintStream err, Action action) {
    BrokerSettings settings = BrokerSettings.resolve(arguments, System.getenv());
    LogFile.discard();
    try (DeadLetters letters = DeadLetters.open(settings.kafka(), settings.topic())) {
      return action.on(new DeadLetterFlow(settings, letters, out, err));
    } catch (PublishException e) {
      throw failed(e);
    }
  }

  /**
   * Lists letters, the oldest of each partition first.
   *
   * @param reason what the reason has to contain, in any case; empty for all
   * @param limit the most that are listed
   */
  public ExitCode list(String reason, long limit, Output output) {
    AtomicLong matching = new AtomicLong();
    long foreign =
        each(
            letter -> {
              if (matches(letter, reason) && matching.incrementAndGet() <= limit) {
                out.println(output == Output.JSON ? json(letter) : line(letter));
              }
              return true;
            });
    if (output == Output.TABLE) {
      out.println(
          Units.count(matching.get(), "dead letter")
              + " of topic "
              + settings.topic()
              + (matching.get() > limit ? ", %,d of them shown (--limit)".formatted(limit) : ""));
    }
    tellForeign(foreign);
    return ExitCode.DONE;
  }

  /** Shows one letter, and at most so many bytes of its record. */
  public ExitCode show(String id, int bytes) {
    Letter letter = find(id);
    DeadLetter of = letter.letter();
    byte[] raw = letter.raw();
    out.println("record     " + of.getPartition() + "/" + of.getOffset() + " of " + of.getTopic());
    out.println("put aside  " + letter.at());
    out.println("reason     " + Printable.of(of.getReason()));
    out.println("size       " + Units.bytes(of.getRawSize()));
    out.println("content    " + content(raw, of.getRawSize()));
    int shown = Math.min(bytes, raw.length);
    for (int row = 0; row < shown; row += HEX_COLUMNS) {
      out.println(hex(raw, row, Math.min(shown, row + HEX_COLUMNS)));
    }
    if (shown < of.getRawSize()) {
      out.println(
          "... %,d not shown, %,d of them kept (--bytes)"
              .formatted(of.getRawSize() - shown, raw.length - shown));
    }
    return ExitCode.DONE;
  }

  /**
   * Publishes again.
   *
   * @param ids which; empty for all that match the reason
   */
  public ExitCode replay(List<String> ids, String reason, Which which) {
    Check check = which == Which.ALL ? Check.NONE : Check.DECODABLE;
    Set<String> wanted = new HashSet<>(ids);
    List<Letter> chosen = new ArrayList<>(); // read to the end first: sending adds to the topics
    each(
        letter -> {
          if (ids.isEmpty() ? matches(letter, reason) : wanted.remove(letter.id())) {
            chosen.add(letter);
          }
          return true;
        });
    int sent = 0;
    for (Letter letter : chosen) {
      sent += replay(letter, check) ? 1 : 0;
    }
    wanted.forEach(id -> err.println("bysync: no dead letter " + Printable.of(id)));
    out.println(
        "%,d of %s sent to topic %s"
            .formatted(sent, Units.count(chosen.size(), "record"), settings.topic()));
    return sent == chosen.size() && wanted.isEmpty() ? ExitCode.DONE : ExitCode.BAD_INPUT;
  }

  private boolean replay(Letter letter, Check check) {
    Replay replay;
    try {
      replay = letters.replay(letter, check);
    } catch (PublishException e) {
      throw failed(e);
    }
    if (replay instanceof Replay.Sent sent) {
      out.println(letter.id() + " sent as " + sent.partition() + "/" + sent.offset());
      return true;
    }
    if (replay instanceof Replay.StillUndecodable still) {
      out.println(
          letter.id()
              + " not sent, it would be put aside again: "
              + Printable.of(still.reason())
              + " (--anyway sends it)");
      return false;
    }
    Replay.Gone gone = (Replay.Gone) replay;
    out.println(
        "%s not sent: the topic has lost it, and the letter holds %,d of its %,d bytes; ingest its source again"
            .formatted(letter.id(), gone.kept(), gone.size()));
    return false;
  }

  private Letter find(String id) {
    List<Letter> found = new ArrayList<>();
    each(
        letter -> {
          if (letter.id().equals(id)) {
            found.add(letter);
          }
          return found.isEmpty();
        });
    if (found.isEmpty()) {
      throw CliFailure.badInput(
          "no dead letter %s of topic %s: bysync dlq list shows what there is"
              .formatted(Printable.of(id), settings.topic()),
          null);
    }
    return found.get(0);
  }

  private long each(DeadLetters.Reader reader) {
    try {
      return letters.each(reader);
    } catch (PublishException e) {
      throw failed(e);
    }
  }

  private void tellForeign(long count) {
    if (count > 0) {
      err.println(
          "bysync: %s of topic %s.dead-letters: not written by bysync, or by a newer one"
              .formatted(Units.count(count, "other record"), settings.topic()));
    }
  }

  private static boolean matches(Letter letter, String reason) {
    return letter
        .letter()
        .getReason()
        .toLowerCase(Locale.ROOT)
        .contains(reason.toLowerCase(Locale.ROOT));
  }

  private static String line(Letter letter) {
    return String.format(
        Locale.ROOT,
        "%-12s  %s  %9s  %s",
        letter.id(),
        letter.at(),
        Units.bytes(letter.letter().getRawSize()),
        Printable.of(letter.letter().getReason()));
  }

  private static String json(Letter letter) {
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("id", letter.id());
    line.put("topic", letter.letter().getTopic());
    line.put("partition", letter.letter().getPartition());
    line.put("offset", letter.letter().getOffset());
    line.put("at", letter.at().toString());
    line.put("size", letter.letter().getRawSize());
    line.put("kept", letter.raw().length);
    line.put("reason", letter.letter().getReason());
    return line.toString();
  }

  /** What the record is, as this version reads it. */
  private static String content(byte[] raw, long size) {
    if (raw.length < size) {
      return "only its beginning was kept";
    }
    try {
      ModuleSubmitted event = EventCodec.decodeModuleSubmitted(raw);
      return "an event that this version can read: module %s of %s, %s"
          .formatted(
              event.getSha256(),
              Units.bytes(event.getSize()),
              Printable.of(
                  "%s %s %s %s"
                      .formatted(
                          event.getSource().getKind(),
                          event.getSource().getPackageName(),
                          event.getSource().getVersion(),
                          event.getSource().getPath())
                      .replaceAll(" +", " ")));
    } catch (EventDecodingException e) {
      return Printable.of(Objects.requireNonNullElse(e.getMessage(), "no event"));
    }
  }

  private static String hex(byte[] raw, int from, int to) {
    StringBuilder hex = new StringBuilder("%08x ".formatted(from));
    StringBuilder text = new StringBuilder();
    for (int i = from; i < from + HEX_COLUMNS; i++) {
      hex.append(i < to ? " %02x".formatted(raw[i]) : "   ");
      if (i < to) {
        text.append(raw[i] >= ' ' && raw[i] < 0x7F ? (char) raw[i] : '.');
      }
    }
    return hex + "  " + text;
  }

  private static CliFailure failed(PublishException e) {
    return CliFailure.infrastructure(String.valueOf(e.getMessage()), e);
  }
}
