import { choice } from './choices'
import { ago, count, duration, gib, moment, plural, roughly } from './format'

/** The page of the agents and the queues. */
export const fleet = {
  title: 'Fleet',
  lead: 'The machines that do the work, and what waits for them.',

  // The summary
  summary: 'At a glance',
  gpusBusy: 'GPUs busy',
  placesBusy: 'Slots busy',
  agentsOnline: 'Agents online',
  queue: 'Queue',
  wait: 'Wait for a new job',
  of: (part: number, all: number) => `${count(part)} of ${count(all)}`,
  noPlaces: 'None',
  starting: (slots: number) => `${slots} starting`,
  broken: (slots: number) => `${slots} not working`,
  allHealthy: 'All healthy',
  draining: (agents: number) => `${agents} finishing up`,
  lostAgents: (agents: number) => `${agents} lost`,
  allOnline: 'All take jobs',
  oldest: (ms: number) => `oldest waits ${duration(ms)}`,
  nobodyWaits: 'Nobody waits',
  almostFull: 'Almost full',
  full: 'Full: new jobs are refused',
  noWait: 'None',
  waitsForGpu: 'Until a GPU takes jobs',
  notMeasured: 'Not known yet',
  longestFor: (workflow: string) => `for ${workflow}, the longest`,
  freeNow: 'A place is free',

  // The list
  agents: 'Agents',
  filter: 'Find an agent',
  filterHint: 'Name, label or GPU',
  stateFilter: 'State',
  everyState: 'Every state',
  shown: (some: number, all: number) => `${count(some)} of ${plural(all, 'agent')} shown`,
  noneMatch: 'No agent matches',
  noneMatchDetail: 'Try another word, or every state.',
  clearFilter: 'Clear the filter',

  // One agent
  states: {
    online: 'Online',
    away: 'Connection lost',
    unhealthy: 'Not working',
    paused: 'Paused',
    draining: 'Draining',
    quarantined: 'Set aside',
    lost: 'Lost',
  },
  notes: {
    online: null,
    away: 'It may be back in a moment. What it runs goes on meanwhile.',
    unhealthy: 'None of its workers starts. Its log says why; so does spool-agent check on that machine.',
    draining: 'Finishing up, takes no new jobs.',
  },
  quarantined: (until: string) =>
    `Job after job failed on it. It gets none until ${clock(until)}, or until it is resumed.`,
  paused: (why: string) => `Takes no jobs by its own decision: ${why}`,
  lost: (ms: number) => `Last report ${ago(ms)}. What it ran was put back in line.`,
  version: (version: string) => `agent ${version}`,
  connectedFor: (ms: number) => `connected for ${span(ms)}`,
  seen: (ms: number) => `seen ${ago(ms)}`,
  jobs: 'Jobs',
  done: (jobs: number) => `${count(jobs)} done`,
  failed: (jobs: number) => `${count(jobs)} failed`,
  cost: 'Cost',
  price: (price: number) => `${price.toFixed(2)} an hour`,
  soFar: (cost: number) => `${cost.toFixed(2)} so far`,
  memory: 'Memory',
  gigabytes: (bytes: number) => `${gib(bytes)} GB`,
  labels: 'Labels',
  offers: 'Runs',
  offersNothing: 'No workflow: spool-agent check says why',
  noModel: 'no AI model',
  engine: (workflow: string, engine: string) => `${workflow} with ${engine}`,
  places: (name: string) => `Places of ${name}`,
  hardware: (name: string) => `Hardware of ${name}`,

  // A place
  gpu: (index: number) => `GPU ${index}`,
  place: (index: number) => `Slot ${index}`,
  processor: 'Processor',
  temperature: (degrees: number) => `${degrees} °C`,
  power: (watts: number) => `${watts} W`,
  utilisation: 'Utilisation',
  percent: (value: number) => `${value}%`,
  memoryUse: (used: number, all: number) => `${gib(used)} of ${gib(all)} GB`,
  notMeasuredGpu: 'Load not measured yet',
  slots: {
    starting: 'Worker starting',
    ready: 'Idle',
    busy: 'Busy',
    stopping: 'Ending a job',
    broken: 'Worker does not start. Takes no jobs.',
    unknown: 'In a state that this page does not know',
  },
  takesNone: 'Takes no new jobs',
  away: 'Not heard from at the moment',
  someones: 'Someone’s job',
  aJob: 'A job',
  yourJob: 'Your job',

  // Drain and resume
  drain: 'Drain',
  resume: 'Resume',
  drainName: (name: string) => `Drain ${name}`,
  resumeName: (name: string) => `Resume ${name}`,
  drainTitle: (name: string) => `Drain ${name}?`,
  drainDetail: (jobs: number) =>
    jobs === 0
      ? 'It takes no new jobs, also if it connects again, until someone resumes it.'
      : `It finishes the ${plural(jobs, 'job')} that it runs and takes no new ones, also if it connects again, until someone resumes it.`,
  drainFailed: (name: string) => `Could not drain ${name}`,
  resumeFailed: (name: string) => `Could not resume ${name}`,
  needsAdmin: 'Needs a key with the scope admin',
  offline: 'The server cannot be reached',

  // The queues
  queues: 'Queues',
  queuesFailed: 'Could not load the queues',
  stale: 'These figures are old: the server could not be asked again.',
  waiting: 'Waiting',
  byPriority: (high: number, normal: number, low: number) =>
    [high > 0 && `${count(high)} high`, normal > 0 && `${count(normal)} normal`, low > 0 && `${count(low)} low`]
      .filter(Boolean)
      .join(' · '),
  delayed: (jobs: number) => `${count(jobs)} to be tried again`,
  longest: 'Longest wait',
  placesTitle: 'Places',
  placesFree: (free: number, all: number) => `${count(free)} of ${count(all)} free`,
  noPlace: 'None',
  newJob: 'A new job waits',
  nobody: '–',
  classes: (workflow: string) => `${workflow} by kind of job`,
  kinds: (kinds: number) => plural(kinds, 'kind'),
  classOf: (name: string) => {
    const [workflow, ...rest] = name.split('.')
    const [first = '', second = '', third = ''] = rest
    if (workflow === 'i2v') return `${first} · up to ${second} frames · ${choice('preset', third)}`
    if (workflow === 'qwen') return `${choice('model', first)} · ${choice('preset', second)}`
    return first.replace('x', '×')
  },
  usual: (low: number, high: number) => `usually takes ${roughly({ low, high })}`,

  // Another machine
  add: 'Add a GPU',
  addEmpty: 'No GPU is connected yet',
  addLead:
    'An agent on the machine with the GPU dials in by itself; that machine needs no open port. It shows up here at once.',
  stepToken: 'On the server, make a token for it',
  stepTokenDetail: 'It prints the token once. The server reads the file of SPOOL_AGENT_TOKENS_FILE again by itself.',
  stepCheck: 'On the machine with the GPU, see what would work',
  stepCheckHere: 'On this machine, see what would work',
  stepCheckDetail: 'Line by line, with the reason for what does not.',
  stepRun: 'On the machine with the GPU, connect it',
  stepRunHere: 'On this machine, connect it',
  stepRunDetail: 'It works until it is stopped, and finishes its job first. spool-agent --help has every setting.',
  tokenDetail: 'Put the token from the first step in the place of spoola_….',
  needsTls:
    'This page came over plain http. An agent on another machine sends its token over TLS only, so put a proxy that speaks TLS before the server. Caddy, for one, needs a name and this line:',
  stepTls: 'A proxy with TLS on the server',
  hereOnly:
    'This server serves its own machine alone. For a GPU on another one it needs keys, agent tokens and a proxy with TLS; its README tells how under “Keys”.',
} as const

/** Whole minutes are exact enough for how long something is there. */
function span(ms: number): string {
  if (ms < 60_000) return 'less than a minute'
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`
  return ms < 2 * 86_400_000 ? duration(ms) : `${Math.floor(ms / 86_400_000)} days`
}

/** `moment` within a sentence. */
function clock(time: string): string {
  return moment(time).replace('Today', 'today')
}
