/** Shows progress on standard error. Standard output is for results. */
export interface Progress {
  /** Starts a step and ends the step before. */
  step(text: string): void;
  /** Prints a line above the current step. */
  say(text: string): void;
  /** Ends the last step and the display. */
  done(): void;
}

/** Pause between two updates of the line on a terminal. */
const updateMs = 1_000;
/** Pause between two lines of a long step if the output is not a terminal. */
const repeatMs = 30_000;

/**
 * Creates the progress display. A terminal shows only the current step, with the elapsed time. A file or a pipe gets
 * one line for each step, and another line every 30 s with the elapsed time.
 * @param out the output stream. `isTTY` says whether the stream is a terminal.
 */
export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  let current = '';
  let startedAt = Date.now();
  const clear = (): void => {
    if (out.isTTY) out.write('\r\u001b[K');
  };
  let printedAt = startedAt;
  const draw = (): void => {
    if (!current || (!out.isTTY && Date.now() - printedAt < repeatMs)) return;
    printedAt = Date.now();
    clear();
    out.write(`${current} (${elapsed(printedAt - startedAt)})${out.isTTY ? '' : '\n'}`);
  };
  const timer = setInterval(draw, updateMs).unref();
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

/** Returns a duration in words, such as `42 s` or `1 min 12 s`. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${String(seconds)} s` : `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}
