import { describe, expect, test } from 'vitest'
import { markHeard } from '@/lib/heard'
import { aFinishedJob, aJob, anOutput, aRunningJob } from '@/test/fixtures'
import {
  engineNote,
  failureWords,
  jobLook,
  jobStatusLine,
  jobTitle,
  phaseLine,
  phaseWords,
  placeInLine,
  requeued,
  seat,
  statusWords,
  timeLeft,
} from './jobs'

const NOW = Date.parse('2026-11-30T10:01:00.000Z')
const line = (job: Parameters<typeof jobStatusLine>[0], now = NOW) => jobStatusLine(job, now).replaceAll('\u00a0', ' ')

function startsIn(ms: number, heardAt = NOW) {
  const span = { low: ms / 2, high: ms }
  markHeard(span, heardAt)
  return span
}

test('a waiting job says where in line it is and when it starts', () => {
  expect(line(aJob({ queue_position: 1 }))).toBe('Next in line')
  expect(line(aJob({ queue_position: 2 }))).toBe('Number 2 in line')
  expect(line(aJob({ queue_position: 1, starts_in_ms: startsIn(65_000) }))).toBe('Next in line, starts in about 1m 05s')
  expect(line(aJob({ queue_position: 12, starts_in_ms: startsIn(9000) }))).toBe(
    'Number 12 in line, starts in about 9 s',
  )
  expect(line(aJob({ queue_position: null }))).toBe('Waiting')
})

describe('an estimate counts down from when it was heard', () => {
  test('by the time that has gone by', () => {
    const job = aJob({ queue_position: 1, starts_in_ms: startsIn(20_000) })
    expect(line(job, NOW + 8000)).toBe('Next in line, starts in about 12 s')
  })

  test('and never below nothing', () => {
    const job = aJob({ queue_position: 1, starts_in_ms: startsIn(20_000) })
    expect(line(job, NOW + 3_600_000)).toBe('Next in line, starts any moment')
    // Further back nobody would believe that.
    expect(placeInLine({ ...job, queue_position: 3 }, NOW + 3_600_000)).toBe('Number 3 in line')
    const running = aRunningJob({ progress: { ...at('denoise'), eta_ms: startsIn(5000) } })
    expect(timeLeft(running, NOW + 60_000)).toBe('nearly done')
  })

  test('and does not grow when the clock was set back', () => {
    const job = aJob({ queue_position: 1, starts_in_ms: startsIn(20_000) })
    expect(line(job, NOW - 60_000)).toBe('Next in line, starts in about 20 s')
  })
})

test.each([
  [{ losses: 1, attempts: 1 }, 'Agent lost, back in line (attempt 2)'],
  [{ drains: 1, attempts: 1 }, 'Given back by its node, back in line (attempt 2)'],
  [{ failures: 1, attempts: 1, queue_position: null }, 'Failed once, tries again (attempt 2)'],
  [{ failures: 2, attempts: 3 }, 'Failed 2 times, tries again (attempt 4)'],
  [{ losses: 1, failures: 1, attempts: 2 }, 'Agent lost, back in line (attempt 3)'],
])('a job that waits once more says why: %o', (counters, words) => {
  const job = aJob(counters)
  expect(line(job)).toBe(words)
  expect(requeued(job)).toBe(words)
  expect(jobLook(job)).toBe('again')
})

test('a hand-out that came to nothing is no news', () => {
  expect(requeued(aJob({ bounces: 3 }))).toBeNull()
})

test('a job that nobody can run says so, unless there is more to say', () => {
  const missing = { message: 'no connected agent offers i2v', missing: 'i2v.480p.81.lightning' as const, closest: null }
  const nobody = { ...missing, agents: 0 }
  expect(line(aJob({ unservable: nobody }))).toBe('Waiting for a GPU')
  expect(line(aJob({ unservable: { ...missing, agents: 2 } }))).toBe('No connected GPU can take it now')
  expect(line(aJob({ unservable: nobody, losses: 1, attempts: 1 }))).toBe('Agent lost, back in line (attempt 2)')
  expect(jobLook(aJob({ unservable: nobody, losses: 1 }))).toBe('stuck')
})

function at(phase: keyof typeof phaseWords, step = 2, steps = 8) {
  return { phase, step, steps, fraction: 0.4, eta_ms: null }
}

test.each([
  ['fetch', 'Fetching the picture'],
  ['load', 'Loading the model'],
  ['encode_text', 'Reading the prompt'],
  ['encode_image', 'Reading the picture'],
  ['denoise', 'Step 2 of 8'],
  ['denoise_high', 'Step 2 of 8'],
  ['denoise_low', 'Step 2 of 8'],
  ['decode', 'Decoding'],
  ['encode', 'Encoding the result'],
  ['upload', 'Sending the result'],
  ['other', 'Working'],
] as const)('%s reads "%s"', (phase, words) => {
  expect(phaseLine(aRunningJob({ progress: at(phase) }))).toBe(words)
})

test('every phase has words, and one that a newer server knows has some', () => {
  expect(Object.keys(phaseWords)).toHaveLength(11)
  const later = aRunningJob({ progress: at('later' as keyof typeof phaseWords) })
  expect(phaseLine(later)).toBe('Working')
  expect(phaseLine(aRunningJob({ progress: null }))).toBe('Running')
})

test('enlarging says how many parts are done', () => {
  expect(phaseLine(aRunningJob({ workflow: 'upscale', progress: at('decode', 3, 24) }))).toBe('Part 3 of 24')
})

test('a step is never above their number', () => {
  expect(phaseLine(aRunningJob({ progress: at('denoise', 9, 8) }))).toBe('Step 8 of 8')
})

test('a running job says what is left, else how long it has gone on', () => {
  const eta = startsIn(38_000)
  expect(line(aRunningJob({ progress: { ...at('denoise'), eta_ms: eta } }))).toBe('Step 2 of 8 · 40 s left')
  expect(timeLeft(aRunningJob({ progress: { ...at('denoise'), eta_ms: eta } }), NOW)).toBe('about 40\u00a0s left')
  expect(line(aRunningJob({ progress: at('load'), started_at: '2026-11-30T10:00:18.000Z' }))).toBe(
    'Loading the model · 42 s so far',
  )
  // The server's clock may be ahead of this one.
  expect(line(aRunningJob({ progress: at('load'), started_at: '2026-11-30T10:09:00.000Z' }))).toBe('Loading the model')
})

test('a job that has just been handed out names the node', () => {
  expect(line(aRunningJob({ status: 'assigned', progress: null }))).toBe('Starting on atlas')
  expect(line(aRunningJob({ status: 'assigned', agent: null }))).toBe('Starting')
})

test('a finished job says what came out', () => {
  expect(line(aFinishedJob())).toBe('Done · 832 × 480, 5.1 s')
  expect(line(aFinishedJob({ outputs: [anOutput({ duration_ms: null })] }))).toBe('Done · 832 × 480')
  expect(line(aFinishedJob({ outputs: [] }))).toBe('Done')
  expect(line(aJob({ status: 'canceled' }))).toBe('Canceled')
})

describe('a failure', () => {
  const failed = (code: string) =>
    aJob({ status: 'failed', error: { code: code as 'stalled', message: 'm', hint: null, retryable: false } })

  test('has words for every code of shared/src/job/failure.rs', () => {
    expect(Object.keys(failureWords)).toHaveLength(12)
  })

  test.each(Object.entries(failureWords))('%s has a title and a hint', (code, { title, hint }) => {
    expect(line(failed(code))).toBe(title)
    expect(title).toMatch(/^[A-Z].*[^.]$/)
    expect(hint).toMatch(/^[A-Z].*\.$/)
  })

  test('with a code that only a newer server knows is an error of the engine', () => {
    expect(line(failed('later'))).toBe('The engine reported an error')
  })
})

test('every status looks like something', () => {
  const looks = Object.keys(statusWords).map((status) => jobLook(aJob({ status: status as 'queued' })))
  expect(looks).toEqual(['waiting', 'starting', 'running', 'done', 'failed', 'canceled'])
})

test('a job without a prompt is called by what is done with its picture', () => {
  const job = aJob({ workflow: 'upscale', params: { prompt: null } })
  expect(jobTitle(job).replaceAll('\u00a0', ' ')).toBe('Upscale 640 × 480')
  expect(jobTitle({ ...job, inputs: [] })).toBe('Upscale')
  expect(jobTitle(aJob({ params: { prompt: '  a cat ' } }))).toBe('a cat')
})

test('work that no model did is named', () => {
  expect(engineNote('preview')).toBe('Preview engine: no AI model ran')
  expect(engineNote('scripted')).toBe('Test engine: no AI model ran')
  expect(engineNote('diffsynth')).toBeNull()
  expect(engineNote(null)).toBeNull()
})

test('a seat is a node and its GPU', () => {
  expect(seat({ name: 'atlas', slot: 1 })).toEqual(['atlas', 'GPU 1'])
  expect(seat({ name: 'atlas', slot: null })).toEqual(['atlas'])
  expect(seat(null)).toEqual([])
})
