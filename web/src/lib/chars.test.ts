import { expect, test } from 'vitest'
// The server's tests read the same file: shared/tests/workflow_limits.rs.
import prompts from '../../../tests/fixtures/prompts/characters.json'
import { countChars } from './chars'

test.each(prompts)('$text has $characters characters, as the server counts', ({ text, characters }) => {
  expect(countChars(text)).toBe(characters)
})

test('nothing has no characters', () => expect(countChars('')).toBe(0))
