/** Every path and method of an OpenAPI document, with whether it requires authentication. */
import { ASSET_LIMITS, HTTP_METHODS } from '../../messages/catalogue-api.ts';
import { quoted } from '../../plan/faults.ts';
import { documentInvalid, type ImportNote, isMembers, type Members, own, pointerTo, textOf } from './notes.ts';

type Path = readonly (string | number)[];
const METHODS = HTTP_METHODS.map((method) => method.toLowerCase());
const SENSITIVE = 'x-sensitive-data';

/**
 * An operation's security takes the place of the document's, also when it is empty.
 * @throws HiveError ASSET_DOCUMENT_INVALID (422) for more endpoints than an asset has
 */
export function endpointsOf(document: Members, notes: ImportNote[]): Members[] {
  const paths = own(document, 'paths');
  if (!isMembers(paths)) return [];
  const schemes = schemesOf(document);
  const endpoints: Members[] = [];
  for (const [path, given] of Object.entries(paths)) {
    // `x-…` beside the paths is an extension.
    if (!path.startsWith('/')) continue;
    const item = itemOf(given, document, ['paths', path], notes);
    if (item === undefined) continue;
    for (const method of METHODS) {
      const operation = own(item, method);
      if (operation === undefined) continue;
      const under = ['paths', path, method];
      if (!isMembers(operation)) {
        notes.push(note('FIELD_INVALID', under, 'is no operation: it is left out'));
        continue;
      }
      const security = Object.hasOwn(operation, 'security') ? operation.security : own(document, 'security');
      endpoints.push({
        ...{ path, method },
        sensitive_data: own(operation, SENSITIVE) ?? own(item, SENSITIVE) ?? false,
        requires_auth: requiresAuth(security, schemes, under, notes),
      });
    }
  }
  if (endpoints.length > ASSET_LIMITS.endpoints) {
    const message = `has ${endpoints.length} operations, an asset has ${ASSET_LIMITS.endpoints} at most: split it`;
    throw documentInvalid([{ code: 'TOO_MANY_ENDPOINTS', path: '/paths', message }]);
  }
  return endpoints;
}

const note = (code: ImportNote['code'], path: Path, message: string): ImportNote => ({
  ...{ code, path: pointerTo(...path), message },
});

function schemesOf(document: Members): ReadonlySet<string> {
  const components = own(document, 'components');
  const schemes = isMembers(components) ? own(components, 'securitySchemes') : undefined;
  return new Set(isMembers(schemes) ? Object.keys(schemes) : []);
}

/** In 3.1 a path may stand among the components; one reference is followed, into this document. */
function itemOf(given: unknown, document: Members, path: Path, notes: ImportNote[]): Members | undefined {
  if (!isMembers(given)) {
    notes.push(note('FIELD_INVALID', path, 'is no path item: it is left out'));
    return undefined;
  }
  const reference = own(given, '$ref');
  if (reference === undefined) return given;
  const [, name] = /^#\/components\/pathItems\/([^/]+)$/.exec(textOf(reference)) ?? [];
  const components = own(document, 'components');
  const items = isMembers(components) ? own(components, 'pathItems') : undefined;
  const found =
    isMembers(items) && name !== undefined ? own(items, name.replaceAll('~1', '/').replaceAll('~0', '~')) : undefined;
  if (isMembers(found)) return { ...found, ...given };
  const message = `${quoted(textOf(reference))} lies elsewhere: its operations are left out`;
  notes.push(note('REFERENCE_NOT_FOLLOWED', path, message));
  return undefined;
}

/**
 * One of the alternatives must be met; an empty one is met by anybody. What is not understood counts as no authentication:
 * that shows, and the other way round it would not.
 */
function requiresAuth(security: unknown, schemes: ReadonlySet<string>, under: Path, notes: ImportNote[]): boolean {
  if (security === undefined) return false;
  const path = [...under, 'security'];
  if (!Array.isArray(security) || !security.every(isMembers)) {
    notes.push(note('SECURITY_UNREADABLE', path, 'is no list of requirements: it counts as no authentication'));
    return false;
  }
  const unknown = security.flatMap((alternative) => Object.keys(alternative)).find((name) => !schemes.has(name));
  if (unknown !== undefined) {
    const message = `${quoted(unknown)} is no security scheme of the document: it counts as no authentication`;
    notes.push(note('SECURITY_SCHEME_UNKNOWN', path, message));
    return false;
  }
  return security.length > 0 && security.every((alternative) => Object.keys(alternative).length > 0);
}
