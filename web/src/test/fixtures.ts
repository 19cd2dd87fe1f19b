import type { Agent, Config, Job, JobOutput } from '@/api/types'
import config from './config.json'

let made = 0

/** A job that waits, unless told otherwise. */
export function aJob(change: Partial<Job> = {}): Job {
  made += 1
  const id = change.id ?? `00000000-0000-8000-8000-${String(made).padStart(12, '0')}`
  const self = `/api/jobs/${id}`
  return {
    id,
    workflow: 'i2v',
    engine: null,
    status: 'queued',
    version: 1,
    priority: 'normal',
    params: { prompt: 'the cat turns its head' },
    inputs: [
      {
        index: 0,
        content_type: 'image/png',
        bytes: 1000,
        width: 640,
        height: 480,
        orientation: 1,
        url: `${self}/inputs/0`,
      },
    ],
    progress: null,
    queue_position: 0,
    starts_in_ms: null,
    unservable: null,
    attempts: 0,
    failures: 0,
    losses: 0,
    bounces: 0,
    drains: 0,
    agent: null,
    error: null,
    outputs: [],
    timings: null,
    parent_id: null,
    created_at: '2026-11-30T10:00:00.000Z',
    started_at: null,
    finished_at: null,
    expires_at: null,
    urls: {
      self,
      events: `${self}/events`,
      cancel: `${self}/cancel`,
      retry: `${self}/retry`,
      config: `${self}/config`,
    },
    ...change,
  }
}

export function aRunningJob(change: Partial<Job> = {}): Job {
  return aJob({
    status: 'running',
    version: 5,
    attempts: 1,
    queue_position: null,
    started_at: '2026-11-30T10:00:05.000Z',
    agent: { id: 'a1', name: 'atlas', slot: 0 },
    progress: { phase: 'denoise', step: 2, steps: 8, fraction: 0.42, eta_ms: { low: 30_000, high: 38_000 } },
    ...change,
  })
}

export function anOutput(change: Partial<JobOutput> = {}): JobOutput {
  return {
    index: 0,
    content_type: 'video/mp4',
    bytes: 1_200_000,
    sha256: 'ab'.repeat(32),
    width: 832,
    height: 480,
    frames: 81,
    fps: 16,
    duration_ms: 5062,
    url: '/api/jobs/x/outputs/0',
    poster_url: '/api/jobs/x/outputs/0/poster',
    ...change,
  }
}

export function aFinishedJob(change: Partial<Job> = {}): Job {
  return aRunningJob({
    status: 'succeeded',
    version: 9,
    progress: { phase: 'upload', step: 8, steps: 8, fraction: 1, eta_ms: null },
    finished_at: '2026-11-30T10:01:00.000Z',
    outputs: [anOutput()],
    ...change,
  })
}

export function anAgent(change: Partial<Agent> = {}): Agent {
  return {
    id: 'a1',
    name: 'atlas',
    state: 'online',
    connected: true,
    version: '0.1.0',
    workflows: [{ workflow: 'i2v', engine: 'diffsynth', classes: ['i2v.480p.81.lightning'] }],
    slots: [
      {
        index: 0,
        state: 'ready',
        job: null,
        gpu: {
          name: 'RTX 4090',
          memory_bytes: 24 * 2 ** 30,
          memory_used_bytes: 12 * 2 ** 30,
          utilisation: 34,
          temperature: 58,
          power: 210,
        },
      },
    ],
    places: { total: 1, free: 1 },
    memory_bytes: 64 * 2 ** 30,
    gpus: [{ index: 0, name: 'RTX 4090', memory_bytes: 24 * 2 ** 30 }],
    labels: {},
    price_per_hour: null,
    jobs_done: 12,
    jobs_failed: 1,
    connected_at: '2026-11-30T09:00:00.000Z',
    seen_at: '2026-11-30T10:00:00.000Z',
    quarantined_until: null,
    pause: null,
    ...change,
  } as Agent
}

/** What `GET /api/config` of a real server answered; the end-to-end tests meet the server itself. */
export const aConfig = config as unknown as Config
