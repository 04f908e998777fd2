/**
 * What AWS charges, in one place: public on-demand list prices of us-east-1 in US dollars, without free tiers, volume
 * steps, savings plans and taxes, as published on that date. Each page is the service's own: look there, and change both,
 * before you plan with these.
 */
export const PRICES_AS_OF = '2025-07';
export const REGION = 'us-east-1';

export interface Price {
  readonly service: string;
  /** what one of it is */
  readonly unit: string;
  /** dollars for one */
  readonly usd: number;
  readonly source: string;
}

const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const STEP_FUNCTIONS = 'https://aws.amazon.com/step-functions/pricing/';
const SQS = 'https://aws.amazon.com/sqs/pricing/';
const EVENTBRIDGE = 'https://aws.amazon.com/eventbridge/pricing/';
const API_GATEWAY = 'https://aws.amazon.com/api-gateway/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const S3 = 'https://aws.amazon.com/s3/pricing/';
const KMS = 'https://aws.amazon.com/kms/pricing/';
const XRAY = 'https://aws.amazon.com/xray/pricing/';

const MILLION = 1e6;

export const PRICES = {
  /** on demand, standard table class, since the price cut of November 2024 */
  dynamodb_write: { service: 'DynamoDB', unit: 'write request unit', usd: 0.625 / MILLION, source: DYNAMODB },
  dynamodb_read: { service: 'DynamoDB', unit: 'read request unit', usd: 0.125 / MILLION, source: DYNAMODB },
  step_functions_transition: {
    service: 'Step Functions',
    unit: 'transition',
    usd: 25 / MILLION,
    source: STEP_FUNCTIONS,
  },
  sqs_standard: { service: 'SQS', unit: 'request, standard queue', usd: 0.4 / MILLION, source: SQS },
  sqs_fifo: { service: 'SQS', unit: 'request, FIFO queue', usd: 0.5 / MILLION, source: SQS },
  lambda_request: { service: 'Lambda', unit: 'invocation', usd: 0.2 / MILLION, source: LAMBDA },
  /** arm64, first tier */
  lambda_gb_second: { service: 'Lambda', unit: 'GB-second, arm64', usd: 0.0000133334, source: LAMBDA },
  api_gateway_rest: { service: 'API Gateway', unit: 'REST call', usd: 3.5 / MILLION, source: API_GATEWAY },
  /** custom events as put by anyone, each 64 KB begun; deliveries within the account are free */
  eventbridge_event: { service: 'EventBridge', unit: 'custom event', usd: 1 / MILLION, source: EVENTBRIDGE },
  eventbridge_archive_gb: { service: 'EventBridge', unit: 'GB archived', usd: 0.1, source: EVENTBRIDGE },
  logs_gb: { service: 'CloudWatch Logs', unit: 'GB taken in', usd: 0.5, source: CLOUDWATCH },
  s3_put: { service: 'S3', unit: 'PUT, standard class', usd: 5 / MILLION, source: S3 },
  s3_get: { service: 'S3', unit: 'GET, standard class', usd: 0.4 / MILLION, source: S3 },
  /** ECC keys, and RSA ones but those of 2048 bits */
  kms_asymmetric: { service: 'KMS', unit: 'asymmetric request', usd: 15 / MILLION, source: KMS },
  kms_symmetric: { service: 'KMS', unit: 'symmetric request', usd: 3 / MILLION, source: KMS },
  kms_key_pair: { service: 'KMS', unit: 'ECC key pair', usd: 10 / MILLION, source: KMS },
  xray_trace: { service: 'X-Ray', unit: 'trace recorded', usd: 5 / MILLION, source: XRAY },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;
