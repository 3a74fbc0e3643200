package dev.bysync.cli;

import dev.bysync.verify.frame.FrameEvent;
import dev.bysync.verify.frame.FrameEvent.Place;
import dev.bysync.verify.frame.FrameEvent.Room;
import dev.bysync.verify.frame.FrameEvent.Side;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.text.InstructionText;
import java.util.List;

/** What a frame does, in words: each with its offset and the instruction. */
final class FrameText {
  private final InstructionText original;
  private final InstructionText output;

  FrameText(Module original, Module output) {
    this.original = new InstructionText(original);
    this.output = new InstructionText(output);
  }

  private InstructionText of(Side side) {
    return side == Side.ORIGINAL ? original : output;
  }

  /** The instruction in the text format. */
  String instruction(Place place) {
    return of(place.side()).at(place.function(), place.offset());
  }

  /** The function that is entered, with its arguments. */
  String entered(FrameEvent.Entered entered) {
    String name = of(entered.side()).function(entered.function());
    return "function %d%s %s"
        .formatted(
            entered.function(),
            name.startsWith("$") ? " " + name : "", // else it is the number
            list(entered.arguments()));
  }

  private String at(Place place) {
    return "0x%-5x %s".formatted(place.offset(), instruction(place));
  }

  private static String list(List<String> values) {
    return "(" + String.join(", ", values) + ")";
  }

  /** An instruction that was executed; empty for an event that is none. */
  String step(FrameEvent event) {
    if (event instanceof FrameEvent.Called called) {
      return at(called.place()) + " " + list(called.arguments());
    } else if (event instanceof FrameEvent.Branched branched) {
      return "%s (%s): %s"
          .formatted(at(branched.place()), branched.condition(), branched.direction());
    } else if (event instanceof FrameEvent.Did did) {
      return at(did.place()) + " " + list(did.operands());
    } else if (event instanceof FrameEvent.Ended ended) {
      String results = ended.results().isEmpty() ? "" : " " + list(ended.results());
      return at(ended.place()) + ": " + ended.how() + results;
    } else if (event instanceof FrameEvent.Pushed pushed) {
      return "%s: %s into the frame, at %d"
          .formatted(at(pushed.place()), pushed.value(), pushed.at());
    } else if (event instanceof FrameEvent.Popped popped) {
      return "%s: %s out of the frame, from %d"
          .formatted(at(popped.place()), popped.value(), popped.at());
    }
    return "";
  }

  /** How a call is answered: what is added to the call's line; empty for another event. */
  static String answer(FrameEvent event) {
    if (event instanceof FrameEvent.Answered answered) {
      return answered.results().isEmpty() ? "" : " gives " + String.join(", ", answered.results());
    } else if (event instanceof FrameEvent.Thrown thrown) {
      return thrown.tag() < 0
          ? " throws what is not the module's"
          : " throws an exception of tag " + thrown.tag();
    }
    return "";
  }

  static String unwinding(FrameEvent.Unwinding unwinding) {
    return "unwinds in a stack that " + room(unwinding.room());
  }

  private static String room(Room room) {
    return switch (room) {
      case AMPLE -> "has room to spare";
      case TOO_SMALL -> "lacks a byte";
      case AT_THE_END -> "ends where all addresses end";
      case EXACT -> "is as large as the frame";
    };
  }

  static String unwound(FrameEvent.Unwound unwound) {
    return "has %s, pos %s".formatted(unwound.how(), unwound.pos());
  }

  static String rewinding(FrameEvent.Rewinding rewinding) {
    return "is called again to rewind, with " + list(rewinding.arguments());
  }

  static String held(FrameEvent.Held held) {
    return "%s is %s and was %s: %s"
        .formatted(
            held.name(), held.is(), held.was(), held.isLive() ? "live, so it is lost" : "not used");
  }
}
