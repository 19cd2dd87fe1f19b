import { beforeAll, expect, test } from 'vitest'
import { keepStrayFiles } from './strayFiles'

beforeAll(keepStrayFiles)

function drag(type: string, types: string[]): Event {
  const event = new Event(type, { bubbles: true, cancelable: true })
  Object.assign(event, { dataTransfer: { types } })
  document.body.dispatchEvent(event)
  return event
}

test('a file that is dropped on no place for it does not take the page away', () => {
  expect(drag('dragover', ['Files']).defaultPrevented).toBe(true)
  expect(drag('drop', ['Files']).defaultPrevented).toBe(true)
})

test('text may be dragged into a field as anywhere', () => {
  expect(drag('drop', ['text/plain']).defaultPrevented).toBe(false)
})
