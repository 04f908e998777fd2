/** Exact paths, GET alone. */
export function createRouter() {
  const routes = new Map();
  return {
    get: (path, handle) => routes.set(path, handle),
    answer(method, url) {
      const handle = routes.get(url.pathname);
      if (handle === undefined) return { status: 404, body: { error: `no ${url.pathname} here` } };
      if (method !== 'GET') return { status: 405, body: { error: `${method} is not allowed` } };
      return handle(url.searchParams);
    },
  };
}
