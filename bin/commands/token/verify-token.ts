/** `hive token verify`. */
import { verifyByCrypto } from '../../../adapters/crypto/token-signatures.ts';
import { checkClaims } from '../../../core/credential/token/claims.ts';
import { keysOf } from '../../../core/credential/token/key.ts';
import { parseStrictText } from '../../../core/credential/token/strict-json.ts';
import { verifySignature } from '../../../core/credential/token/verify.ts';
import { HiveError } from '../../../core/errors.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import type { Io } from '../../support/io.ts';
import { readText } from '../../support/read-document.ts';
import { plain, toJson } from '../../support/text.ts';

interface Options {
  readonly jwks: string;
  readonly audience?: string;
  readonly issuer?: string;
  readonly at?: number;
  readonly signatureOnly?: true;
}

/** Clocks may differ by so much; as the hive itself has it. */
const LEEWAY_MS = 60_000;

type Verdict = { readonly valid: boolean; readonly signature: 'valid' | 'not_valid' } & (
  | { readonly code: 'OK'; readonly reason: null; readonly claims?: object }
  | { readonly code: string; readonly reason: string; readonly message: string }
);

export const verifyGiven: Run<Options> = async (io, [given = ''], options) => {
  if (options.audience === undefined && !options.signatureOnly)
    throw refuse('USAGE', 'whom is the token to be meant for? It is verified for somebody', {
      try: '--audience spiffe://hive-dev/agent-api; or --signature-only, to look at the signature alone',
    });
  const token = given === '-' ? (await io.readStdin()).replace(/\r?\n$/, '') : given;
  const verdict = await judge(token, await readText(options.jwks, io), options, io.now());
  io.stdout.write(`${options.json ? toJson(verdict) : lineOf(verdict, io)}\n`);
  return verdict.valid ? EXIT.ok : EXIT.refused;
};

async function judge(token: string, jwks: string, options: Options, now: number): Promise<Verdict> {
  const { audience, issuer, at, signatureOnly } = options;
  let signature: Verdict['signature'] = 'not_valid';
  try {
    const keys = keysOf(parseStrictText(jwks, 'set of keys'));
    const { payload } = await verifySignature(token, keys, verifyByCrypto);
    signature = 'valid';
    if (signatureOnly || audience === undefined) return { valid: true, code: 'OK', reason: null, signature };
    const expected = { audience, now: at ?? now, leeway_ms: LEEWAY_MS, ...(issuer !== undefined && { issuer }) };
    return { valid: true, code: 'OK', reason: null, signature, claims: checkClaims(payload, expected) };
  } catch (error) {
    if (!(error instanceof HiveError)) throw error;
    const { code, message, detail } = error;
    return { valid: false, code, reason: String(detail.reason ?? code), message, signature };
  }
}

function lineOf(verdict: Verdict, { stdout: { color } }: Io): string {
  if ('message' in verdict) {
    const signed = verdict.signature === 'valid' ? ' Its signature is good.' : '';
    return `${color.red('not valid')}: ${plain(verdict.message)}${signed} ${color.gray(`(${verdict.code}, ${verdict.reason})`)}`;
  }
  const claims = verdict.claims === undefined ? '' : `\n${toJson(verdict.claims, 2)}`;
  return `${color.green(verdict.claims === undefined ? 'the signature is good' : 'valid')}${claims}`;
}
