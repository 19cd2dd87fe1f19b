import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test } from 'vitest'
import { ParamSlider, snap } from './ParamSlider'

function Field({ step = 0.5, value: first = 3 }) {
  const [value, setValue] = useState(first)
  return <ParamSlider label="CFG scale" value={value} minimum={1} maximum={10} step={step} onChange={setValue} />
}

const field = () => screen.getByRole('spinbutton', { name: 'CFG scale' })

async function type(text: string) {
  await userEvent.clear(field())
  await userEvent.type(field(), text)
  await userEvent.tab()
}

test.each([
  ['4.5', '4.5'],
  ['4,5', '4.5'],
  ['4.3', '4.5'],
  ['99', '10'],
  ['-1', '1'],
  ['abc', '3'],
  [' ', '3'],
])('%j that is typed becomes %s when the field is left', async (typed, value) => {
  render(<Field />)
  await type(typed)
  expect(field()).toHaveValue(value)
})

test('the arrows go by a step and stop at both ends', async () => {
  render(<Field value={9.5} />)
  field().focus()
  await userEvent.keyboard('{ArrowUp}{ArrowUp}{ArrowUp}')
  expect(field()).toHaveValue('10')
  await userEvent.keyboard('{ArrowDown}')
  expect(field()).toHaveValue('9.5')
})

test('what is allowed counts from the least, without crumbs of binary fractions', () => {
  expect(snap(83, 5, 161, 4)).toBe(85)
  expect(snap(160.9, 5, 160, 4)).toBe(157)
  expect(snap(1.3000000000000003, 1, 10, 0.1)).toBe(1.3)
})
