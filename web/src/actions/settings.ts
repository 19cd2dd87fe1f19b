import type { JobConfig } from '@/api/jobs'
import type { Job, JobOutput } from '@/api/types'
import { patiently } from '@/lib/late'

// What these do comes when it is first asked for.
const proposals = () => patiently(() => import('./proposal'))
const steps = () => patiently(() => import('./nextStep'))

/** Offers these settings to the form they belong to: a dialog shows what would change. */
export async function proposeConfig(config: JobConfig, source: string): Promise<void> {
  const { propose } = await proposals()
  await propose(config, source)
}

/** The same with those of a job. */
export async function proposeSettingsOf(job: Job): Promise<void> {
  const { proposeOf } = await proposals()
  await proposeOf(job)
}

/** What the result of a job can be the start of. */
export type NextStep = 'edit' | 'start' | 'last-frame' | 'upscale'

/** Puts a result (of a video, its last frame for `last-frame`) into the form of the next step, and goes there. */
export async function continueWith(job: Job, output: JobOutput, step: NextStep): Promise<void> {
  const { takeFurther } = await steps()
  await takeFurther(job, output, step)
}
