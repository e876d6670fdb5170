import { decisionSchema, type Decision } from '../domain/approval/decision.ts';
import type { Digest } from '../lib/digest.ts';
import { editSchema, type AdmittedEdit, type Edit } from '../domain/approval/edit.ts';
import { AirlockError, type ErrorBody } from '../lib/error.ts';
import type { IncidentView } from '../domain/incident/incident-view.ts';
import type { JournalRecord } from '../domain/journal/journal.ts';
import { askableSchema, type Askable } from '../domain/plan/playbook.ts';
import type { DecisionAnswer } from '../domain/ports.ts';
import { provenRequestSchema, type ProvenRequest } from '../domain/approval/request.ts';
import type { SystemStatus } from '../domain/incident/system-status.ts';
import type { Secret } from '../platform/secret.ts';
import { readEvents, type StreamEvent } from './event-stream.ts';

const answerWithinMs = 40_000;

/** What of an incident is kept by digest. */
export type DocumentKind = 'dossiers' | 'reports' | 'evidence';

/** The API of `airlock serve`, as an operator uses it. Every method throws AirlockError with the API's own words. */
export interface ApiClient {
  incidents(): Promise<IncidentView[]>;
  incident(id: string): Promise<IncidentView>;
  journal(id: string): Promise<JournalRecord[]>;
  /** The exact stored bytes: recompute the digest before believing them. */
  document(incident: string, kind: DocumentKind, digest: Digest): Promise<Uint8Array>;
  /** Signed note of the latest checkpoint. */
  checkpoint(): Promise<string>;
  inclusion(seq: number, size: number): Promise<{ entry: string; proof: string[] }>;
  consistency(first: number, second: number): Promise<{ proof: string[] }>;
  /** Bundle of up to 256 entries, `index` from 0. */
  entries(index: number, size: number): Promise<Uint8Array>;
  decide(incident: string, decision: Decision): Promise<DecisionAnswer>;
  /** What can be asked for, and where. */
  askable(): Promise<Askable>;
  /** @throws AirlockError `request-refused`, `bad-input`. */
  request(request: ProvenRequest): Promise<{ incident: string }>;
  /** @throws AirlockError `edit-refused`, `no-open-dossier`. */
  edit(incident: string, edit: Edit): Promise<AdmittedEdit>;
  status(): Promise<SystemStatus>;
  /** Records as they come, after a place in the journal or from now on, until the connection breaks or `signal` aborts. */
  events(wanted: WantedEvents): Promise<AsyncIterable<StreamEvent>>;
}

/** Which records a stream is asked for. */
export interface WantedEvents {
  incident?: string | undefined;
  /** Id of the last event that was seen. */
  after?: string | undefined;
  signal: AbortSignal;
}

/** @param token operator's bearer token, from its 0600 file. */
export function createApiClient(url: string, token: Secret): ApiClient {
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { authorization: `Bearer ${token.reveal()}`, 'content-type': 'application/json' };
    const signal = init.signal ?? AbortSignal.timeout(answerWithinMs);
    const response = await fetch(new URL(path, url), { ...init, headers, signal, redirect: 'error' }).catch(
      unreachable(url),
    );
    if (!response.ok) throw await errorOf(response);
    return response;
  };
  const json = async <T>(path: string): Promise<T> => (await (await call(path)).json()) as T;
  const bytes = async (path: string): Promise<Uint8Array> => new Uint8Array(await (await call(path)).arrayBuffer());
  const post = async <T>(path: string, value: object): Promise<T> =>
    (await (await call(path, { method: 'POST', body: JSON.stringify(value) })).json()) as T;
  const of = (incident: string): string => `/v1/incidents/${encodeURIComponent(incident)}`;
  return {
    incidents: () => json('/v1/incidents'),
    incident: (id) => json(of(id)),
    journal: (id) => json(`${of(id)}/journal`),
    status: () => json('/v1/status'),
    document: (incident, kind, digest) => bytes(`${of(incident)}/${kind}/${encodeURIComponent(digest)}`),
    checkpoint: async () => (await call('/v1/journal/checkpoint')).text(),
    inclusion: (seq, size) => json(`/v1/journal/inclusion?seq=${seq}&size=${size}`),
    consistency: (first, second) => json(`/v1/journal/consistency?first=${first}&second=${second}`),
    entries: (index, size) => bytes(`/v1/journal/entries/${index}?size=${size}`),
    async events({ incident, after, signal }) {
      const query = new URLSearchParams({ ...(incident ? { incident } : {}), ...(after ? { after } : {}) });
      const { body } = await call(`/v1/events?${query}`, { signal });
      return readEvents(body ?? new ReadableStream());
    },
    askable: async () => askableSchema.parse(await json('/v1/playbooks')),
    request: (request) => post('/v1/requests', provenRequestSchema.parse(request)),
    edit: async (incident, edit) =>
      (await post<{ admitted: AdmittedEdit }>(`${of(incident)}/edits`, editSchema.parse(edit))).admitted,
    async decide(incident, decision) {
      try {
        return await post<DecisionAnswer>(`${of(incident)}/decisions`, decisionSchema.parse(decision));
      } catch (error) {
        if (error instanceof AirlockError && error.code === 'decision-refused') return { refused: error.message };
        throw error;
      }
    },
  };
}

function unreachable(url: string): (error: Error) => never {
  return (error) => {
    throw new AirlockError({
      code: 'api-unavailable',
      message: `airlock serve at ${url} gave no answer (${error.message}): see \`airlock status\``,
      next: 'retry',
    });
  };
}

async function errorOf(response: Response): Promise<AirlockError> {
  const body = (await response.json().catch(() => undefined)) as Partial<ErrorBody> | undefined;
  if (body?.code && typeof body.message === 'string' && body.next) {
    // On one line, so that a server cannot pass lines off as this command's own; printing makes the rest visible.
    return new AirlockError({ ...(body as ErrorBody), message: body.message.replaceAll('\n', ' ') });
  }
  return new AirlockError({ code: 'api-unavailable', message: `the API answered ${response.status}`, next: 'retry' });
}
