/** Tokens and the keys that sign them. */
import { verbRequest } from '../../core/messages/monitoring-api.ts';
import { introspectionAnswer, introspectionRequest, keyRingView } from '../../core/messages/token-api.ts';
import { operatorOf } from '../../core/operate/verb.ts';
import { NO_QUERY, type Route, route } from './route.ts';

const tag = 'tokens';

export const TOKEN_ROUTES: readonly Route[] = [
  route({
    ...{ name: 'introspectToken', method: 'post', path: '/v1/tokens/introspect', tag, query: NO_QUERY },
    summary: 'Whether a token would be taken now, and what it says (RFC 7662)',
    ...{ body: introspectionRequest, form: true, answer: introspectionAnswer, action: 'IntrospectToken' },
    run: (of, { body, caller }) => of.tokens.introspect(body.token, caller.tenants),
  }),
  route({
    ...{ name: 'listKeys', method: 'get', path: '/v1/keys', tag, query: NO_QUERY, answer: keyRingView },
    ...{ summary: 'The keys that sign tokens: which signs, which is next, which are over', action: 'ViewAudit' },
    run: (of) => of.tokens.keys(),
  }),
  route({
    ...{ name: 'rotateKeys', method: 'post', path: '/v1/keys/rotate', tag, query: NO_QUERY },
    summary: 'Has the key on standby sign from now on; tokens that were signed before go on to count',
    ...{ body: verbRequest, answer: keyRingView, action: 'RotateKeys' },
    errors: { 409: ['KEY_STANDBY_MISSING', 'KEY_STANDBY_TOO_YOUNG'] },
    run: (of, { body, by, authorization }) => of.tokens.rotateKeys(operatorOf({ ...body, by, authorization })),
  }),
  route({
    ...{ name: 'revokeKey', method: 'post', path: '/v1/keys/{id}/revoke', tag, query: NO_QUERY },
    summary: 'Puts a key out of use at once, and with it all tokens that it has signed',
    ...{ body: verbRequest, answer: keyRingView, action: 'RotateKeys', errors: { 404: ['KEY_UNKNOWN'] } },
    run: (of, { id, body, by, authorization }) => of.tokens.revokeKey(id, operatorOf({ ...body, by, authorization })),
  }),
];
