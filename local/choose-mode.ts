/** Which local AWS to use: one the user names, else a container, else host processes. */
import { run } from './command.ts';

export type Mode = 'external' | 'container' | 'process';

export interface ModeInputs {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asked only if it matters. */
  readonly dockerAnswers: () => Promise<boolean>;
}

export async function chooseMode({ env, dockerAnswers }: ModeInputs): Promise<Mode> {
  if (env.AWS_ENDPOINT_URL) return 'external';
  return (await dockerAnswers()) ? 'container' : 'process';
}

/**
 * Whether a Docker engine works here. The engine's own version is asked for: a client without an engine knows its own
 * version too, and older clients report success.
 */
export async function dockerAnswers(env: Readonly<Record<string, string | undefined>> = process.env): Promise<boolean> {
  const args = ['info', '--format', '{{.ServerVersion}}'];
  const { status, stdout } = await run('docker', args, { env, timeoutMs: 4000 });
  return status === 0 && /^\d/.test(stdout.trim());
}
