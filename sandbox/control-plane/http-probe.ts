import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';

/** Where and how to ask. TLS is verified against `ca`. */
export interface Probe {
  /** `http://`, `https://`, or `unix://` with the absolute path of a socket. */
  url: string;
  path: string;
  ca?: string;
  token?: string;
}

const deadlineMs = 2_000;

/** The status with which a server answers a GET, within 2 s. Rejects where none answers. */
export function httpStatus(probe: Probe): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = probe.token === undefined ? {} : { authorization: `Bearer ${probe.token}` };
    const options = { path: probe.path, headers, timeout: deadlineMs, agent: false as const };
    const request = probe.url.startsWith('unix://')
      ? plainRequest({ ...options, socketPath: probe.url.slice('unix://'.length) })
      : openTo(probe, options);
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.once('timeout', () => {
      request.destroy(new Error(`${probe.url}${probe.path} did not answer within ${String(deadlineMs / 1000)} s`));
    });
    request.once('error', reject);
    request.end();
  });
}

function openTo(probe: Probe, options: object): ReturnType<typeof plainRequest> {
  if (probe.ca === undefined) return plainRequest(probe.url, options);
  return tlsRequest(probe.url, { ...options, ca: probe.ca });
}
