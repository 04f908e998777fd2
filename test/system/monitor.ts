/** The monitoring API as a program calls it: signed requests, and the status that is expected of each. */
import { expect } from 'vitest';
import { createSignedFetch } from '../../agents/sdk/signed-fetch.ts';
import { outputs } from './stack.ts';

const send = createSignedFetch({ region: outputs.Region });

async function call(method: string, path: string, body: unknown, status: number) {
  const url = new URL(`${outputs.MonitoringApiUrl.replace(/\/$/, '')}${path}`);
  const response = await send(
    method,
    url,
    body === undefined ? undefined : JSON.stringify(body),
    AbortSignal.timeout(60_000),
  );
  const text = await response.text();
  expect({ path, status: response.status, text }).toMatchObject({ status });
  return JSON.parse(text);
}

export const monitor = {
  get: (path: string, status = 200) => call('GET', path, undefined, status),
  post: (path: string, body: unknown, status = 200) => call('POST', path, body, status),
};
