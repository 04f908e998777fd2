import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProbes } from '../../adapters/https/probes.ts';
import { isPublicAddress } from '../../adapters/https/public-address.ts';

let server: Server;
let base = '';
const asked: string[] = [];
beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    asked.push(url);
    if (url === '/hangs') return;
    if (url === '/moved') response.writeHead(302, { location: '/well' });
    else response.writeHead(url === '/well' ? 200 : 503);
    response.end('x'.repeat(1000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('A probe', () => {
  const here = createProbes({ anywhere: true, timeoutMs: 200 });

  it('is answered by success alone', async () => {
    expect(await here.answers(`${base}/well`)).toBe(true);
    expect(await here.answers(`${base}/ill`)).toBe(false);
  });

  it('follows no redirect', async () => {
    asked.length = 0;
    expect(await here.answers(`${base}/moved`)).toBe(false);
    expect(asked).toEqual(['/moved']);
  });

  it('gives up after a while, and where nobody listens, and never fails', async () => {
    expect(await here.answers(`${base}/hangs`)).toBe(false);
    expect(await here.answers('http://127.0.0.1:1/')).toBe(false);
    expect(await here.answers('not an address')).toBe(false);
    expect(await here.answers('file:///etc/passwd')).toBe(false);
  });

  it.each([
    ['over http', () => `${base}/well`],
    ['with a name that is this machine’s', () => `${base}/well`.replace('http://127.0.0.1', 'https://localhost')],
    ['to a loopback address', () => `${base}/well`.replace('http', 'https')],
    ['to the instance’s metadata', () => 'https://169.254.169.254/latest/meta-data/'],
    ['to a private network', () => 'https://10.0.0.1/'],
    ['to an IPv6 loopback', () => 'https://[::1]/'],
    ['to a private address in IPv6’s clothes', () => 'https://[::ffff:10.0.0.1]/'],
    ['to an address written as a number', () => 'https://2130706433/'],
    ['with credentials in it', () => 'https://user:secret@example.com/'],
  ])('is not made %s where agents are not trusted', async (_, url) => {
    asked.length = 0;
    expect(await createProbes({ timeoutMs: 200 }).answers(url())).toBe(false);
    expect(asked).toEqual([]);
  });
});

describe('An address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'])(
    '%s is public',
    (ip) => {
      expect(isPublicAddress(ip)).toBe(true);
    },
  );

  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
    ...['192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fd00:ec2::254'],
    ...['::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', 'ff02::1', '2001:db8::1', 'example.com', ''],
  ])('%s is not', (ip) => {
    expect(isPublicAddress(ip)).toBe(false);
  });
});
