/** What is read of an item where all of it would be too much. */
import type { Projection } from './table.ts';

/** How far an aggregate is. */
export const HEAD: Projection = {
  ProjectionExpression: 'pk, sk, version, #state.phase, #state.compensates',
  ExpressionAttributeNames: { '#state': 'state' },
};

const OF_RECORD = ['aggregate', 'version', 'at', 'subject'];

/**
 * An event without the members that are not named: a result or a specification may be hundreds of kilobytes. All names
 * stand for themselves, since hundreds of words are reserved in expressions.
 */
export function eventParts(members: readonly string[]): Projection {
  const ofEvent = ['type', ...members];
  return {
    ProjectionExpression: [
      ...['pk', 'sk'],
      ...OF_RECORD.map((_, index) => `#record.#r${index}`),
      ...ofEvent.map((_, index) => `#record.#event.#e${index}`),
    ].join(', '),
    ExpressionAttributeNames: {
      ...{ '#record': 'record', '#event': 'event' },
      ...Object.fromEntries(OF_RECORD.map((name, index) => [`#r${index}`, name])),
      ...Object.fromEntries(ofEvent.map((name, index) => [`#e${index}`, name])),
    },
  };
}
