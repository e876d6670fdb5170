import type { ProgramName } from './table.ts';

/** Every program that a stack starts, found or built. */
export interface Parts {
  /** Absolute path. */
  program(name: ProgramName): string;
}
