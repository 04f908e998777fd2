/** What cdk-nag finds in the agents' API and why it stays so. */
import { Validations } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Stage } from './stage.ts';

export function acknowledgeApi(api: RestApi, stage: Stage): void {
  if (stage.target === 'local')
    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG3',
      reason: 'a local AWS has no WAF, and is called by nobody but its user',
    });
  Validations.of(api).acknowledge(
    {
      id: 'AwsSolutions-APIG2',
      reason:
        'bodies are validated by the handlers with the same zod schemas that the agents use: one schema, typed answers',
    },
    {
      id: 'AwsSolutions-COG4',
      reason: 'callers are programs with IAM credentials, not people: IAM authorisation instead of a user pool',
    },
    {
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason:
        "the account's role for API Gateway's logs is shared by all its APIs; this managed policy is what API Gateway's guide asks of it",
    },
  );
}
