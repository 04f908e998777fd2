/** Endpoints by what a caller calls: names of parameters in a path make no difference. */
import type { AssetEndpoint } from '../messages/catalogue-api.ts';

/** `GET /users/{id}` and `GET /users/{name}` are one. */
export const endpointKey = ({ method, path }: Pick<AssetEndpoint, 'method' | 'path'>): string =>
  `${method} ${path.replace(/\{[^{}/]*\}/g, '{}')}`;

/** As a task names it: a method and a path. */
export function endpointOf(name: string): Pick<AssetEndpoint, 'method' | 'path'> {
  const at = name.indexOf(' ');
  return { method: name.slice(0, at) as AssetEndpoint['method'], path: name.slice(at + 1) };
}
