import { pino, type Logger } from 'pino';

/** A structured log: one JSON object for each line. */
export type { Logger };

/**
 * The log shows `[secret]` in place of the values of these fields. Callers must not log secrets. This list catches only
 * some mistakes.
 */
const redactedPaths = ['token', 'secretId', 'password', 'authorization', '*.token', '*.password'];

/**
 * Creates the log of an Airlock process. The log goes to standard error.
 * @param processName for example `gateway`.
 */
export function createLogger(processName: string, level = 'info'): Logger {
  return pino(
    { name: `airlock-${processName}`, level, redact: { paths: redactedPaths, censor: '[secret]' } },
    pino.destination(2),
  );
}
