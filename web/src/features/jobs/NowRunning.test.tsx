import { act, screen } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { useJobStore } from '@/stores/jobStore'
import { aJob, aRunningJob } from '@/test/fixtures'
import { show } from '@/test/show'
import { NowRunning } from './NowRunning'

const first = useJobStore.getInitialState()
const store = useJobStore.getState
beforeEach(() => useJobStore.setState({ ...first, hidden: new Set() }, true))

const room = () => document.documentElement.style.getPropertyValue('--strip')

test('nothing runs, nothing is shown', () => {
  store().apply(null, [aJob()])
  show(<NowRunning />)
  expect(screen.queryByRole('complementary')).toBeNull()
  expect(room()).toBe('')
})

test('the newest that runs is shown with how far it is, and leads to all of them', () => {
  const old = aRunningJob({ params: { prompt: 'an old one' } })
  const fresh = aRunningJob({ started_at: '2026-11-30T10:05:00.000Z' })
  store().apply(null, [fresh, old])
  show(<NowRunning />)
  expect(screen.getByRole('complementary', { name: 'Now running' })).toBeVisible()
  const link = screen.getByRole('link', { name: /^the cat turns its head ?42%$/ })
  expect(link).toHaveAttribute('href', '/jobs')
  expect(room()).toBe('3rem')
  act(() =>
    store().apply(
      null,
      [fresh, old].map(({ id }) => ({ id, version: 9, status: 'succeeded' as const })),
    ),
  )
  expect(screen.queryByRole('complementary')).toBeNull()
  expect(room()).toBe('')
})

test('before there is a figure it says what is being done', () => {
  store().apply(null, [aRunningJob({ progress: { phase: 'load', step: 0, steps: 0, fraction: 0, eta_ms: null } })])
  show(<NowRunning />)
  expect(screen.getByRole('link')).toHaveTextContent('Loading the model')
})
