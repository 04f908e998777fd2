import { expect, it } from 'vitest';
import { createUnansweredClaims } from '../../agents/sdk/unanswered-claims.ts';
import { assignmentOf, ticketOf } from './tickets.ts';

const first = assignmentOf(ticketOf(), 'worker-1');

it('gives an attempt whose claim had no answer its claim_id again, one attempt at a time', () => {
  const claims = createUnansweredClaims();
  const id = claims.take(first);
  const beside = claims.take(first);
  expect(beside).not.toBe(id);
  claims.keep(first, id);
  expect(claims.take({ ...first, attempt: 2 })).not.toBe(id);
  expect(claims.take(first)).toBe(id);
  expect(claims.take(first)).not.toBe(id);
});

it('forgets the oldest of more than ten thousand', () => {
  const claims = createUnansweredClaims();
  for (let attempt = 1; attempt <= 10_001; attempt++) claims.keep({ ...first, attempt }, `id ${attempt}`);
  expect(claims.take({ ...first, attempt: 1 })).not.toBe('id 1');
  expect(claims.take({ ...first, attempt: 2 })).toBe('id 2');
});
