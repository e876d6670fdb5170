/** Shows which step of a long command is running. */
export interface Progress {
  /** Starts a step. The previous step ends. */
  step(text: string): void;
  /** Prints a line. On a terminal the line appears above the current step. */
  say(text: string): void;
  /** Ends the current step. After that, do not call `step`. */
  done(): void;
}

/** On a terminal: time between two updates of the current step. */
const updateMs = 1_000;
/** In a file or pipe: time between two lines about one step. */
const repeatMs = 30_000;

/**
 * Creates the progress display. On a terminal the last line shows the current step and how long this step has run. A
 * file or pipe gets a line when a step starts, and every 30 s a line with the time that the step has run.
 * @param out standard error by default, because standard output is for results.
 */
export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  let current = '';
  let startedAt = Date.now();
  const clearLine = (): void => {
    if (out.isTTY) out.write('\r\u001b[K');
  };
  let printedAt = startedAt;
  const draw = (): void => {
    if (!current || (!out.isTTY && Date.now() - printedAt < repeatMs)) return;
    printedAt = Date.now();
    clearLine();
    out.write(`${current} (${formatDuration(printedAt - startedAt)})${out.isTTY ? '' : '\n'}`);
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
      clearLine();
      out.write(`${text}\n`);
      draw();
    },
    done() {
      clearInterval(timer);
      clearLine();
      current = '';
    },
  };
}

/** Formats a duration, such as `42 s` or `1 min 12 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${String(seconds)} s` : `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}
