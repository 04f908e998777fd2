/**
 * Probes by HTTP GET. What an agent registers is not to be trusted: only https, only public addresses, no redirect is
 * followed, and the body is not read. The address is checked where the connection is made, so a name that resolves to
 * another one later gains nothing.
 */
import { type LookupAddress, lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Probes } from '../../core/ports/probes.ts';
import { isPublicAddress } from './public-address.ts';

export interface ProbesOptions {
  /** for an answer, ms */
  readonly timeoutMs?: number;
  /** http and addresses that are not public are called as well: on one's own machine */
  readonly anywhere?: boolean;
}

/** Shorter than the function that waits for all of them; an agent that takes longer to say that it lives is no use. */
const TIMEOUT_MS = 3000;

export function createProbes({ timeoutMs = TIMEOUT_MS, anywhere = false }: ProbesOptions = {}): Probes {
  return {
    async answers(text) {
      const url = URL.parse(text);
      if (url === null || !mayBeCalled(url, anywhere)) return false;
      return new Promise((resolve) => {
        const request = url.protocol === 'https:' ? requestHttps : requestHttp;
        const call = request(url, {
          method: 'GET',
          headers: { 'user-agent': 'neural-hive-probe' },
          // A socket of its own: one that is kept alive would have been checked for another time.
          agent: false,
          signal: AbortSignal.timeout(timeoutMs),
          ...(anywhere ? {} : { lookup: lookupPublic }),
        });
        call.on('response', (response) => {
          const { statusCode = 0 } = response;
          response.destroy();
          resolve(statusCode >= 200 && statusCode < 300);
        });
        call.on('error', () => resolve(false));
        call.end();
      });
    },
  };
}

function mayBeCalled({ protocol, hostname, username, password }: URL, anywhere: boolean): boolean {
  if (username !== '' || password !== '') return false;
  if (anywhere) return protocol === 'https:' || protocol === 'http:';
  // An address in the URL is never looked up.
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  return protocol === 'https:' && (isIP(address) === 0 || isPublicAddress(address));
}

/** As `dns.lookup`, but a name that has an address which is not public has none. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) return callback(error ?? refused(hostname), '', 0);
    if (!addresses.every(({ address }) => isPublicAddress(address))) return callback(refused(hostname), '', 0);
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

const refused = (hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${hostname} has no public address`), { code: 'ENOTFOUND' });
