import { pino, type Logger } from 'pino';

export type { Logger };

/** Members that the log never shows. No caller passes a secret to the log; this is the second barrier. */
const redactedPaths = ['token', 'secretId', 'password', 'authorization', '*.token', '*.password'];

/** Structured log of one Airlock process on standard error. `process` is the process name, such as `gateway`. */
export function createLogger(process: string, level = 'info'): Logger {
  return pino(
    { name: `airlock-${process}`, level, redact: { paths: redactedPaths, censor: '[secret]' } },
    pino.destination(2),
  );
}
