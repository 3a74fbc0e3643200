package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads instruction sequences, plain and folded (specification 6.5), with a stack of our own: what
 * is open is a {@link Frame}, so nesting costs no Java stack.
 *
 * <p>A folded instruction's operands come before it in the binary format: its own bytes wait on
 * {@link #pending} until its parenthesis closes.
 *
 * <pre>
 *   (i32.add (local.get 0) (i32.const 1))   20 00  41 01  6A
 * </pre>
 */
final class InstructionReader {
  /** What is open. */
  private enum Kind {
    PLAIN_BLOCK,
    PLAIN_IF,
    PLAIN_ELSE,
    PLAIN_TRY,
    PLAIN_CATCH,
    PLAIN_CATCH_ALL,
    /** {@code (op operand*}: waits for operands. */
    FOLDED,
    FOLDED_BLOCK,
    /** {@code (if operand*}: waits for operands or {@code (then}. */
    FOLDED_IF,
    FOLDED_IF_THEN,
    FOLDED_IF_ELSE,
    /** {@code (try}: waits for {@code (do}. */
    FOLDED_TRY,
    FOLDED_TRY_DO,
    FOLDED_TRY_CATCH,
    FOLDED_TRY_CATCH_ALL,
    FOLDED_TRY_DELEGATE,
    /** {@code (then}, {@code (else}, {@code (do}, {@code (catch}. */
    BRANCH
  }

  private static final Set<Kind> PLAIN = EnumSet.range(Kind.PLAIN_BLOCK, Kind.PLAIN_CATCH_ALL);

  private static final class Frame {
    Kind kind;
    final int token;
    final int pendingFrom;
    final @Nullable String label;

    Frame(Kind kind, int token, int pendingFrom, @Nullable String label) {
      this.kind = kind;
      this.token = token;
      this.pendingFrom = pendingFrom;
      this.label = label;
    }
  }

  private final Cursor in;
  private final Labels labels;
  private final ImmediateReader immediates;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final ByteSink pending = new ByteSink();

  InstructionReader(Cursor in, Labels labels, ImmediateReader immediates) {
    this.in = in;
    this.labels = labels;
    this.immediates = immediates;
  }

  /** Reads instructions up to the token {@code end} and writes them with an {@code end}. */
  void expression(int end, ByteSink out) {
    while (in.position() < end) {
      switch (in.kind()) {
        case Tokens.OPEN -> open(out);
        case Tokens.CLOSE -> close(out);
        default -> plain(out);
      }
    }
    if (!frames.isEmpty()) {
      throw unfinished(frames.getLast());
    }
    out.u8(Opcodes.END);
  }

  private void push(Kind kind, int token, @Nullable String label) {
    frames.addLast(new Frame(kind, token, pending.size(), label));
  }

  private @Nullable Kind top() {
    Frame frame = frames.peekLast();
    return frame == null ? null : frame.kind;
  }

  private @Nullable String labelId() {
    return in.kind() == Tokens.ID ? in.id() : null;
  }

  private void open(ByteSink out) {
    Frame frame = frames.peekLast();
    if (frame == null) {
      folded(out);
      return;
    }
    switch (frame.kind) {
      case FOLDED_IF -> {
        if (in.skipOpen("then")) {
          flush(frame, out);
          labels.push(frame.label);
          frame.kind = Kind.FOLDED_IF_THEN;
          push(Kind.BRANCH, in.position(), null);
        } else {
          folded(out);
        }
      }
      case FOLDED_IF_THEN -> {
        in.open("else");
        out.u8(Opcodes.ELSE);
        frame.kind = Kind.FOLDED_IF_ELSE;
        push(Kind.BRANCH, in.position(), null);
      }
      case FOLDED_TRY -> {
        in.open("do");
        frame.kind = Kind.FOLDED_TRY_DO;
        push(Kind.BRANCH, in.position(), null);
      }
      case FOLDED_TRY_DO, FOLDED_TRY_CATCH -> handler(frame, out);
      case FOLDED_IF_ELSE, FOLDED_TRY_CATCH_ALL, FOLDED_TRY_DELEGATE ->
          throw in.expected("a closing parenthesis");
      default -> folded(out);
    }
  }

  /** {@code (catch tag}, {@code (catch_all} or {@code (delegate label)}. */
  private void handler(Frame frame, ByteSink out) {
    if (in.skipOpen("catch")) {
      immediates.read(Opcodes.CATCH, out);
      frame.kind = Kind.FOLDED_TRY_CATCH;
      push(Kind.BRANCH, in.position(), null);
    } else if (in.skipOpen("catch_all")) {
      out.u8(Opcodes.CATCH_ALL);
      frame.kind = Kind.FOLDED_TRY_CATCH_ALL;
      push(Kind.BRANCH, in.position(), null);
    } else if (frame.kind == Kind.FOLDED_TRY_DO && in.skipOpen("delegate")) {
      labels.pop();
      immediates.read(Opcodes.DELEGATE, out);
      in.close();
      frame.kind = Kind.FOLDED_TRY_DELEGATE;
    } else {
      throw in.expected("(catch, (catch_all or (delegate");
    }
  }

  private void folded(ByteSink out) {
    in.seek(in.position() + 1);
    int token = in.position();
    int opcode = opcode();
    switch (opcode) {
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.TRY_TABLE -> block(Kind.FOLDED_BLOCK, opcode, out);
      case Opcodes.TRY -> block(Kind.FOLDED_TRY, opcode, out);
      case Opcodes.IF -> {
        String label = labelId();
        push(Kind.FOLDED_IF, token, label);
        immediates.read(opcode, pending);
      }
      case Opcodes.ELSE, Opcodes.END, Opcodes.CATCH, Opcodes.CATCH_ALL, Opcodes.DELEGATE -> {
        in.seek(token);
        throw in.expected("an instruction");
      }
      default -> {
        push(Kind.FOLDED, token, null);
        immediates.read(opcode, pending);
      }
    }
  }

  private int opcode() {
    int token = in.position();
    String name = in.keyword("an instruction");
    int opcode = Mnemonics.opcode(name);
    if (opcode < 0) {
      in.seek(token);
      throw in.error("unknown operator " + name);
    }
    return opcode;
  }

  /** Label, block type and catch clauses; these see the labels outside of the block. */
  private void block(Kind kind, int opcode, ByteSink out) {
    int token = in.position() - 1;
    String label = labelId();
    immediates.read(opcode, out);
    labels.push(label);
    push(kind, token, label);
  }

  private void flush(Frame frame, ByteSink out) {
    out.bytes(pending.array(), frame.pendingFrom, pending.size());
    pending.truncate(frame.pendingFrom);
  }

  private void close(ByteSink out) {
    Frame frame = frames.removeLast();
    switch (frame.kind) {
      case FOLDED -> flush(frame, out);
      case FOLDED_BLOCK,
          FOLDED_IF_THEN,
          FOLDED_IF_ELSE,
          FOLDED_TRY_DO,
          FOLDED_TRY_CATCH,
          FOLDED_TRY_CATCH_ALL -> {
        out.u8(Opcodes.END);
        labels.pop();
      }
      case BRANCH, FOLDED_TRY_DELEGATE -> {}
      case FOLDED_IF -> throw in.expected("(then");
      case FOLDED_TRY -> throw in.expected("(do");
      default -> throw unfinished(frame);
    }
    in.close();
  }

  private WatException unfinished(Frame frame) {
    return in.expected("end of the block opened on line " + in.line(frame.token));
  }

  private void plain(ByteSink out) {
    Kind top = top();
    if (top != null) {
      switch (top) {
        case FOLDED, FOLDED_IF ->
            throw in.expected("a folded instruction or a closing parenthesis");
        case FOLDED_IF_THEN -> throw in.expected("(else or a closing parenthesis");
        case FOLDED_TRY -> throw in.expected("(do");
        case FOLDED_TRY_DO, FOLDED_TRY_CATCH ->
            throw in.expected("(catch or a closing parenthesis");
        case FOLDED_IF_ELSE, FOLDED_TRY_CATCH_ALL, FOLDED_TRY_DELEGATE ->
            throw in.expected("a closing parenthesis");
        default -> {}
      }
    }
    int token = in.position();
    int opcode = opcode();
    switch (opcode) {
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.TRY_TABLE -> block(Kind.PLAIN_BLOCK, opcode, out);
      case Opcodes.IF -> block(Kind.PLAIN_IF, opcode, out);
      case Opcodes.TRY -> block(Kind.PLAIN_TRY, opcode, out);
      case Opcodes.ELSE, Opcodes.CATCH, Opcodes.CATCH_ALL -> next(opcode, token, out);
      case Opcodes.DELEGATE -> {
        check(top == Kind.PLAIN_TRY, token);
        frames.removeLast();
        labels.pop();
        immediates.read(opcode, out);
      }
      case Opcodes.END -> {
        check(top != null && PLAIN.contains(top), token);
        repeatedLabel();
        frames.removeLast();
        labels.pop();
        out.u8(opcode);
      }
      default -> immediates.read(opcode, out);
    }
  }

  /** The next branch of a plain {@code if} or {@code try}. */
  private void next(int opcode, int token, ByteSink out) {
    Frame frame = frames.peekLast();
    Kind top = frame == null ? Kind.BRANCH : frame.kind;
    Kind next;
    if (opcode == Opcodes.ELSE) {
      check(top == Kind.PLAIN_IF, token);
      next = Kind.PLAIN_ELSE;
    } else {
      check(top == Kind.PLAIN_TRY || top == Kind.PLAIN_CATCH, token);
      next = opcode == Opcodes.CATCH ? Kind.PLAIN_CATCH : Kind.PLAIN_CATCH_ALL;
    }
    immediates.read(opcode, out);
    if (opcode == Opcodes.ELSE) {
      repeatedLabel();
    }
    if (frame != null) {
      frame.kind = next;
    }
  }

  private void check(boolean fits, int token) {
    if (!fits) {
      in.seek(token);
      throw in.expected("an instruction");
    }
  }

  /** The label that may be repeated behind {@code else} and {@code end}. */
  private void repeatedLabel() {
    if (in.kind() != Tokens.ID) {
      return;
    }
    int token = in.position();
    if (!in.id().equals(labels.innermost())) {
      in.seek(token);
      throw in.expected("the block's own label (mismatching label)");
    }
  }
}
