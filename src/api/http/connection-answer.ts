import type { Socket } from 'node:net';
import { badInput } from '../../lib/error.ts';
import type { Counters } from './counters.ts';

/** HTTP status by the error code of Node. All other codes get 400. */
const statuses: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/**
 * Makes the handler for a connection from which Node cannot read a request: the bytes are not valid HTTP, the header is
 * too large, or the request takes too long. The handler answers in the JSON form of every error, quotes none of the
 * bytes, and closes the connection.
 */
export function createConnectionAnswer(counters: Counters) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const { code, message, next, details } = badInput('request', 'malformed HTTP request');
    counters.count(`refused ${code}`);
    const body = JSON.stringify({ code, message, next, details });
    const head = [
      `HTTP/1.1 ${statuses[error.code ?? ''] ?? '400 Bad Request'}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    socket.destroySoon();
  };
}
