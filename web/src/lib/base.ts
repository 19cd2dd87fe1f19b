/** Where the studio is served, as the server says in `<base>`: `''` at the root, `/spool` below a proxy's path. */
export function basePath(): string {
  return new URL(document.baseURI).pathname.replace(/\/[^/]*$/, '')
}

/** The address of something the API names from its own root, such as `/api/jobs/…`. */
export function address(path: string): string {
  return basePath() + path
}

/** The same for a WebSocket: wss where the page came by https. */
export function socketAddress(path: string): string {
  const url = new URL(address(path), document.baseURI)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}
