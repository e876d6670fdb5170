/** What a piece of work is done for: the trace id that ties everything about an incident together, and its incident. */
export interface About {
  /** 32 hex digits, made at intake. */
  trace: string;
  /** Not known yet where alerts were only just taken in. */
  incident?: string;
}

const longest = 200;

/**
 * Finds in the input of a workflow or an activity what it is about: `{incident: {id, trace}}` or `{incident, trace}`.
 * Whoever can write to a task queue can send anything, so anything is looked at.
 */
export function aboutOf(input: unknown): About | undefined {
  const { incident, trace } = fieldsOf(input);
  if (typeof incident === 'string') return checked(incident, trace);
  const inner = fieldsOf(incident);
  return checked(inner['id'], inner['trace']);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function checked(incident: unknown, trace: unknown): About | undefined {
  if (typeof incident !== 'string' || typeof trace !== 'string') return undefined;
  return incident.length <= longest && trace.length <= longest ? { incident, trace } : undefined;
}
