import { styleText } from 'node:util';

/** The styles in use; each says one thing: a heading, what is well, what is wrong, what needs attention. */
export type Style = 'bold' | 'green' | 'red' | 'yellow';

/** The screen that text is made for. */
export interface Terminal {
  /** Characters per line; undefined for a file or a pipe, where lines may be of any length. */
  columns: number | undefined;
  style(style: Style, text: string): string;
}

/** A file or a pipe: no colours, no line is shortened. */
export const plainTerminal: Terminal = { columns: undefined, style: (_style, text) => text };

/** A stream as it is: `styleText` obeys NO_COLOR and FORCE_COLOR, and leaves colours out where the stream is no TTY. */
export function terminalOf(stream: NodeJS.WriteStream): Terminal {
  return {
    // Some pseudo-terminals report 0 columns: their size is not known.
    columns: stream.isTTY && stream.columns > 0 ? stream.columns : undefined,
    style: (style, text) => styleText(style, text, { stream }),
  };
}
