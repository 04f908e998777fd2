/** Options of commands that call the Monitoring API: where it is, and with what they sign in. */
import type { Command } from 'commander';
import { type TargetOptions, targetOptions } from './target.ts';

export interface ApiOptions extends TargetOptions {
  readonly oidcTokenFile?: string;
}

export const apiOptions = (command: Command): Command =>
  targetOptions(command).option(
    '--oidc-token-file <file>',
    'with a token of the issuer that the stack trusts, instead of AWS credentials (or HIVE_OIDC_TOKEN)',
  );
