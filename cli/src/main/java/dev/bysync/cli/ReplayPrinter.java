package dev.bysync.cli;

import dev.bysync.verify.ReplayEvent;
import dev.bysync.verify.Reproducer;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.text.InstructionText;
import java.io.PrintWriter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Prints a replay as it goes on, a line an event: for people, or as JSON. */
final class ReplayPrinter implements Consumer<ReplayEvent> {
  private final PrintWriter out;
  private final SiteText text;
  private final InstructionText original;
  private final InstructionText output;
  private final boolean json;

  /**
   * @param json a JSON object a line
   */
  ReplayPrinter(PrintWriter out, ModulePair pair, boolean json) {
    this.out = out;
    text = new SiteText(pair.original());
    original = new InstructionText(Module.read(pair.original()));
    output = new InstructionText(Module.read(pair.transformed()));
    this.json = json;
  }

  @Override
  public void accept(ReplayEvent event) {
    if (json) {
      out.println(json(event));
    } else {
      print(event);
    }
  }

  private void print(ReplayEvent event) {
    if (event instanceof ReplayEvent.Called called) {
      out.printf("%s %s%n", called.call() < 0 ? "make" : "call " + called.call(), called.text());
    } else if (event instanceof ReplayEvent.WentOn wentOn) {
      out.printf("go on with call %d %s%n", wentOn.call(), wentOn.text());
    } else if (event instanceof ReplayEvent.PutAside aside) {
      out.printf("  call %d is put aside%n", aside.call());
    } else if (event instanceof ReplayEvent.HostCalled host) {
      out.printf("  host call %d: %s%n", host.hostCall(), host.text());
    } else if (event instanceof ReplayEvent.Forced forced) {
      out.printf("  made to suspend, at arrival %d:%n", forced.arrival() + 1);
      out.printf("    original 0x%-6x %s%n", forced.site().offset(), original(forced));
      out.printf("    output   0x%-6x %s%n", forced.outputOffset(), output(forced));
    } else if (event instanceof ReplayEvent.Parted parted) {
      out.printf("%d calls of sites are the same in both; then%n", parted.same());
      out.printf("  original %s%n", next(parted.original()));
      out.printf("  output   %s%n", next(parted.output()));
    } else if (event instanceof ReplayEvent.Unwinding unwinding) {
      out.printf(
          "    unwind from %s, pos 0x%x, end 0x%x%n",
          unwinding.function(), unwinding.pos(), unwinding.end());
    } else if (event instanceof ReplayEvent.Unwound unwound) {
      out.printf("    unwound, pos 0x%x: %d bytes%n", unwound.pos(), unwound.bytes());
      unwound.sites().forEach(site -> out.printf("      %s%n", text.of(site)));
    } else if (event instanceof ReplayEvent.Rewinding rewinding) {
      out.printf("    rewind, pos 0x%x%n", rewinding.pos());
    } else if (event instanceof ReplayEvent.Resumed resumed) {
      out.printf("    resumed in %s, pos 0x%x%n", resumed.function(), resumed.pos());
    } else if (event instanceof ReplayEvent.Ended ended) {
      out.printf("  %s%n", ended.text());
    }
  }

  private String original(ReplayEvent.Forced forced) {
    return original.at(forced.site().function(), forced.site().offset());
  }

  /** A call names no local, so that it doesn't matter which function it is in. */
  private String output(ReplayEvent.Forced forced) {
    return output.at(forced.site().function(), forced.outputOffset());
  }

  private String next(Reproducer.@Nullable Site site) {
    return site == null ? "no more" : text.of(site);
  }

  private Json json(ReplayEvent event) {
    Json line = new Json().open('{').name("event");
    if (event instanceof ReplayEvent.Called called) {
      line.value("called").name("call").value(called.call()).name("text").value(called.text());
    } else if (event instanceof ReplayEvent.WentOn wentOn) {
      line.value("wentOn").name("call").value(wentOn.call()).name("text").value(wentOn.text());
    } else if (event instanceof ReplayEvent.PutAside aside) {
      line.value("putAside").name("call").value(aside.call());
    } else if (event instanceof ReplayEvent.HostCalled host) {
      line.value("hostCalled").name("hostCall").value(host.hostCall());
      line.name("text").value(host.text());
    } else if (event instanceof ReplayEvent.Forced forced) {
      line.value("forced").name("site").value(text.of(forced.site()));
      line.name("offset").value(forced.site().offset());
      line.name("instruction").value(original(forced));
      line.name("outputOffset").value(forced.outputOffset());
      line.name("outputInstruction").value(output(forced));
      line.name("arrival").value(forced.arrival());
    } else if (event instanceof ReplayEvent.Parted parted) {
      line.value("parted").name("same").value(parted.same());
      line.name("original").value(next(parted.original()));
      line.name("output").value(next(parted.output()));
    } else if (event instanceof ReplayEvent.Unwinding unwinding) {
      line.value("unwinding").name("function").value(unwinding.function());
      line.name("pos").value(unwinding.pos()).name("end").value(unwinding.end());
    } else if (event instanceof ReplayEvent.Unwound unwound) {
      line.value("unwound").name("pos").value(unwound.pos()).name("bytes").value(unwound.bytes());
      line.name("sites").open('[');
      unwound.sites().forEach(site -> line.value(text.of(site)));
      line.close(']');
    } else if (event instanceof ReplayEvent.Rewinding rewinding) {
      line.value("rewinding").name("pos").value(rewinding.pos());
    } else if (event instanceof ReplayEvent.Resumed resumed) {
      line.value("resumed").name("function").value(resumed.function());
      line.name("pos").value(resumed.pos());
    } else if (event instanceof ReplayEvent.Ended ended) {
      line.value("ended").name("call").value(ended.call()).name("text").value(ended.text());
    }
    return line.close('}');
  }

  /** The last line: what came of it. */
  void end(String difference, String expected) {
    if (json) {
      Json line = new Json().open('{').name("event").value("end");
      line.name("difference").value(difference).name("expected").value(expected);
      out.println(line.close('}'));
    } else if (difference.isEmpty()) {
      out.println("no difference any more; it was: " + expected);
    } else {
      out.println("first difference: " + difference);
      if (!difference.equals(expected)) {
        out.println("it was: " + expected);
      }
    }
    out.flush();
  }
}
