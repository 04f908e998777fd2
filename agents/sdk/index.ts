/** The agent SDK. */
export { type Agent, type AgentOptions, createAgent } from './agent.ts';
export { type ApiClient, type ApiClientOptions, createApiClient } from './api-client.ts';
export type { AwsCredentials } from './aws-credentials.ts';
export { type Clock, sleep, systemClock } from './clock.ts';
export type { Compensates } from './compensates.ts';
export { connect } from './connect.ts';
export { type ConnectEnrolledOptions, connectEnrolled } from './connect-enrolled.ts';
export { type Credential, type EnrolledOptions, exchangeEnrolment, renewCredential } from './credential-fetch.ts';
export { type CredentialFile, credentialFile } from './credential-file.ts';
export { type CredentialKeeper, createCredentialKeeper, type KeeperOptions } from './credential-keeper.ts';
export { TicketFailure } from './failures.ts';
export { createSqsInbox, type Inbox, type InboxMessage } from './inbox.ts';
export { type Logger, stderrLogger } from './logger.ts';
export type { OnLine, Run, RunContext } from './run-context.ts';
export type { Credentials } from './signed-fetch.ts';
export { stopOnSignals } from './stop-signals.ts';
