import { plainTerminal, terminalOf, type Terminal } from './terminal.ts';

/** The values of `--output`. `table`: text for people. `wide`: text with more details. `json`: JSON for programs. */
export const outputFormats = ['table', 'wide', 'json'] as const;
/** One value of `--output`. */
export type OutputFormat = (typeof outputFormats)[number];

/** How a command lays out text for people. */
export interface View {
  terminal: Terminal;
  /** True if the text also contains more details, such as trace ids. */
  wide: boolean;
}

/** The layout for a file or a pipe, without the details of `wide`. */
export const plainView: View = { terminal: plainTerminal, wide: false };

/** Where a command prints its result, and in which format. */
export interface Output {
  format: OutputFormat;
  terminal: Terminal;
  write: (text: string) => void;
}

/** Returns an Output that prints on standard output. */
export function standardOutput(format: OutputFormat): Output {
  return { format, terminal: terminalOf(process.stdout), write: (text) => void process.stdout.write(text) };
}

/** Prints a value. Format `json` prints exactly one document. Other formats print the lines that `render` returns. */
export function print<T>(output: Output, value: T, render: (value: T, view: View) => string[]): void {
  const { format, terminal, write } = output;
  if (format === 'json') return write(`${asciiJson(value, 2)}\n`);
  for (const line of render(value, { terminal, wide: format === 'wide' })) write(`${line}\n`);
}

/**
 * Returns JSON that contains only printable ASCII and line breaks. All other characters become `\u` escapes, so
 * untrusted text cannot control a terminal.
 * @param indent spaces per level. Without `indent`, the JSON is one line.
 */
export function asciiJson(value: unknown, indent?: number): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, undefined, indent).replace(/[^\x20-\x7e\n]/g, escape);
}
