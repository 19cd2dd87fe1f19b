import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { moveInList } from './listKeys'

test('arrows, J and K go from card to card, from wherever in a card the focus is, and stop at the ends', async () => {
  render(
    <ul onKeyDown={moveInList}>
      {['one', 'two', 'three'].map((name) => (
        <li key={name}>
          <button type="button" data-open>
            {name}
          </button>
          <button type="button">cancel {name}</button>
        </li>
      ))}
    </ul>,
  )
  screen.getByText('cancel one').focus()
  const press = async (keys: string) => {
    await userEvent.keyboard(keys)
    return document.activeElement?.textContent
  }
  expect(await press('j')).toBe('two')
  expect(await press('{ArrowDown}')).toBe('three')
  expect(await press('j')).toBe('three')
  expect(await press('k{ArrowUp}')).toBe('one')
  expect(await press('{Control>}j{/Control}')).toBe('one')
})
