import { useEffect, useState } from 'react'
import { showFavicon } from '@/lib/favicon'
import { chime, type Ending, notify, unlockSound } from '@/lib/notify'
import { keepTitle } from '@/lib/title'
import { onTransition, type Transition } from '@/stores/jobStore'
import { useUiStore } from '@/stores/uiStore'
import { failure, jobs, jobTitle } from '@/text/jobs'
import { announcement } from './announcement'
import { overallProgress, tabTitle, type Unseen } from './tab'

/** Of each kind, those that are read out; more at once would be noise. */
const MOST = 4

interface Said {
  key: string
  text: string
}

/** Tells of changes to whoever does not look: screen readers, the tab, a sound, a notification. */
export function Announcer() {
  const [polite, setPolite] = useState<Said[]>([])
  const [urgent, setUrgent] = useState<Said[]>([])

  useEffect(
    () =>
      onTransition((transition) => {
        const words = announcement(transition)
        if (words === null) return
        const said = { key: `${transition.job.id} ${transition.job.version}`, text: words }
        const add = (list: Said[]) => [...list.filter(({ key }) => key !== said.key), said].slice(-MOST)
        if (transition.job.status === 'failed') setUrgent(add)
        else setPolite(add)
      }),
    [],
  )
  useTab()
  useSound()

  return (
    <div className="sr-only">
      <News list={polite} live="polite" />
      <News list={urgent} live="assertive" />
    </div>
  )
}

/** Only what is added is read out. */
function News({ list, live }: { list: Said[]; live: 'polite' | 'assertive' }) {
  return (
    <div role="log" aria-live={live} aria-label={jobs.news[live]}>
      {list.map(({ key, text }) => (
        <p key={key}>{text}</p>
      ))}
    </div>
  )
}

/** Title and icon of the tab: how far it is, and what ended while nobody looked. */
function useTab() {
  useEffect(() => {
    let unseen: Unseen | null = null
    const title = keepTitle(() => {
      showFavicon({
        progress: overallProgress(),
        ended: unseen?.ending ?? null,
        hue: useUiStore.getState().hue,
      })
      return tabTitle(unseen)
    })
    const stop = onTransition((transition) => {
      const ending = endingOf(transition)
      if (ending !== null && document.visibilityState === 'hidden') unseen = { ending, job: transition.job }
      // A hidden tab's clock is slow, its socket is not.
      title.refresh()
    })
    const look = () => {
      if (document.visibilityState === 'visible') unseen = null
      title.refresh()
    }
    document.addEventListener('visibilitychange', look)
    return () => {
      stop()
      title.stop()
      document.removeEventListener('visibilitychange', look)
    }
  }, [])
}

/** Both only where the user asked for them, and on failure as well. */
function useSound() {
  const sound = useUiStore((store) => store.sound)
  const notifications = useUiStore((store) => store.notifications)
  useEffect(() => (sound ? unlockSound() : undefined), [sound])
  useEffect(
    () =>
      onTransition((transition) => {
        const ending = endingOf(transition)
        if (ending === null) return
        const { job } = transition
        if (sound) chime(ending)
        if (!notifications) return
        const words = ending === 'failed' ? failure(job.error).title : jobTitle(job)
        notify(jobs.notification[ending], ending === 'failed' ? `${words}: ${jobTitle(job)}` : words, job.id)
      }),
    [sound, notifications],
  )
}

/** How it ended; null for what goes on, was canceled, or was over when it was first heard of. */
function endingOf({ job, from }: Transition): Ending | null {
  if (from === null) return null
  if (job.status === 'succeeded') return 'done'
  return job.status === 'failed' ? 'failed' : null
}
