import { Runtime, type LogEntry } from '@temporalio/worker';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Logger } from '../../platform/logger.ts';

/**
 * For each log level of Temporal's SDK: the level in the log of the process. `INFO` becomes `debug`, so the log of the
 * process does not show these lines by default.
 */
const logLevels = { TRACE: 'debug', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;

/**
 * Makes Temporal's SDK write to the log of the process. Turns off the SDK's signal handlers, because Airlock handles
 * SIGINT and SIGTERM. Call this function once, before the first worker is created.
 */
export function installRuntime(log: Logger): void {
  const write = ({ level, message, meta }: Pick<LogEntry, 'level' | 'message' | 'meta'>): void => {
    const { workflowId, activityType, incident, trace, error } = (meta ?? {}) as Record<string, unknown>;
    const problem = error instanceof Error ? error.message : undefined;
    log[logLevels[level]]({ workflowId, activityType, incident, trace, problem }, message);
  };
  const writeAt = (level: LogEntry['level']) => (message: string, meta?: LogEntry['meta']) => {
    write(omitUndefined({ level, message, meta }));
  };
  Runtime.install({
    shutdownSignals: [],
    logger: {
      log: (level, message, meta) => writeAt(level)(message, meta),
      trace: writeAt('TRACE'),
      debug: writeAt('DEBUG'),
      info: writeAt('INFO'),
      warn: writeAt('WARN'),
      error: writeAt('ERROR'),
    },
  });
}
