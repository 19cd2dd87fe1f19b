import { fireEvent, render, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { Compare } from './Compare'

const before = { src: '/before.png', alt: 'the cat' }
const after = { src: '/after.png', alt: 'the warm cat' }

test('the line is a native slider with a name, so the keyboard and a finger move it', () => {
  render(<Compare before={before} after={after} label="Before and after" />)
  const line = screen.getByRole('slider', { name: 'Before and after' })
  expect(line).toHaveAttribute('type', 'range')
  expect(line).toHaveValue('50')
  expect(line).toHaveAttribute('aria-valuetext', '50% before')
})

test('the before picture is cut off where the line is', () => {
  render(<Compare before={before} after={after} label="Before and after" />)
  fireEvent.change(screen.getByRole('slider'), { target: { value: '80' } })
  expect(screen.getByTestId('before')).toHaveStyle({ clipPath: 'inset(0 20% 0 0)' })
  expect(screen.getByRole('slider')).toHaveAttribute('aria-valuetext', '80% before')
})

test('each side says what it is, and nothing where nothing of it is left', () => {
  render(<Compare before={before} after={after} label="x" beforeLabel="Other" />)
  expect(screen.getByText('Other')).toBeVisible()
  expect(screen.getByText('After')).not.toHaveClass('invisible')
  fireEvent.change(screen.getByRole('slider'), { target: { value: '100' } })
  expect(screen.getByText('After')).toHaveClass('invisible')
})

test('the place of the result is kept before it is there', () => {
  render(<Compare before={before} after={after} label="x" width={1248} height={832} />)
  expect(screen.getByAltText('the warm cat')).toHaveAttribute('width', '1248')
  expect(screen.getByTestId('before').parentElement).toHaveStyle({ aspectRatio: '1248 / 832' })
})

test('a result that cannot be shown is told', () => {
  const onError = vi.fn()
  render(<Compare before={before} after={after} label="x" onError={onError} />)
  fireEvent.error(screen.getByAltText('the warm cat'))
  expect(onError).toHaveBeenCalledOnce()
})
