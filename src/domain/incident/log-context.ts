/**
 * The incident that a piece of work belongs to, and the incident's trace id. Every log line and span of the work has both.
 */
export interface LogContext {
  /** 32 hex digits. Intake creates it. */
  trace: string;
  /** Absent until intake has found out which incident the alerts belong to. */
  incident?: string;
}

/** Longest id that may be written to the log, characters. */
const maxIdLength = 200;

/**
 * Reads the log context from the input of a workflow or an activity: `{incident: {id, trace}}` or `{incident, trace}`.
 * A client of the task queue can send any other value. For such a value, returns undefined.
 */
export function logContextOf(input: unknown): LogContext | undefined {
  const { incident, trace } = fieldsOf(input);
  if (typeof incident === 'string') return checked(incident, trace);
  const inner = fieldsOf(incident);
  return checked(inner['id'], inner['trace']);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function checked(incident: unknown, trace: unknown): LogContext | undefined {
  if (typeof incident !== 'string' || typeof trace !== 'string') return undefined;
  return incident.length <= maxIdLength && trace.length <= maxIdLength ? { incident, trace } : undefined;
}
