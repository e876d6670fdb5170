/** Shows progress on standard error. Standard output is for results. */
export interface Progress {
  /** Starts a step. It lasts until the next step or `done`. */
  step(text: string): void;
  /** Prints a line. */
  say(text: string): void;
  done(): void;
}

const everyMs = 1_000;
/** How often a long step prints a line if the output is not a terminal. */
const plainEveryMs = 30_000;

/**
 * On a terminal: one line that is updated with the elapsed time. Elsewhere: one line per step, and another every 30 s.
 * @param out Output stream; `isTTY` marks a terminal.
 */
export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  let current = '';
  let since = Date.now();
  const clear = (): void => {
    if (out.isTTY) out.write('\r\u001b[K');
  };
  let said = since;
  const draw = (): void => {
    if (!current || (!out.isTTY && Date.now() - said < plainEveryMs)) return;
    said = Date.now();
    clear();
    out.write(`${current} (${elapsed(said - since)})${out.isTTY ? '' : '\n'}`);
  };
  const timer = setInterval(draw, everyMs).unref();
  return {
    step(text) {
      current = text;
      since = said = Date.now();
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

/** `42 s`, `1 min 12 s`. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${String(seconds)} s` : `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}
