import { pino, type Logger } from 'pino';
import { cutSecrets } from '../lib/secrets/cut-secrets.ts';

/** A structured log: one JSON object for each line. */
export type { Logger };

/**
 * The log shows `[secret]` in place of the values of these fields. Callers must not log secrets. This list, and the
 * removal of secrets from all texts, catch only some mistakes.
 */
const redactedPaths = ['token', 'secretId', 'password', 'authorization', '*.token', '*.password'];

/**
 * Creates the log of an Airlock process. The log goes to standard error.
 * @param processName for example `gateway`.
 */
export function createLogger(processName: string, level = 'info'): Logger {
  return pino(
    {
      name: `airlock-${processName}`,
      level,
      redact: { paths: redactedPaths, censor: '[secret]' },
      formatters: { log: withoutSecrets },
    },
    pino.destination(2),
  );
}

/** Errors of libraries and of other servers are logged in fields such as `problem`, and can quote anything. */
function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? cutSecrets(value) : value]),
  );
}
