/** How LocalStack is set up for us: environment variables, each with its reason. */

/**
 * Settings that hold in a container as well as for host processes.
 * @param host how clients and functions reach LocalStack; queue URLs name it
 * @param port LocalStack's one port
 */
export function localStackSettings(host: string, port: number): Record<string, string> {
  return {
    // One host for all queues (`/queue/<region>/<account>/<name>`), not one a region, which would have to resolve.
    SQS_ENDPOINT_STRATEGY: 'path',
    LOCALSTACK_HOST: `${host}:${port}`,
    // DynamoDB Local's own streams. The older provider copies changes to Kinesis beside the write, and loses some.
    PROVIDER_OVERRIDE_DYNAMODB: 'v2',
    PROVIDER_OVERRIDE_DYNAMODBSTREAMS: 'v2',
    DYNAMODB_IN_MEMORY: '1',
    // How long a stream's reader sleeps between reads, in seconds (1 by default): the larger part of the time from a
    // write to its event. Ten empty reads a second cost a few percent of a core.
    LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC: '0.1',
    // The longest pauses after empty reads and after failed ones, 10 s and 60 s by default.
    LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC: '0.2',
    LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_ERROR_SEC: '2',
    // Seconds before a failed asynchronous invocation is tried again (60 and 120 by default, as on AWS).
    LAMBDA_RETRY_BASE_DELAY: '2',
    // Nothing here asks the outside world for anything.
    DISABLE_EVENTS: '1',
    SKIP_SSL_CERT_DOWNLOAD: '1',
  };
}

export interface HostRun {
  readonly port: number;
  /** The run's own file system root; two LocalStacks that share one delete each other's files. */
  readonly fileSystem: string;
  /** Shown in the command lines of the functions' processes. */
  readonly owner: string;
}

/** Settings of LocalStack as host processes, on top of the common ones. */
export function hostSettings({ port, fileSystem, owner }: HostRun): Record<string, string> {
  return {
    ...localStackSettings('127.0.0.1', port),
    GATEWAY_LISTEN: `127.0.0.1:${port}`,
    FILESYSTEM_ROOT: fileSystem,
    LAMBDA_RUNTIME_EXECUTOR: 'process',
    HIVE_LOCAL_RUN: owner,
    OVERRIDE_IN_DOCKER: '0',
    // No DNS server of its own: port 53 belongs to the host.
    DNS_ADDRESS: '0',
    LS_LOG: process.env.LS_LOG || 'warning',
  };
}
