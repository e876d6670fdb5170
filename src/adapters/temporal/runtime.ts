import { Runtime, type LogEntry } from '@temporalio/worker';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Logger } from '../../platform/logger.ts';

const levels = { TRACE: 'debug', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;

/**
 * Makes Temporal's SDK write to the log of the process. The process handles SIGINT and SIGTERM itself, so the SDK must
 * not. Call this function once, before the first worker is created.
 */
export function installRuntime(log: Logger): void {
  const write = ({ level, message, meta }: Pick<LogEntry, 'level' | 'message' | 'meta'>): void => {
    const { workflowId, activityType, incident, trace, error } = (meta ?? {}) as Record<string, unknown>;
    const problem = error instanceof Error ? error.message : undefined;
    log[levels[level]]({ workflowId, activityType, incident, trace, problem }, message);
  };
  const at = (level: LogEntry['level']) => (message: string, meta?: LogEntry['meta']) => {
    write(omitUndefined({ level, message, meta }));
  };
  Runtime.install({
    shutdownSignals: [],
    logger: {
      log: (level, message, meta) => at(level)(message, meta),
      trace: at('TRACE'),
      debug: at('DEBUG'),
      info: at('INFO'),
      warn: at('WARN'),
      error: at('ERROR'),
    },
  });
}
