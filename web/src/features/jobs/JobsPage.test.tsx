import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'
import { useJobStore } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { aFinishedJob, aJob, aRunningJob } from '@/test/fixtures'
import { show } from '@/test/show'
import JobsPage from './JobsPage'

const first = useJobStore.getInitialState()
beforeEach(() => {
  useJobStore.setState({ ...first, hidden: new Set() }, true)
  useUiStore.setState({ focused: null })
  history.replaceState(null, '', '/jobs')
  // The server says where the studio's root is.
  const root = document.createElement('base')
  root.href = 'http://spool.test/'
  document.head.replaceChildren(root)
})

const named = (prompt: string) => ({ params: { prompt } })
const error = { code: 'stalled', message: 'm', hint: null, retryable: false } as const

function page() {
  const items = [
    aRunningJob(named('a film')),
    aJob({ ...named('a picture'), workflow: 'qwen' }),
    aFinishedJob(named('a result')),
    aJob({ ...named('a failure'), workflow: 'qwen', status: 'failed', error }),
  ]
  useJobStore.getState().setJobs({ items, cursor: null, position: '1' })
  show(<JobsPage />)
  return items
}

const shown = () =>
  within(screen.getByRole('region', { name: 'Jobs' }))
    .getAllByRole('listitem')
    .map((card) => within(card).getAllByRole('button')[0]?.textContent)

test('all jobs stand in their groups', () => {
  page()
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Jobs')
  expect(screen.getAllByRole('heading', { level: 2 }).map(({ textContent }) => textContent)).toEqual([
    'Running · 1',
    'Up next · 1',
    'Recent · 2',
  ])
})

test('filters leave some, and say when none is left', async () => {
  page()
  await userEvent.click(screen.getByRole('radio', { name: 'Edit' }))
  expect(shown()).toEqual(['a picture', 'a failure'])
  await userEvent.click(screen.getByRole('checkbox', { name: 'Failed only' }))
  expect(shown()).toEqual(['a failure'])
  await userEvent.click(screen.getByRole('radio', { name: 'Upscale' }))
  expect(screen.getByText('No job matches this filter.')).toBeVisible()
})

test('a menu for a group counts what the filter leaves', async () => {
  page()
  await userEvent.click(screen.getByRole('checkbox', { name: 'Failed only' }))
  await userEvent.click(screen.getByRole('button', { name: 'Actions for Recent' }))
  expect(await screen.findByRole('menuitem', { name: 'Delete 1 finished job' })).toBeVisible()
})

test('a result opens in the gallery, everything else on its stage', async () => {
  const [, waiting, result] = page()
  await userEvent.click(screen.getByRole('button', { name: 'a result' }))
  expect(location.pathname).toBe(`/gallery/${result?.id}`)
  await userEvent.click(screen.getByRole('button', { name: 'a picture' }))
  expect(location.pathname).toBe('/edit')
  expect(useUiStore.getState().focused).toBe(waiting?.id)
})
