/** Asking an endpoint whether it is there. */
import { createConnection } from 'node:net';

/** Whether LocalStack answers at this endpoint. */
export async function isLocalStack(endpoint: string, timeoutMs = 2000): Promise<boolean> {
  try {
    const response = await fetch(new URL('/_localstack/health', endpoint), { signal: AbortSignal.timeout(timeoutMs) });
    const health = (await response.json()) as { services?: unknown };
    return response.ok && typeof health.services === 'object';
  } catch {
    return false;
  }
}

/** Whether anything speaks HTTP at this endpoint, whatever it answers: an AWS refuses a request that is not signed. */
export async function answersHttp(endpoint: string, timeoutMs = 5000): Promise<boolean> {
  try {
    await fetch(endpoint, { signal: AbortSignal.timeout(timeoutMs) });
    return true;
  } catch {
    return false;
  }
}

/** Whether somebody listens on this port of 127.0.0.1. */
export function isPortTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port, timeout: 1000 });
    const answer = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.on('connect', () => answer(true));
    socket.on('timeout', () => answer(true));
    socket.on('error', () => answer(false));
  });
}
