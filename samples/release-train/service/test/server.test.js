import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createService } from '../src/server.js';

const service = createService({ version: '0.0.0', stage: 'test', currency: 'EUR' });
let base;
before(async () => {
  await new Promise((resolve) => service.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${service.address().port}`;
});
after(() => service.close());

const get = async (path) => {
  const response = await fetch(base + path);
  return { status: response.status, body: await response.json() };
};

test('health tells the version', async () => {
  assert.deepEqual(await get('/health'), { status: 200, body: { status: 'ok', version: '0.0.0', stage: 'test' } });
});

test('rates tells a price', async () => {
  const answer = await get('/rates?zone=europe&kilograms=2');
  assert.deepEqual(answer, { status: 200, body: { price_cents: 1480, currency: 'EUR' } });
});

test('what cannot be priced is a bad request', async () => {
  assert.equal((await get('/rates?zone=europe')).status, 400);
});

test('an unknown path is not found', async () => {
  assert.equal((await get('/nothing')).status, 404);
});
