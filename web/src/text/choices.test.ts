import { expect, test } from 'vitest'
import { classWords, inWords } from './choices'

test.each([
  ['i2v.720p.81.lightning', '720p, up to 81 frames, Lightning'],
  ['qwen.edit.quality', 'model First, Quality'],
  ['upscale.4x', '4×'],
])('%s is said in words', (name, words) => expect(classWords(name)).toBe(words))

test("the server's names of workflows and classes are words in its sentences", () => {
  expect(inWords('no connected agent offers i2v.720p.81.lightning; one agent offers i2v')).toBe(
    'no connected agent offers Video (720p, up to 81 frames, Lightning); one agent offers Video',
  )
  expect(inWords('the agents that offer upscale.4x take no jobs now: 1 drained')).toBe(
    'the agents that offer Upscale (4×) take no jobs now: 1 drained',
  )
})
