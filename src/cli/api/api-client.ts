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
/** Size limit of one answer, in bytes. The answers of `airlock serve` are far smaller. */
const maxBytes = 128 * 1024 * 1024;

/** The kinds of an incident's documents, as the paths of the API name them. */
export type DocumentKind = 'dossiers' | 'reports' | 'evidence';

/**
 * Client of the API of `airlock serve`, with an operator's token. Each method sends one HTTP request. If the API
 * answers with an error, the method throws an AirlockError with the API's message. If there is no usable answer, the
 * method throws AirlockError `api-unavailable`.
 */
export interface ApiClient {
  incidents(): Promise<IncidentView[]>;
  incident(id: string): Promise<IncidentView>;
  /** Returns every journal record of an incident, oldest first. */
  journal(id: string): Promise<JournalRecord[]>;
  /** Returns the bytes of a document. The API is not trusted, so the caller must check the digest of the bytes. */
  document(incident: string, kind: DocumentKind, digest: Digest): Promise<Uint8Array>;
  /**
   * Returns the signed note of the latest checkpoint.
   * @throws AirlockError `not-found` if the gateway has not signed a checkpoint yet.
   */
  checkpoint(): Promise<string>;
  /**
   * Returns the entry of record `seq`, and the proof that the journal's Merkle tree of `size` records contains this
   * entry. The entry is the text of a leaf. The proof is a list of hashes in base64.
   */
  inclusion(seq: number, size: number): Promise<{ entry: string; proof: string[] }>;
  /**
   * Returns the proof that the tree of `second` records begins with the tree of `first` records. The proof is a list of
   * hashes in base64.
   */
  consistency(first: number, second: number): Promise<{ proof: string[] }>;
  /** Returns one bundle of up to 256 entries from the tree of `size` records. The first bundle has the number 0. */
  entries(bundle: number, size: number): Promise<Uint8Array>;
  /**
   * Sends a decision and returns the gateway's answer. If the decision is refused, returns the reason.
   * @throws AirlockError `sign-in-used`, `no-open-dossier`.
   */
  decide(incident: string, decision: Decision): Promise<DecisionAnswer>;
  /** Returns all clusters, and all playbooks with their causes and parameters. */
  requestable(): Promise<Requestable>;
  /**
   * Sends a request for a repair. Returns the id of the incident that the request opened.
   * @throws AirlockError `request-refused`, `bad-input`.
   */
  request(request: SubmittedRequest): Promise<{ incident: string }>;
  /** Sends an edit. Returns the admitted edit. @throws AirlockError `edit-refused`, `sign-in-used`, `no-open-dossier`. */
  edit(incident: string, edit: Edit): Promise<AdmittedEdit>;
  status(): Promise<SystemStatus>;
  /**
   * Opens a stream of journal records, which also delivers each record that is appended later. If the connection breaks
   * or `signal` is aborted, the iteration throws an HttpFailure. If the server closes the stream, the iteration ends.
   */
  events(options: StreamOptions): Promise<AsyncIterable<StreamEvent>>;
}

/** Which records a stream contains, and the signal that ends the stream. */
interface StreamOptions {
  /** Only records of this incident. If absent, the stream contains the records of all incidents. */
  incident?: string | undefined;
  /** Sequence number after which the stream begins. If absent, the stream begins with the next new record. */
  after?: string | undefined;
  signal: AbortSignal;
}

/** Creates a client. @param url address of `airlock serve`. @param token bearer token of an operator. */
export function createApiClient(url: string, token: Secret): ApiClient {
  const client = createHttpClient({ origin: url, deadlines, maxBytes });
  const headers = { authorization: `Bearer ${token.reveal()}` };
  const call = <T>(request: HttpRequest, read: (answer: HttpAnswer) => T): Promise<T> =>
    translateHttpFailure(url, async () => {
      const answer = await client.request({ ...request, headers });
      if (!isSuccess(answer)) throw errorOf(answer);
      return read(answer);
    });
  const get = <T>(path: string, read: (answer: HttpAnswer) => T): Promise<T> => call({ method: 'GET', path }, read);
  const getJson = <T>(path: string): Promise<T> => get(path, (answer) => answer.json() as T);
  const getBytes = (path: string): Promise<Uint8Array> => get(path, (answer) => answer.bytes);
  const postJson = <T>(path: string, value: object): Promise<T> =>
    call({ method: 'POST', path, json: value }, (answer) => answer.json() as T);
  const pathOf = (incident: string): string => `/v1/incidents/${encodeURIComponent(incident)}`;
  return {
    incidents: () => getJson('/v1/incidents'),
    incident: (id) => getJson(pathOf(id)),
    journal: (id) => getJson(`${pathOf(id)}/journal`),
    status: () => getJson('/v1/status'),
    document: (incident, kind, digest) => getBytes(`${pathOf(incident)}/${kind}/${encodeURIComponent(digest)}`),
    checkpoint: () => get('/v1/journal/checkpoint', (answer) => answer.text()),
    inclusion: (seq, size) => getJson(`/v1/journal/inclusion?seq=${seq}&size=${size}`),
    consistency: (first, second) => getJson(`/v1/journal/consistency?first=${first}&second=${second}`),
    entries: (bundle, size) => getBytes(`/v1/journal/entries/${bundle}?size=${size}`),
    async events({ incident, after, signal }) {
      const query = new URLSearchParams(omitUndefined<Record<string, string>>({ incident, after }));
      const path = `/v1/events?${query}`;
      return translateHttpFailure(url, async () =>
        readEvents(await chunksOf(client, { method: 'GET', path, headers, signal })),
      );
    },
    requestable: async () => requestableSchema.parse(await getJson('/v1/playbooks')),
    request: (request) => postJson('/v1/requests', submittedRequestSchema.parse(request)),
    edit: async (incident, edit) =>
      (await postJson<{ admitted: AdmittedEdit }>(`${pathOf(incident)}/edits`, editSchema.parse(edit))).admitted,
    async decide(incident, decision) {
      try {
        return await postJson<DecisionAnswer>(`${pathOf(incident)}/decisions`, decisionSchema.parse(decision));
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

/** Calls `work`. Throws AirlockError `api-unavailable` instead of an HttpFailure. */
async function translateHttpFailure<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    throw new AirlockError({
      code: 'api-unavailable',
      message: `airlock serve at ${url} gave no complete answer (${error.problem}): check that it runs at this address`,
    });
  }
}

function errorOf(answer: HttpAnswer): AirlockError {
  const body = jsonOf(answer) as Partial<ErrorBody> | undefined;
  if (body?.code && typeof body.message === 'string' && body.next) {
    // The API is not trusted. A message with a line break could end in a line that looks like output of this command.
    // So spaces replace the line breaks. The other control characters are escaped when the message is printed.
    const message = body.message.replaceAll('\n', ' ');
    const { code, details = {} } = body;
    if (isErrorCode(code)) return new AirlockError({ code, message, details });
    return new AirlockError({ code: 'api-error-unknown', message, details: { ...details, code } });
  }
  return new AirlockError({
    code: 'api-unavailable',
    message: `the API answered with HTTP status ${answer.status} and no usable error: see the log of airlock serve`,
  });
}

function jsonOf(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return undefined; // not JSON, such as the error page of a proxy
  }
}
