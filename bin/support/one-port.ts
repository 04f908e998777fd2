/**
 * HTTP/1.1 and cleartext HTTP/2 on one port. An HTTP/2 client that knows what it talks to begins with a fixed preface
 * (RFC 9113, 3.4), and no HTTP/1 request begins like it: the first bytes of a connection say which of the two it is.
 */
import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer, type Socket } from 'node:net';

export type NodeRequest = IncomingMessage | Http2ServerRequest;
export type NodeResponse = ServerResponse<IncomingMessage> | Http2ServerResponse<Http2ServerRequest>;
export type NodeListener = (request: NodeRequest, response: NodeResponse) => void;

/** `PRI * HTTP/2.0…`: the method PRI is reserved (RFC 9113, 11.6), so these bytes are enough. */
const PREFACE = Buffer.from('PRI * ');

export interface OnePort {
  /** @returns the port, chosen by the system when 0 is asked for; rejects as `net.Server` does (EADDRINUSE …) */
  listen(port: number, host: string): Promise<number>;
  /** Stops listening and ends every connection, whatever runs on it. */
  close(): Promise<void>;
}

export function createOnePort(listener: NodeListener): OnePort {
  const http1 = createHttp1(listener);
  const http2 = createHttp2(listener);
  // What a client does to its own connection is no fault of ours: Node closes it, and nobody else is to hear of it.
  http2.on('sessionError', () => {});
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    readPreface(socket, (isHttp2) => {
      // The one takes what was read already by itself, the other waits for it to flow.
      if (isHttp2) return http2.emit('connection', socket);
      http1.emit('connection', socket);
      return socket.resume();
    });
  });
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          const address = server.address();
          resolve(typeof address === 'object' && address !== null ? address.port : port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Reads as little as tells the protocol, and puts it back on the socket, which is paused then. */
function readPreface(socket: Socket, tell: (isHttp2: boolean) => unknown): void {
  let head = Buffer.alloc(0);
  const drop = () => socket.destroy();
  const look = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const seen = Math.min(head.length, PREFACE.length);
    const alike = head.subarray(0, seen).equals(PREFACE.subarray(0, seen));
    if (alike && seen < PREFACE.length) return;
    socket.off('data', look).off('error', drop).pause();
    socket.unshift(head);
    tell(alike);
  };
  socket.on('error', drop).on('data', look);
}
