/** The service over HTTP: `GET /health` and `GET /rates?zone=&kilograms=`. */
import { createServer } from 'node:http';
import { createRouter } from '../vendor/tiny-router/index.js';
import { priceInCents } from './rates.js';

export function createService(config) {
  const router = createRouter();
  router.get('/health', () => ({ status: 200, body: { status: 'ok', version: config.version, stage: config.stage } }));
  router.get('/rates', (query) => {
    try {
      const cents = priceInCents(query.get('zone'), Number(query.get('kilograms')));
      return { status: 200, body: { price_cents: cents, currency: config.currency } };
    } catch (error) {
      return { status: 400, body: { error: error.message } };
    }
  });
  return createServer((request, response) => {
    const { status, body } = router.answer(request.method, new URL(request.url, 'http://localhost'));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}
