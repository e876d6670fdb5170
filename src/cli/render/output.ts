import { plainTerminal, terminalOf, type Terminal } from './terminal.ts';

/** What `--output` takes: a table for people, the same with more columns, or one JSON document for programs. */
export const outputFormats = ['table', 'wide', 'json'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** How text for people is laid out. */
export interface View {
  terminal: Terminal;
  /** With digests, hashes and trace ids. */
  wide: boolean;
}

/** For a file or a pipe, and short. */
export const plainView: View = { terminal: plainTerminal, wide: false };

/** Where a listing goes, and in which form. */
export interface Output {
  format: OutputFormat;
  terminal: Terminal;
  write: (text: string) => void;
}

/** Standard output in the given form. */
export function standardOutput(format: OutputFormat): Output {
  return { format, terminal: terminalOf(process.stdout), write: (text) => void process.stdout.write(text) };
}

/** Prints a value: with `json` as exactly one document, else as the lines that `render` makes of it. */
export function print<T>(output: Output, value: T, render: (value: T, view: View) => string[]): void {
  const { format, terminal, write } = output;
  if (format === 'json') return write(`${asciiJson(value, 2)}\n`);
  for (const line of render(value, { terminal, wide: format === 'wide' })) write(`${line}\n`);
}

/**
 * JSON in ASCII alone: other characters are written as `\u` escapes, so that text from outside cannot act on a terminal.
 * A parser reads the same value.
 */
export function asciiJson(value: unknown, indent?: number): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, undefined, indent).replace(/[^\x20-\x7e\n]/g, escape);
}
