import { describe, expect, it } from 'vitest'
import { nodeLines } from './nodeLines'

const lines = (base: string, keys = false) => nodeLines(new URL(base), keys)

describe('the line that adds a node', () => {
  it('follows the page that came by https, below a path too', () => {
    expect(lines('https://spool.lan/').run).toBe('SPOOL_SERVER=wss://spool.lan spool-agent')
    expect(lines('https://lan:8443/spool/').run).toBe('SPOOL_SERVER=wss://lan:8443/spool spool-agent')
  })

  it.each(['localhost', '127.0.0.1', '[::1]', 'spool.localhost'])('is without TLS on %s', (host) => {
    expect(lines(`http://${host}:8080/`)).toMatchObject({
      reach: 'here',
      run: `SPOOL_SERVER=ws://${host}:8080 spool-agent`,
      proxy: null,
    })
  })

  it('asks for TLS first when the page came from another machine without it', () => {
    const { reach, run, proxy } = lines('http://192.168.1.20:8080/', true)
    expect(reach).toBe('plain')
    expect(proxy).toBe('caddy reverse-proxy --from spool.example --to 127.0.0.1:8080')
    expect(run).toBe('SPOOL_SERVER=wss://spool.example SPOOL_AGENT_TOKEN=spoola_… spool-agent')
  })

  it('has a token, and what makes one, only when the server has keys', () => {
    expect(lines('https://spool.lan/', true)).toMatchObject({
      token: 'spool-api key new gpu-1 --agent --file tokens',
      check: 'SPOOL_SERVER=wss://spool.lan SPOOL_AGENT_TOKEN=spoola_… spool-agent check',
    })
    expect(lines('https://spool.lan/').token).toBeNull()
  })
})
