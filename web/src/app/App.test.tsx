import { useQuery } from '@tanstack/react-query'
import { act, render, screen } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { useJobStore } from '@/stores/jobStore'
import { useServerStore } from '@/stores/serverStore'
import { aConfig } from '@/test/fixtures'
import { App } from './App'

vi.mock('@/stores/live', () => ({ goLive: () => () => {}, previews: { clear() {} } }))

let caller = 'alice'

vi.mock('./AppShell', () => ({
  AppShell: () => {
    const { data } = useQuery({ queryKey: ['whose'], queryFn: async () => `of ${caller}` })
    return <p>{data ?? 'nothing yet'}</p>
  },
}))

const session = (name: string) => ({ keys: true, name, scopes: [] })

beforeEach(() => {
  caller = 'alice'
  useJobStore.getState().clear()
  useServerStore.setState({ config: aConfig, session: session('alice') })
})

test('whoever signs in next is never shown what was asked for before, not for a moment', async () => {
  render(<App />)
  expect(await screen.findByText('of alice')).toBeVisible()
  act(() => useJobStore.getState().setLink('signed-out'))
  expect(screen.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible()
  caller = 'bob'
  act(() => {
    useJobStore.getState().clear()
    useServerStore.setState({ session: session('bob') })
  })
  expect(screen.getByText('nothing yet')).toBeVisible()
  expect(await screen.findByText('of bob')).toBeVisible()
})
