/** Tells people what is going on; on standard error, so that standard output stays for results. */
export interface Progress {
  /** A step began; it lasts until the next begins or all are done. */
  step(text: string): void;
  /** A line that stays. */
  say(text: string): void;
  done(): void;
}

const everyMs = 1_000;

/**
 * On a terminal one live line with the time spent on the step; elsewhere one plain line per step.
 * @param out where to; a terminal is recognised by `isTTY`.
 */
export function createProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  let current = '';
  let since = Date.now();
  const clear = (): void => {
    if (out.isTTY) out.write('\r\u001b[K');
  };
  const draw = (): void => {
    if (!out.isTTY || !current) return;
    clear();
    out.write(`${current} (${Math.round((Date.now() - since) / 1000)} s)`);
  };
  const timer = setInterval(draw, everyMs).unref();
  return {
    step(text) {
      current = text;
      since = Date.now();
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
