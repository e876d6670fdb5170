import type { Socket } from 'node:net';
import { badInput } from '../../lib/error.ts';
import type { Counters } from './counters.ts';

/** HTTP status by the error code of Node. For all other codes the status is 400. */
const statuses: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/**
 * Makes the handler for a connection from which Node cannot read a request. The reason is one of these: the bytes are
 * not valid HTTP, the headers are too large, or the request takes too long to arrive. The handler sends an error, if
 * the connection still accepts bytes, and then closes the connection. The error quotes none of the received bytes. If
 * the connection is already broken, the handler does nothing.
 */
export function createConnectionAnswer(counters: Counters) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const { code, message, next, details } = badInput(
      'request',
      'is not valid HTTP, has headers that are too large, or took too long to arrive',
    );
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
