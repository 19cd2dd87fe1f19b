import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, it, vi } from 'vitest'
import { useDraftStore } from '@/stores/draftStore'
import { useJobStore } from '@/stores/jobStore'
import { useServerStore } from '@/stores/serverStore'
import { aRunningJob } from '@/test/fixtures'
import { network } from '@/test/server'
import { SignInPage } from './SignInPage'

const server = network()

const LOCKED = { keys: true, name: null, scopes: [] }
const ALICE = { keys: true, name: 'alice', scopes: ['submit'] }
const KEY = 'spool_0123456789'

beforeEach(() => {
  useServerStore.setState({ session: LOCKED })
  useJobStore.getState().clear()
})

function show(): QueryClient {
  const client = new QueryClient()
  render(
    <QueryClientProvider client={client}>
      <SignInPage />
    </QueryClientProvider>,
  )
  return client
}

const field = () => screen.getByLabelText<HTMLInputElement>('API key')

function answers(status: number, body: object, headers: Record<string, string> = {}) {
  server.use(http.post('*/api/session', () => HttpResponse.json(body, { status, headers })))
}

async function enterKey(key = KEY) {
  await userEvent.type(field(), `${key}{Enter}`)
}

it('sends the key in the body, forgets what another caller saw, and goes on', async () => {
  const bodies: unknown[] = []
  server.use(
    http.post('*/api/session', async ({ request }) => {
      bodies.push(await request.json())
      return HttpResponse.json(ALICE)
    }),
  )
  useJobStore.getState().apply('p9', [aRunningJob()])
  useJobStore.setState({ link: 'signed-out' })
  useDraftStore.getState().setValue('i2v', 'prompt', 'kept')
  const client = show()
  client.setQueryData(['gallery'], 'another caller’s')
  await enterKey(`  ${KEY} `)
  await vi.waitFor(() => expect(useServerStore.getState().session).toEqual(ALICE))
  expect(bodies).toEqual([{ key: KEY }])
  expect(useJobStore.getState()).toMatchObject({ byId: {}, position: null, loaded: false, link: 'connecting' })
  expect(client.getQueryData(['gallery'])).toBeUndefined()
  expect(useDraftStore.getState().drafts.i2v?.values.prompt).toBe('kept')
})

it('keeps the key out of the address and of the browser’s storage', async () => {
  answers(200, ALICE)
  show()
  await enterKey()
  await vi.waitFor(() => expect(useServerStore.getState().session).toEqual(ALICE))
  expect(location.href).not.toContain(KEY)
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain(KEY)
})

it.each<[string, number, object, Record<string, string>, RegExp]>([
  ['is wrong', 401, { code: 'unauthorized', detail: 'no' }, {}, /does not know this key/],
  ['was tried too often', 429, { code: 'rate_limited', detail: 'no' }, { 'Retry-After': '42' }, /Try again in 42\ss/],
  ['cannot be checked', 503, { code: 'unavailable', detail: 'Redis is gone' }, {}, /Redis is gone/],
])('says that a key %s, at the field', async (_what, status, body, headers, words) => {
  answers(status, body, headers)
  show()
  await enterKey()
  await vi.waitFor(() => expect(field()).toHaveAccessibleDescription(words))
  expect(screen.getByRole('alert')).toHaveTextContent(words)
  expect(field()).toBeInvalid()
  expect(screen.getByRole('button', { name: 'Sign in' })).toBeEnabled()
  expect(useServerStore.getState().session).toEqual(LOCKED)
})

it('says that the server cannot be reached', async () => {
  server.use(http.post('*/api/session', () => HttpResponse.error()))
  show()
  await enterKey()
  expect(await screen.findByRole('alert')).toHaveTextContent('cannot be reached')
})

it('goes on without a key when the server has none any more', async () => {
  const open = { keys: false, name: null, scopes: [] }
  answers(404, { code: 'not_found', detail: 'there are no keys here' })
  server.use(http.get('*/api/session', () => HttpResponse.json(open)))
  show()
  await enterKey()
  await vi.waitFor(() => expect(useServerStore.getState().session).toEqual(open))
})

it('asks for a key that was left out, and sends nothing', async () => {
  show()
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(field()).toHaveAccessibleDescription('Enter your key.')
  expect(field()).toHaveFocus()
})

it('hides the key until it is asked to show it', async () => {
  show()
  expect(field()).toHaveAttribute('type', 'password')
  expect(field()).toHaveAttribute('autocomplete', 'current-password')
  await userEvent.click(screen.getByRole('button', { name: 'Show the key' }))
  expect(field()).toHaveAttribute('type', 'text')
})

it('says that a session has ended when there was one', () => {
  useServerStore.setState({ session: ALICE })
  show()
  expect(screen.getByText(/Your session has ended/)).toBeVisible()
})

it('tells how to get a key', async () => {
  show()
  await userEvent.click(screen.getByText('How to get a key'))
  expect(screen.getByText('spool-api key new NAME --scope submit --file keys')).toBeVisible()
})
