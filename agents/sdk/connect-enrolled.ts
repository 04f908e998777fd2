/** Where the orchestrator is for an agent without AWS credentials: the enrolled agents' API, by a credential that is kept. */
import { HiveError } from '../../core/errors.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { sleep, systemClock } from './clock.ts';
import { type EnrolledOptions, exchangeEnrolment } from './credential-fetch.ts';
import type { CredentialFile } from './credential-file.ts';
import { type CredentialKeeper, createCredentialKeeper, type KeeperOptions } from './credential-keeper.ts';
import type { Inbox } from './inbox.ts';

export interface ConnectEnrolledOptions extends EnrolledOptions, Pick<KeeperOptions, 'logger' | 'clock' | 'random'> {
  readonly agentId: string;
  /** Where the credential is, and goes when it is renewed. */
  readonly file: CredentialFile;
  /** As `hive agent enrol` has shown it: exchanged where the file has no credential yet. */
  readonly enrolment?: { readonly id: string; readonly secret: string };
}

/**
 * For `createAgent({ agentId, ...await connectEnrolled({ … }) })`. That the credential can be saved is made sure of before
 * the enrolment is exchanged, which goes once.
 * @throws HiveError ENROLMENT_MISSING: neither a credential nor an enrolment; CREDENTIAL_UNREADABLE; as `exchangeEnrolment`
 */
export async function connectEnrolled(options: ConnectEnrolledOptions): Promise<{
  api: ApiClient;
  inbox: Inbox;
  keeper: CredentialKeeper;
}> {
  const { baseUrl, file } = options;
  const credential = (await file.read()) ?? (await exchanged(options));
  const keeper = createCredentialKeeper({ ...options, credential, save: (renewed) => file.save(renewed) });
  const { fetch } = options;
  const client = { baseUrl, region: '', credential: keeper.credential, ...(fetch && { fetch }) };
  return { api: createApiClient(client), inbox: noInbox, keeper };
}

async function exchanged({ enrolment, file, agentId, ...options }: ConnectEnrolledOptions) {
  if (enrolment === undefined)
    throw new HiveError(
      'ENROLMENT_MISSING',
      `Agent ${JSON.stringify(agentId)} has no credential: have it enrolled (hive agent enrol ${agentId} …), and start it with the enrolment.`,
      { status: 401 },
    );
  await file.check();
  const credential = await exchangeEnrolment(options, enrolment.id, enrolment.secret);
  await file.save(credential);
  return credential;
}

const LOOK_MS = 20_000;

/** The queue itself takes AWS credentials: what the agent is given, and what is taken from it, is in answers to its heartbeats. */
const noInbox: Inbox = {
  async receive(_url, _max, signal) {
    await sleep(systemClock, LOOK_MS, signal);
    return [];
  },
  async remove() {},
};
