import { pino, type Logger } from 'pino';

/** The structured log of a process: pino's, one JSON object per line. */
export type { Logger };

/** The log shows `[secret]` in place of these members. Callers must not log secrets; this list only limits mistakes. */
const redactedPaths = ['token', 'secretId', 'password', 'authorization', '*.token', '*.password'];

/**
 * Creates the structured log of one Airlock process on standard error.
 * @param process name of the process, such as `gateway`.
 */
export function createLogger(process: string, level = 'info'): Logger {
  return pino(
    { name: `airlock-${process}`, level, redact: { paths: redactedPaths, censor: '[secret]' } },
    pino.destination(2),
  );
}
