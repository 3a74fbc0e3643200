package dev.bysync.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.verify.frame.FrameEvent;
import dev.bysync.verify.frame.FrameEvent.Place;
import dev.bysync.verify.frame.FrameEvent.Side;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Prints what a frame does, original and output side by side. Both do the same things in the same
 * order until they differ, so the n-th of the one stands beside the n-th of the other; what a
 * suspension does stands below the call that is suspended.
 */
final class FramePrinter implements Consumer<FrameEvent> {
  /** What is printed. */
  enum Format {
    /** What leads to the difference. */
    SHORT,
    /** Everything. */
    ALL,
    /** Everything, a JSON object a line. */
    JSON
  }

  /** Steps before the difference that are shown where not all are. */
  private static final int STEPS = 12;

  private static final int WIDTH = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintWriter out;
  private final FrameText text;
  private final Format format;
  private final List<Step> original = new ArrayList<>();
  private final List<Step> output = new ArrayList<>();
  private @Nullable Suspension suspension;

  /** Something that the program does. */
  private static final class Step {
    String text;

    /** What the transform's code does before the next step. */
    final List<String> added = new ArrayList<>();

    final List<Suspension> suspensions = new ArrayList<>();

    Step(String text) {
      this.text = text;
    }
  }

  /** A frame that is put away and comes back: parts with a headline each. */
  private static final class Suspension {
    final List<Part> parts = new ArrayList<>();
    boolean isDone;

    Part last() {
      return parts.get(parts.size() - 1);
    }
  }

  /** A part of a suspension. */
  private static final class Part {
    final String headline;
    String end = "";
    final List<String> lines = new ArrayList<>();

    /** Without what only the transform's bookkeeping is. */
    final List<String> few = new ArrayList<>();

    Part(String headline) {
      this.headline = headline;
    }

    void add(String line, boolean isImportant) {
      lines.add(line);
      if (isImportant) {
        few.add(line);
      }
    }
  }

  FramePrinter(PrintWriter out, FrameText text, Format format) {
    this.out = out;
    this.text = text;
    this.format = format;
  }

  @Override
  public void accept(FrameEvent event) {
    if (format == Format.JSON) {
      json(event);
    } else if (event instanceof FrameEvent.Compared compared) {
      boolean isSame = compared.difference().isEmpty();
      out.println(compared.what() + ": " + (isSame ? "no difference" : compared.difference()));
    } else if (event instanceof FrameEvent.Entered entered) {
      steps(entered.side()).add(new Step(text.entered(entered)));
    } else if (!suspending(event)) {
      step(event);
    }
  }

  private List<Step> steps(Side side) {
    return side == Side.ORIGINAL ? original : output;
  }

  private static Step last(List<Step> steps) {
    return steps.get(steps.size() - 1);
  }

  // ---- the program ----

  private void step(FrameEvent event) {
    Place place = place(event);
    if (place == null) {
      return;
    }
    List<Step> steps = steps(place.side());
    if (event instanceof FrameEvent.Answered || event instanceof FrameEvent.Thrown) {
      last(steps).text += FrameText.answer(event);
    } else if (place.origin() < 0 && !(event instanceof FrameEvent.Ended)) {
      last(steps).added.add(text.step(event));
    } else {
      steps.add(new Step(text.step(event)));
    }
  }

  private static @Nullable Place place(FrameEvent event) {
    if (event instanceof FrameEvent.Called called) {
      return called.place();
    } else if (event instanceof FrameEvent.Answered answered) {
      return answered.place();
    } else if (event instanceof FrameEvent.Thrown thrown) {
      return thrown.place();
    } else if (event instanceof FrameEvent.Branched branched) {
      return branched.place();
    } else if (event instanceof FrameEvent.Did did) {
      return did.place();
    } else if (event instanceof FrameEvent.Ended ended) {
      return ended.place();
    } else if (event instanceof FrameEvent.Pushed pushed) {
      return pushed.place();
    } else if (event instanceof FrameEvent.Popped popped) {
      return popped.place();
    } else if (event instanceof FrameEvent.Back back) {
      return back.place();
    } else if (event instanceof FrameEvent.Unwinding unwinding) {
      return unwinding.place();
    }
    return null;
  }

  // ---- a suspension ----

  /** Takes what belongs to a suspension; gives false for all else. */
  private boolean suspending(FrameEvent event) {
    Suspension now = suspension;
    if (event instanceof FrameEvent.Unwinding unwinding) {
      if (now == null) {
        now = new Suspension();
        suspension = now;
        last(output).suspensions.add(now);
      }
      now.parts.add(new Part(FrameText.unwinding(unwinding)));
    } else if (now == null) {
      return false;
    } else if (event instanceof FrameEvent.Unwound unwound) {
      now.last().end = FrameText.unwound(unwound);
    } else if (event instanceof FrameEvent.Rewinding rewinding) {
      now.parts.add(new Part(FrameText.rewinding(rewinding)));
    } else if (event instanceof FrameEvent.Back back) {
      back.others().forEach(held -> suspensionPart().add(FrameText.held(held), true));
    } else if (event instanceof FrameEvent.Resumed resumed) {
      now.last().end = "is at its call again, pos " + resumed.pos();
      now.isDone = resumed.pos().equals("0");
      suspension = null;
    } else {
      now.last().add(text.step(event), isImportant(event));
    }
    return true;
  }

  private Part suspensionPart() {
    return Objects.requireNonNull(suspension).last();
  }

  private static boolean isImportant(FrameEvent event) {
    Place place = place(event);
    boolean isAdded = place != null && place.origin() < 0;
    return !isAdded
        || event instanceof FrameEvent.Pushed
        || event instanceof FrameEvent.Popped
        || event instanceof FrameEvent.Ended;
  }

  // ---- printing ----

  /** Prints what was told, and what came of it. */
  void end(String difference, String expected) {
    if (format == Format.JSON) {
      ObjectNode line = JSON.createObjectNode().put("event", "end");
      out.println(line.put("difference", difference).put("expected", expected));
      out.flush();
      return;
    }
    if (!original.isEmpty()) {
      sideBySide(!difference.isEmpty());
    }
    if (difference.isEmpty()) {
      out.println("no difference any more; it was: " + expected);
    } else {
      out.println("first difference: " + difference);
      if (!difference.equals(expected)) {
        out.println("it was: " + expected);
      }
    }
    out.flush();
  }

  private void sideBySide(boolean isDifferent) {
    row("original", "output");
    row(original.get(0).text, output.isEmpty() ? "" : output.get(0).text);
    // beside what the output does not do stands what it should
    int more = isDifferent && isNormal() ? 1 : 0;
    int count = Math.max(output.size(), Math.min(original.size(), output.size() + more));
    int first = format == Format.ALL ? 1 : Math.max(1, count - STEPS);
    if (first > 1) {
      out.printf(Locale.ROOT, "  ... %,d steps that are alike; --all shows them%n", first - 1);
    }
    for (int i = 0; i < count; i++) {
      boolean isLast = i == output.size() - 1;
      if (i >= first) {
        row(text(original, i), text(output, i));
      }
      if (i < output.size() && (i >= first || i == 0)) {
        below(output.get(i), isLast && isDifferent);
      }
    }
  }

  private static String text(List<Step> steps, int i) {
    return i < steps.size() ? steps.get(i).text : "";
  }

  /** Whether the output's last step was not suspended, or came back. */
  private boolean isNormal() {
    return output.isEmpty() || last(output).suspensions.stream().allMatch(shown -> shown.isDone);
  }

  private void row(String left, String right) {
    out.printf("  %-" + WIDTH + "s | %s%n", left, right);
  }

  private void below(Step step, boolean isLast) {
    boolean all = format == Format.ALL;
    for (Suspension shown : step.suspensions) {
      List<Part> parts = shown.parts;
      for (int i = 0; i < parts.size(); i++) {
        boolean isWhole = all || (isLast && !shown.isDone && (i == 0 || i == parts.size() - 1));
        part(parts.get(i), isWhole, all ? parts.get(i).lines : parts.get(i).few);
      }
    }
    if (all) {
      step.added.forEach(line -> row("", line));
    }
  }

  private void part(Part part, boolean isWhole, List<String> lines) {
    boolean isShort = !isWhole || lines.isEmpty();
    out.println("      " + part.headline + (isShort && !part.end.isEmpty() ? ": " + part.end : ""));
    if (!isShort) {
      lines.forEach(line -> out.println("        " + line));
      if (!part.end.isEmpty()) {
        out.println("        " + part.end);
      }
    }
  }

  private void json(FrameEvent event) {
    String name = event.getClass().getSimpleName();
    ObjectNode line = JSON.createObjectNode();
    line.put("event", name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1));
    Place place = place(event);
    if (place != null) {
      line.put("instruction", text.instruction(place));
    }
    line.setAll((ObjectNode) JSON.valueToTree(event));
    out.println(line);
  }
}
