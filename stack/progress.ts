/** Shows progress on standard error. Standard output is for results. */
export interface Progress {
  /** Starts a step and ends the one before. */
  step(text: string): void;
  /** Prints a line above the current step. */
  say(text: string): void;
  /** Ends the last step. */
  done(): void;
}

const everyMs = 1_000;
/** Pause between two lines of a long step if the output is not a terminal. */
const plainEveryMs = 30_000;

/**
 * Creates the progress display. On a terminal there is one line, and it shows the elapsed time. In a file or a pipe there
 * is one line for each step, and another line every 30 s.
 * @param out the output stream; its `isTTY` says whether it is a terminal.
 */
export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  let current = '';
  let startedAt = Date.now();
  const clear = (): void => {
    if (out.isTTY) out.write('\r\u001b[K');
  };
  let printedAt = startedAt;
  const draw = (): void => {
    if (!current || (!out.isTTY && Date.now() - printedAt < plainEveryMs)) return;
    printedAt = Date.now();
    clear();
    out.write(`${current} (${elapsed(printedAt - startedAt)})${out.isTTY ? '' : '\n'}`);
  };
  const timer = setInterval(draw, everyMs).unref();
  return {
    step(text) {
      current = text;
      startedAt = printedAt = Date.now();
      if (out.isTTY) draw();
      else out.write(`${text}\n`);
    },
    say(text) {
      clear();
      out.write(`${text}\n`);
      draw();
    },
    done() {
      clearInterval(timer);
      clear();
      current = '';
    },
  };
}

/** A duration in words, such as `42 s` or `1 min 12 s`. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${String(seconds)} s` : `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}
