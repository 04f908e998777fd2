/** How many requests are traced: enough to see how each kind goes, few enough not to cost what the requests do. */
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import { Construct } from 'constructs';
import { nameIn, type Stage } from './stage.ts';

/** Requests a second that are traced whatever the load, and the share of those beyond. */
const ALWAYS_A_SECOND = 1;
export const BEYOND = 0.01;

/**
 * Whoever a request meets first decides for all that it passes through: the API's stage, or the plan's machine. A function
 * that a queue or the stream calls is met by none of them: Lambda samples it by itself (one a second, then 5 %) and lets
 * nobody change that ("You cannot configure the X-Ray sampling rate for your functions", Lambda's developer guide).
 */
export class TraceSampling extends Construct {
  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    // A local AWS records no traces.
    if (stage.target !== 'aws') return;
    new CfnSamplingRule(this, 'Rule', {
      samplingRule: {
        ruleName: nameIn(stage, 'requests'),
        version: 1,
        priority: 1000,
        reservoirSize: ALWAYS_A_SECOND,
        fixedRate: BEYOND,
        serviceName: nameIn(stage, '*'),
        serviceType: '*',
        host: '*',
        httpMethod: '*',
        urlPath: '*',
        resourceArn: '*',
      },
    });
  }
}
