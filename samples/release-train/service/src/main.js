/** Starts the service: `node main.js <config file> [port]`; says `listening on <port>` when it does. */
import { readFileSync } from 'node:fs';
import { createService } from './server.js';

const [configFile, port = '0'] = process.argv.slice(2);
const service = createService(JSON.parse(readFileSync(configFile, 'utf8')));
service.listen(Number(port), '127.0.0.1', () => process.stdout.write(`listening on ${service.address().port}\n`));
process.on('SIGTERM', () => service.close(() => process.exit(0)));
