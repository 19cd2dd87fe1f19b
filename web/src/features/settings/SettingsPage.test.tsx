import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useDraftStore } from '@/stores/draftStore'
import { useServerStore } from '@/stores/serverStore'
import { DEFAULT_HUE, useUiStore } from '@/stores/uiStore'
import { aConfig } from '@/test/fixtures'
import { network } from '@/test/server'
import SettingsPage from './SettingsPage'

const server = network()

beforeEach(() => {
  // jsdom does not know it.
  vi.stubGlobal('isSecureContext', false)
  useUiStore.setState(useUiStore.getInitialState())
  useDraftStore.setState(useDraftStore.getInitialState())
  useServerStore.setState({ config: aConfig, session: { keys: false, name: null, scopes: [] } })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

function show() {
  render(<SettingsPage />)
}

function stored(): Record<string, unknown> {
  return JSON.parse(localStorage.getItem('spool.ui') ?? '{}').state
}

it('keeps what was chosen in this browser', async () => {
  show()
  await userEvent.click(screen.getByRole('radio', { name: 'Light' }))
  await userEvent.click(screen.getByRole('switch', { name: 'Sound' }))
  await userEvent.click(screen.getByRole('radio', { name: 'Focused job only' }))
  await userEvent.click(screen.getByRole('switch', { name: 'Shortcuts of single letters' }))
  await userEvent.click(screen.getByRole('button', { name: 'Teal' }))
  expect(stored()).toMatchObject({ theme: 'light', sound: true, previews: 'focused', letters: false, hue: 200 })
})

it('takes the colour back', async () => {
  useUiStore.setState({ hue: 25 })
  show()
  expect(screen.getByRole('button', { name: 'Red' })).toHaveAttribute('aria-pressed', 'true')
  await userEvent.click(screen.getByRole('button', { name: 'Back to the usual colour' }))
  expect(stored()).toMatchObject({ hue: DEFAULT_HUE })
})

describe('notifications', () => {
  const toggle = () => screen.getByRole('switch', { name: 'Notifications' })

  function browserSays(permission: NotificationPermission, then: NotificationPermission = permission) {
    const Notification = { permission, requestPermission: vi.fn(async () => (Notification.permission = then)) }
    vi.stubGlobal('isSecureContext', true)
    vi.stubGlobal('Notification', Notification)
    return Notification
  }

  it('are out of reach on plain http, with the reason, even if they were on', () => {
    useUiStore.setState({ notifications: true })
    show()
    expect(toggle()).toBeDisabled()
    expect(toggle()).not.toBeChecked()
    expect(toggle()).toHaveAccessibleDescription(/only on https or localhost/)
  })

  it('are out of reach when the browser was told so', () => {
    browserSays('denied')
    show()
    expect(toggle()).toBeDisabled()
    expect(toggle()).toHaveAccessibleDescription(/was told not to show them/)
  })

  it('ask when they are turned on, not before', async () => {
    const Notification = browserSays('default', 'granted')
    show()
    expect(Notification.requestPermission).not.toHaveBeenCalled()
    await userEvent.click(toggle())
    expect(toggle()).toBeChecked()
    expect(stored()).toMatchObject({ notifications: true })
  })

  it('stay off when the user refuses, with the reason', async () => {
    browserSays('default', 'denied')
    show()
    await userEvent.click(toggle())
    expect(toggle()).not.toBeChecked()
    expect(toggle()).toBeDisabled()
    expect(stored()).toMatchObject({ notifications: false })
  })
})

it('clears the prompt history after asking, and leaves the drafts', async () => {
  useDraftStore.getState().remember('i2v', 'a fox')
  useDraftStore.getState().setValue('i2v', 'prompt', 'a fox')
  show()
  await userEvent.click(screen.getByRole('button', { name: 'Clear prompt history' }))
  expect(useDraftStore.getState().history.i2v).toEqual(['a fox'])
  await userEvent.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Clear' }))
  expect(useDraftStore.getState().history).toEqual({})
  expect(useDraftStore.getState().drafts.i2v).toBeDefined()
  expect(screen.getByRole('button', { name: 'Clear prompt history' })).toBeDisabled()
})

it('keeps the drafts when one thinks better of clearing them', async () => {
  useDraftStore.getState().setValue('qwen', 'prompt', 'a fox')
  show()
  await userEvent.click(screen.getByRole('button', { name: 'Clear drafts' }))
  await userEvent.keyboard('{Escape}')
  expect(useDraftStore.getState().drafts.qwen).toBeDefined()
  expect(screen.getByRole('button', { name: 'Clear drafts' })).toHaveFocus()
})

it('says whose session it is and what that may, and ends it', async () => {
  let ended = 0
  server.use(
    http.delete('*/api/session', () => {
      ended += 1
      return new HttpResponse(null, { status: 204 })
    }),
  )
  useServerStore.setState({ session: { keys: true, name: 'alice', scopes: ['submit', 'admin'] } })
  useDraftStore.getState().setValue('i2v', 'prompt', 'kept')
  show()
  expect(screen.getByText('alice')).toBeVisible()
  expect(screen.getByText('send, cancel and delete its jobs; drain and resume agents')).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'Sign out' }))
  await vi.waitFor(() => expect(useServerStore.getState().session?.name).toBeNull())
  expect(ended).toBe(1)
  expect(useDraftStore.getState().drafts.i2v?.values.prompt).toBe('kept')
})

it('says what the server is and keeps', () => {
  show()
  expect(screen.getByText(aConfig.version)).toBeVisible()
  expect(screen.getByText('24 h')).toBeVisible()
  expect(screen.getByText('10,000')).toBeVisible()
  expect(screen.getByRole('link', { name: 'API documentation' })).toHaveAttribute('href', '/api/docs')
})
