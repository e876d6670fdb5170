import { styleText } from 'node:util';

/** Styles and their meanings: bold is a heading, green is good, red is wrong, yellow needs attention. */
export type Style = 'bold' | 'green' | 'red' | 'yellow';

/** The terminal, file or pipe for which text is rendered. */
export interface Terminal {
  /** Characters per line; undefined for a file or a pipe, in which lines may have any length. */
  columns: number | undefined;
  style(style: Style, text: string): string;
}

/** Describes a file or a pipe: there are no colours, and no line is shortened. */
export const plainTerminal: Terminal = { columns: undefined, style: (_style, text) => text };

/**
 * Describes the terminal of a stream. `styleText` obeys NO_COLOR and FORCE_COLOR, and omits colours if the stream is
 * not a TTY.
 */
export function terminalOf(stream: NodeJS.WriteStream): Terminal {
  return {
    // Some pseudo-terminals report 0 columns, which means that their size is not known.
    columns: stream.isTTY && stream.columns > 0 ? stream.columns : undefined,
    style: (style, text) => styleText(style, text, { stream }),
  };
}
