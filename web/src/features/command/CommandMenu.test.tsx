import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { cancelJobs } from '@/actions/jobs'
import { useCommandStore } from '@/stores/commandStore'
import { useJobStore } from '@/stores/jobStore'
import { useServerStore } from '@/stores/serverStore'
import { useUiStore } from '@/stores/uiStore'
import { aFinishedJob, aJob, aRunningJob } from '@/test/fixtures'
import { CommandMenu } from './CommandMenu'

vi.mock('@/actions/jobs', () => ({ cancelJobs: vi.fn(async () => {}), runAgain: vi.fn() }))

beforeEach(() => {
  Element.prototype.scrollIntoView = () => {}
  // As the server says it in the shell.
  document.head.innerHTML = '<base href="/">'
  history.replaceState(null, '', '/')
  useCommandStore.setState({ shown: null })
  useUiStore.setState(useUiStore.getInitialState())
  useServerStore.setState({ session: { keys: false, name: null, scopes: [] } })
  useJobStore.getState().clear()
})

function show() {
  render(
    <>
      <button type="button">before</button>
      <textarea data-prompt aria-label="Prompt" />
      <CommandMenu />
    </>,
  )
}

const field = () => screen.findByRole('combobox')
const options = () => screen.getAllByRole('option').map((option) => option.textContent)
const selected = () => screen.getByRole('option', { selected: true })

async function open(user = userEvent) {
  await user.keyboard('{Control>}k{/Control}')
  return field()
}

describe('the command menu', () => {
  it('opens with Ctrl+K, also while one writes, closes with Escape and gives the focus back', async () => {
    show()
    await userEvent.click(screen.getByLabelText('Prompt'))
    expect(await open()).toHaveFocus()
    await userEvent.keyboard('{Escape}')
    expect(screen.queryByRole('dialog')).toBeNull()
    await vi.waitFor(() => expect(screen.getByLabelText('Prompt')).toHaveFocus())
  })

  it('closes with the keys that opened it', async () => {
    show()
    await open()
    await userEvent.keyboard('{Control>}k{/Control}')
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('goes to a page by its name, with the keyboard alone', async () => {
    show()
    await userEvent.type(await open(), 'fle')
    expect(selected()).toHaveTextContent('Fleet')
    await userEvent.keyboard('{Enter}')
    await vi.waitFor(() => expect(location.pathname).toBe('/fleet'))
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('moves through the list with the arrows, around its ends, and says where it is', async () => {
    show()
    const input = await open()
    expect(selected()).toHaveTextContent('Video')
    await userEvent.keyboard('{ArrowDown}')
    expect(selected()).toHaveTextContent('Edit')
    expect(input).toHaveAttribute('aria-activedescendant', selected().id)
    await userEvent.keyboard('{ArrowUp}{ArrowUp}')
    expect(selected().textContent).toBe(options().at(-1))
    expect(input).toHaveFocus()
  })

  it('finds commands by other words for them', async () => {
    show()
    await userEvent.type(await open(), 'node')
    expect(options()).toEqual(['Add a GPU'])
  })

  it('finds jobs by words of their prompt, in any order, and goes to the result or to the stage', async () => {
    const done = aFinishedJob({ id: 'done', params: { prompt: 'A fox in the snow' } })
    const waits = aJob({ id: 'waits', workflow: 'qwen', params: { prompt: 'A hare in the snow' } })
    useJobStore.getState().apply(null, [done, waits])
    show()
    await userEvent.type(await open(), 'snow fox')
    await userEvent.click(screen.getByRole('option', { name: /A fox in the snow/ }))
    await vi.waitFor(() => expect(location.pathname).toBe('/gallery/done'))
    await userEvent.type(await open(), 'hare{Enter}')
    await vi.waitFor(() => expect(location.pathname).toBe('/edit'))
    expect(useUiStore.getState().focused).toBe('waits')
  })

  it('says so when nothing fits', async () => {
    show()
    await userEvent.type(await open(), 'xyzzy{Enter}')
    expect(screen.getByText('Nothing matches “xyzzy”')).toBeVisible()
    expect(screen.queryByRole('option')).toBeNull()
    expect(screen.getByRole('dialog')).toBeVisible()
  })

  it('offers to sign out only where one can be signed in', async () => {
    show()
    await userEvent.type(await open(), 'logout')
    expect(screen.queryByRole('option')).toBeNull()
    await userEvent.keyboard('{Escape}')
    useServerStore.setState({ session: { keys: true, name: 'alice', scopes: [] } })
    await userEvent.type(await open(), 'logout')
    expect(options()).toEqual(['Sign out'])
  })

  it('changes the theme', async () => {
    show()
    await userEvent.type(await open(), 'light theme{Enter}')
    await vi.waitFor(() => expect(useUiStore.getState().theme).toBe('light'))
  })
})

describe('shortcuts', () => {
  it('go to pages by two letters', async () => {
    show()
    await userEvent.keyboard('gj')
    expect(location.pathname).toBe('/jobs')
    await userEvent.keyboard('gg')
    expect(location.pathname).toBe('/gallery')
  })

  it('leave letters in a text field alone', async () => {
    show()
    await userEvent.type(screen.getByLabelText('Prompt'), 'gf?/')
    expect(location.pathname).toBe('/')
    expect(screen.getByLabelText('Prompt')).toHaveValue('gf?/')
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('are off when the setting says so, but for those with Ctrl', async () => {
    useUiStore.setState({ letters: false })
    show()
    await userEvent.keyboard('gf?')
    expect(location.pathname).toBe('/')
    expect(useCommandStore.getState().shown).toBeNull()
    expect(await open()).toBeVisible()
  })

  it('put the cursor into the prompt without typing the slash', async () => {
    show()
    await userEvent.keyboard('/')
    expect(screen.getByLabelText('Prompt')).toHaveFocus()
    expect(screen.getByLabelText('Prompt')).toHaveValue('')
  })

  it('cancel the focused job, or else the newest that runs', async () => {
    useJobStore
      .getState()
      .apply(null, [
        aRunningJob({ id: 'older', started_at: '2026-11-30T10:00:00Z' }),
        aRunningJob({ id: 'newer', started_at: '2026-11-30T10:05:00Z' }),
      ])
    show()
    await userEvent.keyboard('{Shift>}X{/Shift}')
    expect(cancelJobs).toHaveBeenLastCalledWith(['newer'])
    useUiStore.setState({ focused: 'older' })
    await userEvent.keyboard('{Shift>}X{/Shift}')
    expect(cancelJobs).toHaveBeenLastCalledWith(['older'])
  })

  it('do nothing while another dialog waits for an answer', async () => {
    show()
    const dialog = document.createElement('div')
    dialog.setAttribute('role', 'alertdialog')
    dialog.dataset.state = 'open'
    document.body.append(dialog)
    await userEvent.keyboard('gf?{Control>}k{/Control}')
    expect(location.pathname).toBe('/')
    expect(useCommandStore.getState().shown).toBeNull()
    dialog.remove()
  })
})

describe('the sheet of shortcuts', () => {
  it('lists them in groups', async () => {
    show()
    await userEvent.keyboard('?')
    const sheet = within(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' }))
    expect(sheet.getAllByRole('heading', { level: 3 }).map((one) => one.textContent)).toEqual([
      'Anywhere',
      'Pages',
      'Create',
      'Jobs',
      'Gallery',
    ])
    expect(sheet.getByText('Generate').closest('div')).toHaveTextContent('CtrlEnter')
  })

  it('says when single letters are off, and turns them on', async () => {
    useUiStore.setState({ letters: false })
    show()
    useCommandStore.getState().open('shortcuts')
    await userEvent.click(await screen.findByRole('button', { name: 'Turn them on' }))
    expect(useUiStore.getState().letters).toBe(true)
  })
})
