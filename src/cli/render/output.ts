import { plainTerminal, terminalOf, type Terminal } from './terminal.ts';

/** The values of `--output`: a table for people, a table with more columns, or one JSON document for programs. */
export const outputFormats = ['table', 'wide', 'json'] as const;
/** One value of `--output`. */
export type OutputFormat = (typeof outputFormats)[number];

/** The layout of text for people. */
export interface View {
  terminal: Terminal;
  /** True to show digests, hashes and trace ids too. */
  wide: boolean;
}

/** The layout for a file or a pipe, without digests and trace ids. */
export const plainView: View = { terminal: plainTerminal, wide: false };

/** Destination and format of a listing. */
export interface Output {
  format: OutputFormat;
  terminal: Terminal;
  write: (text: string) => void;
}

/** Returns an Output that prints on standard output. */
export function standardOutput(format: OutputFormat): Output {
  return { format, terminal: terminalOf(process.stdout), write: (text) => void process.stdout.write(text) };
}

/** Prints a value: as exactly one document in format `json`, otherwise as the lines that `render` returns. */
export function print<T>(output: Output, value: T, render: (value: T, view: View) => string[]): void {
  const { format, terminal, write } = output;
  if (format === 'json') return write(`${asciiJson(value, 2)}\n`);
  for (const line of render(value, { terminal, wide: format === 'wide' })) write(`${line}\n`);
}

/**
 * Returns JSON in ASCII only. All other characters become `\u` escapes, so untrusted text cannot control a terminal.
 * Parsing this JSON gives the original value.
 */
export function asciiJson(value: unknown, indent?: number): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, undefined, indent).replace(/[^\x20-\x7e\n]/g, escape);
}
