import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { draftOf, useDraftStore } from '@/stores/draftStore'
import { firstVisit, server, visit } from './testWorld'

beforeAll(() => server.listen({ onUnhandledRequest: 'bypass' }))
beforeEach(() => {
  firstVisit()
  for (const prompt of ['a red boat', 'a cat', 'a Red fox']) useDraftStore.getState().remember('i2v', prompt)
})
afterAll(() => server.close())

const prompt = () => screen.getByRole('textbox', { name: 'Prompt' })

test('Alt and the arrows walk through what was sent, and back to what was being written', async () => {
  await visit('i2v')
  await userEvent.type(prompt(), 'new')
  await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}')
  expect(prompt()).toHaveValue('a Red fox')
  await userEvent.keyboard('{Alt>}{ArrowUp}{ArrowUp}{ArrowUp}{/Alt}')
  expect(prompt()).toHaveValue('a red boat')
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}')
  expect(prompt()).toHaveValue('a cat')
  await userEvent.keyboard('{Alt>}{ArrowDown}{ArrowDown}{ArrowDown}{/Alt}')
  expect(prompt()).toHaveValue('new')
})

test('the prompt that was just sent is no step of its own', async () => {
  useDraftStore.getState().setValue('i2v', 'prompt', 'a Red fox')
  await visit('i2v')
  prompt().focus()
  await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}')
  expect(prompt()).toHaveValue('a cat')
})

test('the arrows without Alt move the cursor and nothing else', async () => {
  await visit('i2v')
  await userEvent.type(prompt(), 'new{ArrowUp}')
  expect(prompt()).toHaveValue('new')
})

test('the history is searched without regard to case, and a prompt is taken from it', async () => {
  await visit('i2v')
  await userEvent.click(screen.getByRole('button', { name: 'Prompt history' }))
  await userEvent.type(await screen.findByRole('searchbox', { name: 'Search prompts' }), 'RED')
  expect(screen.queryByRole('button', { name: 'a cat' })).not.toBeInTheDocument()
  expect(screen.getByRole('button', { name: 'a Red fox' })).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'a red boat' }))
  expect(draftOf(useDraftStore.getState(), 'i2v').values.prompt).toBe('a red boat')
  await waitFor(() => expect(screen.queryByRole('searchbox')).not.toBeInTheDocument())
})

test('a search that finds nothing says so', async () => {
  await visit('i2v')
  await userEvent.click(screen.getByRole('button', { name: 'Prompt history' }))
  await userEvent.type(await screen.findByRole('searchbox'), 'zebra')
  expect(screen.getByText('No prompt matches.')).toBeVisible()
})
