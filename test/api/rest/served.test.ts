import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServedRest, serveRest } from '../serve-rest.ts';

let served: ServedRest;
beforeAll(async () => {
  served = await serveRest((fault) => {
    throw fault;
  });
});
afterAll(() => served.close());

it('answers verbs of different lengths one after another over one connection, each whole', async () => {
  const ids = ['plan-running', 'plan-paused', 'plan-awaiting_approval', 'plan-running'];
  const answers: unknown[] = [];
  for (const [index, id] of ids.entries()) {
    const verb = ['pause', 'resume', 'reject', 'resume'][index];
    const response = await fetch(`${served.url}/v1/plans/${id}/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"why":"because"}',
    });
    answers.push(await response.json());
  }
  expect(answers).toEqual([
    { id: 'plan-running', phase: 'paused', changed: true },
    { id: 'plan-paused', phase: 'running', changed: true },
    { id: 'plan-awaiting_approval', phase: 'rejected', changed: true },
    { id: 'plan-running', phase: 'running', changed: true },
  ]);
});
