/** How an agent gets to this server, as far as the page can know. */
export interface NodeLines {
  /** `here`: agents of the server's machine; `tls`: of any; `plain`: of any, once there is a proxy with TLS. */
  reach: 'here' | 'tls' | 'plain'
  /** What makes a token, when the server has keys. */
  token: string | null
  check: string
  run: string
  /** What puts TLS before the server, when it lacks that. */
  proxy: string | null
}

const TOKEN = 'spool-api key new gpu-1 --agent --file tokens'
/** A name that readers know to replace. */
const EXAMPLE = 'spool.example'

/** An agent takes `ws://` for its own machine alone (agent/src/config/address.rs): its token must not travel in the open. */
export function nodeLines(base: URL, keys: boolean): NodeLines {
  const folder = base.pathname.replace(/\/[^/]*$/, '')
  const reach = base.protocol === 'https:' ? 'tls' : isLoopback(base.hostname) ? 'here' : 'plain'
  const server =
    reach === 'tls'
      ? `wss://${base.host}${folder}`
      : reach === 'here'
        ? `ws://${base.host}${folder}`
        : `wss://${EXAMPLE}`
  const settings = [`SPOOL_SERVER=${server}`, ...(keys ? ['SPOOL_AGENT_TOKEN=spoola_…'] : [])].join(' ')
  return {
    reach,
    token: keys ? TOKEN : null,
    check: `${settings} spool-agent check`,
    run: `${settings} spool-agent`,
    proxy: reach === 'plain' ? `caddy reverse-proxy --from ${EXAMPLE} --to 127.0.0.1:${base.port || '80'}` : null,
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}
