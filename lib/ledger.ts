/** The ledger: plans, tickets, agents and the ready queue in one event-sourced table; its stream is what others see. */
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Permission } from './permission.ts';
import { nameIn, type Stage } from './stage.ts';

const BY_PARENT = 'by_parent';
const PENDING_LOG = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['LOG#pending'] } };
/** A permission for items of these partitions alone. */
const only = (...keys: readonly string[]) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } });
/**
 * What running plans write. All else has owners of its own: who may do what (grants, policies, enrolments, credentials,
 * keys), the catalogue, the strategy, and how far the audit log is.
 */
const WORK = [
  ...['PLAN#*', 'TICKET#*', 'INCIDENT#*', 'REJECTION#*', 'POOLS', 'POOL#*', 'SHARES#*', 'TRAIL#*'],
  ...['AGENT#*', 'HEALTH#*', 'GUARD#*'],
];
/** What people change, beside the work. */
const GOVERNED = [
  ...['GRANTS#*', 'POLICIES#*', 'ENROLMENT#*', 'CREDENTIAL#*', 'KEYRING#ticket-tokens'],
  ...['ASSET#*', 'STRATEGY#scheduler', 'BREAKER#*'],
];
const KEY_RING = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['KEYRING#ticket-tokens'] } };

export class Ledger extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, props: { stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    this.table = new TableV2(this, 'Table', {
      tableName: nameIn(stage, 'ledger'),
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      globalSecondaryIndexes: [
        {
          indexName: BY_PARENT,
          partitionKey: { name: 'parent', type: AttributeType.STRING },
          sortKey: { name: 'parent_sort', type: AttributeType.STRING },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
      billing: Billing.onDemand(),
      // What can be counted again from the events is not kept for ever.
      timeToLiveAttribute: 'expires_at_s',
      // A key of DynamoDB's own: a key of ours costs a KMS call for each cold partition and protects from nothing that
      // the roles below do not already keep out.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      dynamoStream: StreamViewType.NEW_IMAGE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.keepsData,
      removalPolicy: stage.removal,
    });
  }

  /** Load aggregates, and lists by key. */
  mayLoad(): Permission {
    return this.#on('dynamodb:Query');
  }

  /** Look at a single item. */
  mayLook(): Permission {
    return this.#on('dynamodb:GetItem');
  }

  /** Load many states at once. */
  mayLoadMany(): Permission {
    return this.#on('dynamodb:BatchGetItem');
  }

  /** List a plan's tickets, or the plans. */
  mayListByParent(): Permission {
    return { actions: ['dynamodb:Query'], resources: [`${this.table.tableArn}/index/${BY_PARENT}`] };
  }

  /**
   * Append events of plans, tickets, incidents and agents' health, put or replace their state, enqueue, and change what is
   * no event: a transaction is authorised as the single writes it is made of. No item but those of the work.
   */
  mayAppend(): Permission {
    return { ...this.#on('dynamodb:PutItem', 'dynamodb:UpdateItem'), conditions: only(...WORK) };
  }

  /** Append to tickets, and take tokens of buckets; no item but those. */
  mayAppendToTickets(): Permission {
    return { ...this.#on('dynamodb:PutItem', 'dynamodb:UpdateItem'), conditions: only('TICKET#*', 'GUARD#*') };
  }

  /** List agents by what they can do, and take those off that have gone; no item but theirs. */
  mayRegister(): Permission[] {
    return [
      {
        ...this.#on('dynamodb:PutItem', 'dynamodb:UpdateItem'),
        conditions: only('AGENT#*', 'CAPABILITY#*', 'GUARD#*'),
      },
      this.mayUnlist(),
    ];
  }

  /** Change what is no event: an agent's slots, signs of life; and take tokens of buckets. */
  mayChange(): Permission {
    return { ...this.#on('dynamodb:UpdateItem'), conditions: only('AGENT#*', 'TICKET#*', 'GUARD#*') };
  }

  /** Change who may do what, and what all go by: grants, policies, enrolments, keys, assets, strategy, breakers. */
  mayGovern(): Permission {
    return { ...this.#on('dynamodb:PutItem', 'dynamodb:UpdateItem'), conditions: only(...GOVERNED) };
  }

  /** Count: no item but tallies. */
  mayCount(): Permission {
    const conditions = only('TALLY#*');
    return { ...this.#on('dynamodb:UpdateItem'), conditions };
  }

  /** Read what was counted. */
  mayReadCounts(): Permission {
    const conditions = only('TALLY#*');
    return { ...this.#on('dynamodb:Query'), conditions };
  }

  /** Take tokens of a bucket: no item but buckets. */
  mayTakeTokens(): Permission {
    const conditions = only('GUARD#*');
    return { ...this.#on('dynamodb:UpdateItem'), conditions };
  }

  /** Try what a breaker spares: an assignment says so with its ticket; no item but breakers. */
  mayTryBreakers(): Permission {
    return { ...this.#on('dynamodb:PutItem', 'dynamodb:UpdateItem'), conditions: only('BREAKER#*') };
  }

  /** Count failures, and record what breakers do: no item but those. */
  mayKeepBreakers(): Permission[] {
    const keys = only('FAILURES#*', 'BREAKER#*');
    return [
      {
        ...this.#on('dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'),
        conditions: keys,
      },
    ];
  }

  /** Say what is to go into the log; no item but those that wait for it. */
  mayNoteForLog(): Permission {
    return { ...this.#on('dynamodb:PutItem'), conditions: PENDING_LOG };
  }

  /** Read what is to go into the log, and take it away once it is sealed; and record how far the log is. */
  maySeal(): Permission[] {
    const conditions = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['AUDIT#log'] } };
    return [
      { ...this.#on('dynamodb:Query', 'dynamodb:BatchWriteItem'), conditions: PENDING_LOG },
      { ...this.#on('dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'), conditions },
    ];
  }

  /** Which strategy is in force: read it, and record another one; no item but that. */
  mayChooseStrategy(): Permission {
    const conditions = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['STRATEGY#scheduler'] } };
    return { ...this.#on('dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'), conditions };
  }

  /** List the catalogue's assets, and record how one is judged; no item but theirs. */
  mayAuditAssets(): Permission[] {
    const ofAssets = only('ASSET#*');
    const list = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['ASSETS'] } };
    const write = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
    return [
      { ...this.#on(...write), conditions: ofAssets },
      { ...this.mayListByParent(), conditions: list },
    ];
  }

  /** Record enrolments, and the credentials that they become; no item but those. */
  mayKeepEnrolments(): Permission {
    const conditions = only('ENROLMENT#*', 'CREDENTIAL#*');
    return { ...this.#on('dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'), conditions };
  }

  /** Record that credentials are renewed; no item but credentials. */
  mayKeepCredentials(): Permission {
    const conditions = only('CREDENTIAL#*');
    return { ...this.#on('dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'), conditions };
  }

  /** Read which keys sign tickets' tokens; no item but that. */
  mayReadKeyRing(): Permission {
    return { ...this.#on('dynamodb:GetItem'), conditions: KEY_RING };
  }

  /** Read which keys sign tickets' tokens, and record that others do; no item but that. */
  mayRotateKeys(): Permission {
    return { ...this.#on('dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'), conditions: KEY_RING };
  }

  /** Write down what was refused and what looks like an attack, and mark what that is told by; no item but those. */
  mayRefuse(): Permission {
    const conditions = only('REFUSAL#*', 'SIGNAL#*', 'MARK#*');
    return { ...this.#on('dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'), conditions };
  }

  /** Let a transaction depend on what it does not write. */
  mayCheck(): Permission {
    return this.#on('dynamodb:ConditionCheckItem');
  }

  /** Take entries off the ready queue, and fill buckets anew; no event and no state is ever deleted. */
  mayRemove(): Permission {
    return { ...this.#on('dynamodb:DeleteItem'), conditions: only('POOL#*', 'GUARD#*') };
  }

  /** Take agents out of the lists. */
  mayUnlist(): Permission {
    return { ...this.#on('dynamodb:DeleteItem'), conditions: only('CAPABILITY#*') };
  }

  /** All that the end of a ticket or a plan takes: what follows is released, cancelled or undone. */
  mayEnd(): Permission[] {
    return [
      this.mayLoad(),
      this.mayLook(),
      this.mayLoadMany(),
      this.mayListByParent(),
      this.mayAppend(),
      this.mayRemove(),
    ];
  }

  /** Read the table's stream, as an event source does: these four are what Lambda's guide lists. */
  mayFollow(): Permission[] {
    return [
      {
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [this.table.tableStreamArn ?? ''],
      },
      {
        actions: ['dynamodb:ListStreams'],
        resources: ['*'],
        wildcardBecause: 'ListStreams lists the streams of the account and names none: CDK grants it on a star as well',
      },
    ];
  }

  #on(...actions: string[]): Permission {
    return { actions, resources: [this.table.tableArn] };
  }
}
