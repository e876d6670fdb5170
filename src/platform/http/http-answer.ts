import { HttpFailure, type NamedRequest } from './http-failure.ts';

/** Headers of an answer, names in lower case. */
export type HttpHeaders = Record<string, string | string[] | undefined>;

/** A whole answer, whatever its status. A redirect is an answer too: the client never follows one. */
export interface HttpAnswer {
  status: number;
  headers: HttpHeaders;
  bytes: Uint8Array;
  /** The body as UTF-8; malformed bytes become U+FFFD. */
  text(): string;
  /** @throws HttpFailure `protocol` for a body that is not JSON. */
  json(): unknown;
}

/** True for the statuses of success, 200 to 299. */
export function isSuccess({ status }: Pick<HttpAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/** @param request the request that it answers, for errors. */
export function httpAnswer(request: NamedRequest, status: number, headers: HttpHeaders, bytes: Buffer): HttpAnswer {
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
