import { decisionSchema, type Decision } from '../../domain/approval/decision.ts';
import type { Digest } from '../../lib/digest.ts';
import { editSchema, type AdmittedEdit, type Edit } from '../../domain/approval/edit.ts';
import { isErrorCode } from '../../lib/error-catalogue.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { AirlockError, type ErrorBody } from '../../lib/error.ts';
import type { IncidentView } from '../../domain/incident/incident-view.ts';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import { requestableSchema, type Requestable } from '../../domain/plan/playbook.ts';
import type { DecisionAnswer } from '../../domain/approval/decision.ts';
import { submittedRequestSchema, type SubmittedRequest } from '../../domain/approval/request.ts';
import type { SystemStatus } from '../../domain/incident/system-status.ts';
import type { HttpRequest } from '../../platform/http/exchange.ts';
import { isSuccess, type HttpAnswer } from '../../platform/http/http-answer.ts';
import { createHttpClient, type HttpClient } from '../../platform/http/http-client.ts';
import { HttpFailure } from '../../platform/http/http-failure.ts';
import type { Secret } from '../../platform/secret.ts';
import { readEvents, type StreamEvent } from './event-stream.ts';

const answerWithinMs = 40_000;
const deadlines = { headersMs: answerWithinMs, bodyMs: answerWithinMs, totalMs: answerWithinMs };
/** Size limit of one answer, in bytes. Correct answers are far smaller. */
const maxBytes = 128 * 1024 * 1024;

/** The kinds of documents of an incident. Each document is read by its digest. */
export type DocumentKind = 'dossiers' | 'reports' | 'evidence';

/**
 * Client of the API of `airlock serve`, with an operator's token. If the API answers with an error, a method throws an
 * AirlockError with the API's message. If the API does not answer, a method throws `api-unavailable`.
 */
export interface ApiClient {
  incidents(): Promise<IncidentView[]>;
  incident(id: string): Promise<IncidentView>;
  /** Returns every record of an incident, in order. */
  journal(id: string): Promise<JournalRecord[]>;
  /** Returns the exact stored bytes. The API is not trusted, so the caller must check the digest of the bytes. */
  document(incident: string, kind: DocumentKind, digest: Digest): Promise<Uint8Array>;
  /**
   * Returns the signed note of the latest checkpoint.
   * @throws AirlockError `not-found` until the gateway has signed the first checkpoint.
   */
  checkpoint(): Promise<string>;
  /**
   * Returns the entry (the text of a leaf in the journal's Merkle tree) of record `seq`, and the proof (base64 hashes)
   * that the tree of `size` records contains this entry.
   */
  inclusion(seq: number, size: number): Promise<{ entry: string; proof: string[] }>;
  /** Returns the proof (base64 hashes) that the tree of size `second` begins with the tree of size `first`. */
  consistency(first: number, second: number): Promise<{ proof: string[] }>;
  /** Returns one bundle (up to 256 entries) of the tree of `size` records. The first bundle has the index 0. */
  entries(index: number, size: number): Promise<Uint8Array>;
  /** Sends a decision and waits for the gateway's answer. A refusal is returned and not thrown. */
  decide(incident: string, decision: Decision): Promise<DecisionAnswer>;
  /** Returns all playbooks (each with its causes and parameters) and all clusters. */
  requestable(): Promise<Requestable>;
  /**
   * Sends a request. Returns the id of the new incident.
   * @throws AirlockError `request-refused`, `bad-input`.
   */
  request(request: SubmittedRequest): Promise<{ incident: string }>;
  /** Sends an edit and waits for the gateway's answer. @throws AirlockError `edit-refused`, `no-open-dossier`. */
  edit(incident: string, edit: Edit): Promise<AdmittedEdit>;
  status(): Promise<SystemStatus>;
  /** Opens a stream of the selected records. The stream lasts until the connection breaks or `signal` aborts. */
  events(selection: EventSelection): Promise<AsyncIterable<StreamEvent>>;
}

/** Which records a stream delivers. Records that are appended later are delivered at once. */
interface EventSelection {
  /** Only records of this incident. */
  incident?: string | undefined;
  /** The stream begins after the record with this sequence number; without one, with the next new record. */
  after?: string | undefined;
  signal: AbortSignal;
}

/** Creates a client. @param url address of `airlock serve`. @param token bearer token of an operator. */
export function createApiClient(url: string, token: Secret): ApiClient {
  const client = createHttpClient({ origin: url, deadlines, maxBytes });
  const headers = { authorization: `Bearer ${token.reveal()}` };
  const call = <T>(request: HttpRequest, read: (answer: HttpAnswer) => T): Promise<T> =>
    translated(url, async () => {
      const answer = await client.request({ ...request, headers });
      if (!isSuccess(answer)) throw errorOf(answer);
      return read(answer);
    });
  const get = <T>(path: string, read: (answer: HttpAnswer) => T): Promise<T> => call({ method: 'GET', path }, read);
  const json = <T>(path: string): Promise<T> => get(path, (answer) => answer.json() as T);
  const bytes = (path: string): Promise<Uint8Array> => get(path, (answer) => answer.bytes);
  const post = <T>(path: string, value: object): Promise<T> =>
    call({ method: 'POST', path, json: value }, (answer) => answer.json() as T);
  const pathOf = (incident: string): string => `/v1/incidents/${encodeURIComponent(incident)}`;
  return {
    incidents: () => json('/v1/incidents'),
    incident: (id) => json(pathOf(id)),
    journal: (id) => json(`${pathOf(id)}/journal`),
    status: () => json('/v1/status'),
    document: (incident, kind, digest) => bytes(`${pathOf(incident)}/${kind}/${encodeURIComponent(digest)}`),
    checkpoint: () => get('/v1/journal/checkpoint', (answer) => answer.text()),
    inclusion: (seq, size) => json(`/v1/journal/inclusion?seq=${seq}&size=${size}`),
    consistency: (first, second) => json(`/v1/journal/consistency?first=${first}&second=${second}`),
    entries: (index, size) => bytes(`/v1/journal/entries/${index}?size=${size}`),
    async events({ incident, after, signal }) {
      const query = new URLSearchParams(omitUndefined<Record<string, string>>({ incident, after }));
      const path = `/v1/events?${query}`;
      return translated(url, async () => readEvents(await chunksOf(client, { method: 'GET', path, headers, signal })));
    },
    requestable: async () => requestableSchema.parse(await json('/v1/playbooks')),
    request: (request) => post('/v1/requests', submittedRequestSchema.parse(request)),
    edit: async (incident, edit) =>
      (await post<{ admitted: AdmittedEdit }>(`${pathOf(incident)}/edits`, editSchema.parse(edit))).admitted,
    async decide(incident, decision) {
      try {
        return await post<DecisionAnswer>(`${pathOf(incident)}/decisions`, decisionSchema.parse(decision));
      } catch (error) {
        if (error instanceof AirlockError && error.code === 'decision-refused') return { refused: error.message };
        throw error;
      }
    },
  };
}

async function chunksOf(client: HttpClient, request: HttpRequest): Promise<AsyncIterable<Uint8Array>> {
  const exchange = await client.stream(request);
  if (!isSuccess(exchange)) throw errorOf(await exchange.read());
  return exchange.chunks;
}

/** Calls `work`, and throws AirlockError `api-unavailable` instead of an HttpFailure. */
async function translated<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    throw new AirlockError({
      code: 'api-unavailable',
      message: `airlock serve at ${url} does not answer (${error.problem}): check with \`airlock status\` whether it runs`,
    });
  }
}

function errorOf(answer: HttpAnswer): AirlockError {
  const body = parsed(answer) as Partial<ErrorBody> | undefined;
  if (body?.code && typeof body.message === 'string' && body.next) {
    // The message of a false server could contain a line that looks like output of this command, so line breaks are
    // removed. All other control characters are escaped when the message is printed.
    const message = body.message.replaceAll('\n', ' ');
    const { code, details = {} } = body;
    if (isErrorCode(code)) return new AirlockError({ code, message, details });
    return new AirlockError({ code: 'api-error-unknown', message, details: { ...details, code } });
  }
  return new AirlockError({
    code: 'api-unavailable',
    message: `the API answered with HTTP status ${answer.status}: see the log of airlock serve`,
  });
}

function parsed(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return undefined; // not JSON, such as the error page of a proxy
  }
}
