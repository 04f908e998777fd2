import { describe, expect, it } from 'vitest';
import { failuresIn, parseStackEvent } from '../../local/deploy-output.ts';

// As aws-cdk 2.1148 prints them.
const ready =
  'NeuralHive-s1 | 12/33 | 8:47:18 PM | CREATE_COMPLETE         | AWS::SQS::Queue                 | Q2 (Q23A7FF710) ';
const failed =
  'NeuralHive-bad |  18 | 8:48:37 PM | CREATE_FAILED           | AWS::SQS::Queue                 | Q3 (Q3FDA4C5C8) An error occurred (InvalidParameterValue) when calling the CreateQueue operation: a | b';
const cancelled =
  'NeuralHive-bad |  18 | 8:48:37 PM | CREATE_FAILED           | AWS::Lambda::Function           | F3 (F38FF9B13A) Resource creation cancelled';
const silent =
  'NeuralHive-bad |  18 | 8:48:37 PM | CREATE_FAILED           | AWS::IAM::Policy                | F3/DefaultPolicy (F3C0463D1) ';
const stackFailed =
  'NeuralHive-bad |  18 | 8:48:37 PM | CREATE_FAILED           | AWS::CloudFormation::Stack      | NeuralHive-bad ';

describe('reading what cdk deploy prints', () => {
  it('reads an event of a resource', () => {
    expect(parseStackEvent(ready)).toEqual({
      stack: 'NeuralHive-s1',
      done: 12,
      status: 'CREATE_COMPLETE',
      type: 'AWS::SQS::Queue',
      resource: 'Q2 (Q23A7FF710)',
      reason: '',
    });
  });

  it('keeps the whole reason of a failure, bars included, also when CDK gives no total', () => {
    const reason = 'An error occurred (InvalidParameterValue) when calling the CreateQueue operation: a | b';
    expect(parseStackEvent(failed)).toMatchObject({ done: 18, resource: 'Q3 (Q3FDA4C5C8)', reason });
  });

  it.each([
    '',
    '✅  NeuralHive-s1',
    'NeuralHive-s1: deploying... [1/1]',
    'a | b | c',
    ' | 1/2 | x | y | AWS::X::Y | z',
  ])('takes %j for no event', (line) => expect(parseStackEvent(line)).toBeUndefined());
});

describe('the resources that failed', () => {
  it('are those with a cause, not the stack and not what was cancelled with them', () => {
    const failures = failuresIn([ready, cancelled, stackFailed, silent, failed]);
    expect(failures.map(({ resource }) => resource)).toEqual(['Q3 (Q3FDA4C5C8)']);
  });

  it('are all named if nothing tells a cause', () => {
    const failures = failuresIn([cancelled, silent, stackFailed]);
    expect(failures.map(({ type }) => type)).toEqual(['AWS::Lambda::Function', 'AWS::IAM::Policy']);
  });

  it('are named once, although CDK lists them again at the end', () => {
    const again = failed.replace('|  18 ', '');
    expect(failuresIn([failed, 'Failed resources:', again, failed])).toHaveLength(1);
  });

  it('are none in a deployment that worked', () => {
    expect(failuresIn([ready])).toEqual([]);
  });
});
