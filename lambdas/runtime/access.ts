/** Who may what, wired for the functions that are called from outside. */
import { v7 } from 'uuid';
import { createDynamoAccessMarks } from '../../adapters/dynamodb/access-marks.ts';
import { createTable } from '../../adapters/dynamodb/table.ts';
import { createAuthorize } from '../../core/access/authorize.ts';
import { createCallers } from '../../core/access/callers.ts';
import { createGuard } from '../../core/access/guard.ts';
import { createRecordRefusal } from '../../core/access/record-refusal.ts';
import { createResources } from '../../core/access/resources.ts';
import { ACCESS } from '../../core/access/settings.ts';
import { createNoticeRefusal } from '../../core/access/signals/notice.ts';
import { createWatchPlaces } from '../../core/access/signals/places.ts';
import { createRaiseSignal } from '../../core/access/signals/raise.ts';
import { parseStandingRoles } from '../../core/access/standing-roles.ts';
import { getOrMake } from '../../core/get-or-make.ts';
import { policiesInForce } from './policies.ts';
import { ledgerStores } from './stores.ts';

/** What any function needs that refuses calls, or asks the policies: made once a process, so that it reads them once. */
export const refusingStores = (ledgerTable: string) => getOrMake(KNOWN, ledgerTable, () => makeStores(ledgerTable));
const KNOWN = new Map<string, ReturnType<typeof makeStores>>();

function makeStores(ledgerTable: string) {
  const stores = ledgerStores(ledgerTable);
  const marks = createDynamoAccessMarks(createTable(ledgerTable), stores.sha256);
  const settings = ACCESS;
  const raise = createRaiseSignal(stores);
  const notice = createNoticeRefusal({ ...stores, marks, raise, settings });
  const recordRefusal = createRecordRefusal({ ...stores, newId: v7, notice });
  const policies = policiesInForce(stores);
  const authorize = createAuthorize({ policies, recordRefusal });
  const watchPlaces = createWatchPlaces({ ...stores, marks, raise, settings });
  return { ...stores, settings, recordRefusal, policies, authorize, watchPlaces };
}

/** What stands before the Monitoring API. @param standingRoles JSON: see core/access/standing-roles.ts */
export function guardingStores(ledgerTable: string, standingRoles: string) {
  const stores = refusingStores(ledgerTable);
  const standing = parseStandingRoles(standingRoles);
  const callers = createCallers({ ...stores, standing });
  const guard = createGuard({ ...stores, callers, resources: createResources(stores) });
  return { ...stores, standing, guard };
}
