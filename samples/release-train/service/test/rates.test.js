import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_KILOGRAMS, priceInCents } from '../src/rates.js';

test('the first kilogram costs the base price of its zone', () => {
  assert.equal(priceInCents('domestic', 1), 490);
  assert.equal(priceInCents('europe', 0.2), 1290);
});

test('each kilogram begun after the first costs extra', () => {
  assert.equal(priceInCents('domestic', 1.1), 550);
  assert.equal(priceInCents('world', 3), 3990);
});

test('a parcel may weigh exactly the most that is carried', () => {
  assert.equal(priceInCents('domestic', MAX_KILOGRAMS), 490 + 31 * 60);
  assert.throws(() => priceInCents('domestic', MAX_KILOGRAMS + 0.1), RangeError);
});

test('a weight that is nothing, negative or no number is not carried', () => {
  for (const kilograms of [0, -1, Number.NaN]) assert.throws(() => priceInCents('domestic', kilograms), RangeError);
});

test('an unknown zone is refused, also one that every object has', () => {
  for (const zone of ['moon', 'constructor', null]) assert.throws(() => priceInCents(zone, 1), RangeError);
});
