import { HttpFailure, type RequestSummary } from './http-failure.ts';

/** Headers of an answer. The names are in lower case. */
export type HttpHeaders = Record<string, string | string[] | undefined>;

/** A complete answer with any status. Redirects are not followed: a redirect is an answer with a status of 3xx. */
export interface HttpAnswer {
  status: number;
  headers: HttpHeaders;
  /** The body. */
  bytes: Uint8Array;
  /** Returns the body, decoded as UTF-8. Malformed bytes become U+FFFD. */
  text(): string;
  /** Returns the parsed body. @throws HttpFailure `protocol` if the body is not JSON. */
  json(): unknown;
}

/** Returns true if the status is 200 to 299. */
export function isSuccess({ status }: Pick<HttpAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/** Creates an answer. @param request the answered request; shown in error messages. */
export function httpAnswer(request: RequestSummary, status: number, headers: HttpHeaders, bytes: Buffer): HttpAnswer {
  const text = (): string => bytes.toString('utf8');
  return {
    status,
    headers,
    bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    text,
    json() {
      try {
        return JSON.parse(text());
      } catch {
        throw new HttpFailure(request, 'protocol', `the body (status ${status}) is not JSON`);
      }
    },
  };
}
