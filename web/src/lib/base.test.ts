import { afterEach, expect, test } from 'vitest'
import { address, basePath, socketAddress } from './base'

function servedAt(base: string) {
  const element = document.createElement('base')
  element.href = base
  document.head.append(element)
}

afterEach(() => document.querySelector('base')?.remove())

test('at the root an address of the API stays as it is', () => {
  expect(basePath()).toBe('')
  expect(address('/api/jobs')).toBe('/api/jobs')
})

test('below a path every address begins with it', () => {
  servedAt('http://spool.test/tools/spool/')
  expect(basePath()).toBe('/tools/spool')
  expect(address('/api/jobs/1/outputs/0')).toBe('/tools/spool/api/jobs/1/outputs/0')
})

test('the socket is encrypted where the page is', () => {
  expect(socketAddress('/api/ws')).toBe('ws://spool.test/api/ws')
  servedAt('https://gpu.example/spool/')
  expect(socketAddress('/api/ws')).toBe('wss://gpu.example/spool/api/ws')
})
