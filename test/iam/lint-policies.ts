/** The synthesised policies as parliament reads them: what AWS would refuse, and what is not as the reference has it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../local/command.ts';
import { ofType, type Synthesised } from '../lib/synth.ts';
import { resolveArn } from './arns.ts';
import { installParliament } from './install-parliament.ts';

export interface LintFinding {
  /** logical id of the role or policy */
  readonly policy: string;
  readonly issue: string;
  readonly detail: string;
  readonly because?: string;
}

/** What parliament says of policies that are right, and why they are. */
const EXPLAINED: readonly { readonly issue: string; readonly detail: RegExp; readonly because: string }[] = [
  {
    issue: 'PERMISSIONS_MANAGEMENT_ACTIONS',
    detail: /^iam:passrole$/,
    because: 'a machine made at run time needs its role: this one role alone, to Step Functions alone',
  },
  {
    issue: 'PERMISSIONS_MANAGEMENT_ACTIONS',
    detail: /^logs:putresourcepolicy$/,
    because: 'Step Functions’ guide lists it for the delivery of logs',
  },
  {
    issue: 'PERMISSIONS_MANAGEMENT_ACTIONS',
    detail: /^sqs:createqueue$/,
    because: 'an agent that joins gets an inbox of its own; names under the prefix of inboxes alone',
  },
  {
    issue: 'RESOURCE_MISMATCH',
    detail: /^states:SendTask(Success|Failure)( states:SendTask(Success|Failure))?$/,
    because:
      'IAM is asked about the machine of the token, though the reference names no resource (lib/plan-machines.ts)',
  },
  {
    issue: 'RESOURCE_MISMATCH',
    detail: /^states:DescribeExecution$/,
    because: 'parliament knows executions of express machines alone; ours are standard ones',
  },
];

interface Said {
  readonly issue: string;
  readonly detail: string | { readonly action?: string }[];
  readonly location: { readonly filepath?: string; readonly actions?: string[] };
}

/** @param names what resources are called, by logical id */
export async function lintPolicies(
  synthesised: Synthesised,
  names: Readonly<Record<string, string>>,
): Promise<LintFinding[]> {
  const program = await installParliament();
  const folder = mkdtempSync(join(tmpdir(), 'neural-hive-iam-'));
  try {
    for (const [id, document] of documentsOf(synthesised)) {
      const Statement = document.Statement.map((statement) => ({
        ...statement,
        // Of another account than a placeholder's twelve zeros, and a stream of some time.
        Resource: [statement.Resource]
          .flat()
          .map((resource) =>
            resolveArn(resource, synthesised.resources, names).replace(/\/stream\/\*$/, '/stream/now'),
          ),
      }));
      writeFileSync(join(folder, `${id}.json`), JSON.stringify({ ...document, Statement }));
    }
    const { stdout, stderr } = await run(program, ['--directory', folder, '--json', '--include-community-auditors']);
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    if (lines.length === 0 && /Traceback|error:/.test(stderr)) throw new Error(`parliament failed: ${stderr}`);
    return lines.map((line) => findingOf(JSON.parse(line) as Said));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Document {
  readonly Statement: readonly { readonly Resource: unknown }[];
}

function documentsOf(synthesised: Synthesised): [string, Document][] {
  const ofRoles = ofType(synthesised, 'AWS::IAM::Role').flatMap(([id, { Properties }]) =>
    ((Properties.Policies ?? []) as { PolicyDocument: Document }[]).map(({ PolicyDocument }): [string, Document] => [
      id,
      PolicyDocument,
    ]),
  );
  const managed = ofType(synthesised, 'AWS::IAM::ManagedPolicy').map(([id, { Properties }]): [string, Document] => [
    id,
    Properties.PolicyDocument,
  ]);
  return [...ofRoles, ...managed];
}

function findingOf({ issue, detail, location }: Said): LintFinding {
  const about = Array.isArray(detail)
    ? detail.map(({ action }) => action ?? '')
    : [detail, ...(location.actions ?? [])];
  const text = about.filter((part) => part !== '').join(' ');
  const policy = (location.filepath ?? '').replace(/^.*\//, '').replace(/\.json$/, '');
  const because = EXPLAINED.find((one) => one.issue === issue && one.detail.test(text))?.because;
  return { policy, issue, detail: text, ...(because !== undefined && { because }) };
}
