/** The ids by which log lines and spans of an incident are found. */
export interface LogContext {
  /** Trace id of the incident, 32 hex digits. */
  trace: string;
  /** Id of the incident. Absent until the alerts have been routed to an incident. */
  incident?: string;
}

/** Length limit of each id in a log line, characters. */
const maxIdLength = 200;

/**
 * Reads the log context from the input of a workflow or an activity. The input has the form `{incident: {id, trace}}`
 * or `{incident, trace}`.
 * @returns undefined if the input has another form or an id is too long. Any client of Temporal can send such input.
 */
export function logContextOf(input: unknown): LogContext | undefined {
  const { incident, trace } = fieldsOf(input);
  if (typeof incident === 'string') return contextFrom(incident, trace);
  const identity = fieldsOf(incident);
  return contextFrom(identity['id'], identity['trace']);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function contextFrom(incident: unknown, trace: unknown): LogContext | undefined {
  if (typeof incident !== 'string' || typeof trace !== 'string') return undefined;
  return incident.length <= maxIdLength && trace.length <= maxIdLength ? { incident, trace } : undefined;
}
