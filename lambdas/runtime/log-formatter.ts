/** Log lines in the form of the field: what is common to all services of the hive, then what this one adds. */
import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';

export class HiveLogFormatter extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const { logLevel, timestamp, message, serviceName, lambdaContext, xRayTraceId } = attributes;
    return new LogItem({
      attributes: {
        timestamp: timestamp.toISOString(),
        level: logLevel,
        message,
        service: {
          name: serviceName,
          version: process.env.AWS_LAMBDA_FUNCTION_VERSION,
          instance_id: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
        },
        neural_hive: { component: serviceName, layer: 'orquestracao', domain: 'OPERATIONAL' },
        environment: process.env.STAGE,
        request_id: lambdaContext?.awsRequestId,
        ...(xRayTraceId === undefined ? {} : { trace: { trace_id: xRayTraceId } }),
      },
    }).addAttributes(additional);
  }
}
