import { pino, type Logger } from 'pino';
import type { ProcessName } from './domain/names.ts';

export type { Logger };

/** Structured log of one process on standard error. Nothing secret is ever handed to it; known names are cut anyway. */
export function createLogger(process: ProcessName, level = 'info'): Logger {
  const hidden = ['token', 'proof', 'secretId', 'password', 'authorization', '*.token', '*.proof', '*.password'];
  return pino(
    { name: `airlock-${process}`, level, redact: { paths: hidden, censor: '[secret]' } },
    pino.destination(2),
  );
}
