import type { Job } from '@/api/types'
import { jobTitle } from '@/text/jobs'
import type { Command } from './commands'

export type Hit = { kind: 'command'; id: string; command: Command } | { kind: 'job'; id: string; job: Job }

interface HitGroup {
  name: 'pages' | 'actions' | 'jobs'
  hits: Hit[]
}

/** Without words, the last ones are enough to go on with; with words, more may fit. */
const JOBS_AT_REST = 4
const JOBS = 12

/** What fits the words, by group; in each the better fits first. All of the commands when there are no words. */
export function find(text: string, commands: readonly Command[], jobs: readonly Job[]): HitGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const ofGroup = (group: Command['group']): Hit[] =>
    ranked(
      commands.filter((one) => one.group === group),
      words,
      (one) => one.label,
      (one) => one.also ?? '',
    ).map((command) => ({ kind: 'command', id: command.id, command }))
  const found = ranked(jobs, words, jobTitle, (job) => job.workflow)
  const groups: HitGroup[] = [
    { name: 'pages', hits: ofGroup('pages') },
    { name: 'actions', hits: ofGroup('actions') },
    {
      name: 'jobs',
      hits: found
        .slice(0, words.length === 0 ? JOBS_AT_REST : JOBS)
        .map((job) => ({ kind: 'job', id: `job-${job.id}`, job })),
    },
  ]
  return groups.filter((group) => group.hits.length > 0)
}

/** Those in which every word stands, those that begin with what was typed first; else as they came. */
function ranked<T>(
  all: readonly T[],
  words: readonly string[],
  label: (one: T) => string,
  also: (one: T) => string,
): T[] {
  const typed = words.join(' ')
  return all
    .map((one) => ({ one, name: label(one).toLowerCase(), more: also(one).toLowerCase() }))
    .filter(({ name, more }) => words.every((word) => name.includes(word) || more.includes(word)))
    .map(({ one, name }) => ({
      one,
      rank: name.startsWith(typed) ? 0 : words.every((word) => name.includes(word)) ? 1 : 2,
    }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one)
}
