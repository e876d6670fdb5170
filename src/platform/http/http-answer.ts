import { HttpFailure, type NamedRequest } from './http-failure.ts';

/** Headers of an answer, names in lower case. */
export type HttpHeaders = Record<string, string | string[] | undefined>;

/** A complete answer with any status. The client does not follow a redirect but returns it as an answer. */
export interface HttpAnswer {
  status: number;
  headers: HttpHeaders;
  bytes: Uint8Array;
  /** The body, decoded as UTF-8. Malformed bytes become U+FFFD. */
  text(): string;
  /** @throws HttpFailure `protocol` for a body that is not JSON. */
  json(): unknown;
}

/** Returns true if the status is 200 to 299. */
export function isSuccess({ status }: Pick<HttpAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/** Builds an answer. @param request the answered request, for the messages of errors. */
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
