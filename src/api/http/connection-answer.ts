import type { Socket } from 'node:net';
import { badInput } from '../../lib/error.ts';
import type { Counters } from './counters.ts';

const statuses: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/**
 * Answers a connection from which Node cannot read a request: the bytes are not valid HTTP, the header is too large, or
 * the request takes too long. The answer has the same JSON form as every other error, and quotes none of the bytes.
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
