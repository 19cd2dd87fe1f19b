import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'
import { PageBoundary } from './PageBoundary'

let broken = true

function Page() {
  if (broken) throw new Error('of this page')
  return <p>the page</p>
}

beforeEach(() => {
  broken = true
  // React tells of errors that a boundary took as well.
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

test('a page that breaks says so, and can be tried again', async () => {
  render(
    <PageBoundary at="/gallery">
      <Page />
    </PageBoundary>,
  )
  expect(screen.getByRole('alert')).toHaveTextContent('This page broke')
  broken = false
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(screen.getByText('the page')).toBeVisible()
})

test('who goes to another page leaves the error behind', () => {
  const { rerender } = render(
    <PageBoundary at="/gallery">
      <Page />
    </PageBoundary>,
  )
  rerender(
    <PageBoundary at="/fleet">
      <p>the fleet</p>
    </PageBoundary>,
  )
  expect(screen.getByText('the fleet')).toBeVisible()
  expect(screen.queryByRole('alert')).toBeNull()
})
