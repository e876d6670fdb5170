import { styleText } from 'node:util';

/** `bold`: a heading. `green`: good. `red`: a problem. `yellow`: needs attention. */
export type Style = 'bold' | 'green' | 'red' | 'yellow';

/** The terminal, file or pipe for which text is rendered. */
export interface Terminal {
  /** Width of a line. Undefined for a file, a pipe, or a terminal of unknown width: no text is cut or wrapped. */
  columns: number | undefined;
  /** Adds a style to a text. Returns the text unchanged if the output has no styles. */
  style(style: Style, text: string): string;
}

/** A file or a pipe: text has no style, and no text is cut or wrapped. */
export const plainTerminal: Terminal = { columns: undefined, style: (_style, text) => text };

/**
 * Returns the terminal, file or pipe of a stream. `styleText` adds styles only if the stream is a TTY. The environment
 * variables NO_COLOR and FORCE_COLOR override this.
 */
export function terminalOf(stream: NodeJS.WriteStream): Terminal {
  return {
    // Some pseudo-terminals report 0 columns if their width is not known.
    columns: stream.isTTY && stream.columns > 0 ? stream.columns : undefined,
    style: (style, text) => styleText(style, text, { stream }),
  };
}
