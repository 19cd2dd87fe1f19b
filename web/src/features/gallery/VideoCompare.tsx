import { Pause, Play, StepBack, StepForward } from 'lucide-react'
import { type Ref, useRef, useState } from 'react'
import type { JobOutput } from '@/api/types'
import { IconButton } from '@/components/ui/IconButton'
import { Slider } from '@/components/ui/Slider'
import { Wipe } from '@/components/Wipe'
import { address } from '@/lib/base'
import { gallery as text } from '@/text/gallery'
import { stepped } from './frames'
import { Speed } from './Speed'
import { Frame } from './Stage'
import { useFrameKeys } from './useFrameKeys'
import { type Layout, SideTag } from './Versus'

interface VideoCompareProps {
  mine: JobOutput
  theirs: JobOutput
  layout: Layout
  onError: () => void
}

/** How far apart the two may be before the second one is put right, in seconds: two frames at most. */
const APART = 0.1

/** Two videos that play, stop and seek as one. The first leads; a shorter second one waits at its end. */
export function VideoCompare({ mine, theirs, layout, onError }: VideoCompareProps) {
  const leader = useRef<HTMLVideoElement>(null)
  const follower = useRef<HTMLVideoElement>(null)
  const [playing, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [rate, setRate] = useState(1)
  const fps = mine.fps ?? 16
  const frames = mine.frames ?? 1
  const length = frames / fps

  const both = (what: (video: HTMLVideoElement) => void) => {
    for (const video of [leader.current, follower.current]) if (video) what(video)
  }

  function align() {
    const [a, b] = [leader.current, follower.current]
    if (!a || !b) return
    setAt(a.currentTime)
    const wanted = Math.min(a.currentTime, b.duration || Number.POSITIVE_INFINITY)
    if (Math.abs(b.currentTime - wanted) > (a.paused ? 0 : APART)) b.currentTime = wanted
    if (!a.paused && b.paused && !b.ended) void b.play().catch(() => {})
  }

  function toggle() {
    if (playing) return both((video) => video.pause())
    align()
    // Refused where a browser wants a tap first; then the button says that nothing plays.
    both((video) => void video.play().catch(() => {}))
  }

  function seek(time: number) {
    both((video) => {
      video.currentTime = Math.min(time, video.duration || time)
    })
    setAt(time)
  }

  function step(by: number) {
    both((video) => video.pause())
    if (leader.current) seek(stepped(leader.current.currentTime, by, fps, frames))
  }
  useFrameKeys(step)

  const first = (
    <Video
      ref={leader}
      output={mine}
      label={text.view.this}
      cover={layout === 'slider'}
      onPlay={() => setPlaying(true)}
      onPause={() => {
        setPlaying(false)
        follower.current?.pause()
        align()
      }}
      onTimeUpdate={align}
      onEnded={() => {
        seek(0)
        both((video) => void video.play().catch(() => {}))
      }}
      onError={onError}
    />
  )
  const second = <Video ref={follower} output={theirs} label={text.view.other} cover={layout === 'slider'} />
  return (
    <>
      {layout === 'slider' ? (
        <Frame width={mine.width} height={mine.height}>
          <Wipe
            label={text.view.versusLabel}
            width={mine.width}
            height={mine.height}
            before={second}
            after={first}
            beforeLabel={text.view.other}
            afterLabel={text.view.this}
          />
        </Frame>
      ) : (
        <div className="grid shrink-0 grid-cols-2 items-start gap-2">
          <Frame width={theirs.width} height={theirs.height}>
            {second}
            <SideTag>{text.view.other}</SideTag>
          </Frame>
          <Frame width={mine.width} height={mine.height}>
            {first}
            <SideTag>{text.view.this}</SideTag>
          </Frame>
        </div>
      )}
      <div className="flex shrink-0 flex-wrap items-center gap-1.5">
        <IconButton
          label={playing ? text.player.pause : text.player.play}
          icon={playing ? <Pause size={18} /> : <Play size={18} />}
          onClick={toggle}
        />
        <IconButton label={text.player.back} icon={<StepBack size={18} />} onClick={() => step(-1)} />
        <IconButton label={text.player.forward} icon={<StepForward size={18} />} onClick={() => step(1)} />
        <Slider
          aria-label={text.player.seek}
          aria-valuetext={text.player.at(at)}
          min={0}
          max={length}
          step={1 / fps}
          value={Math.min(at, length)}
          onChange={seek}
          className="min-w-24 flex-1"
        />
        <span className="num mr-2 w-14 text-right text-xs text-fg-2">{text.player.at(at)}</span>
        <Speed
          rate={rate}
          onChange={(next) => {
            setRate(next)
            both((video) => {
              video.playbackRate = next
            })
          }}
        />
      </div>
    </>
  )
}

interface VideoProps {
  ref: Ref<HTMLVideoElement>
  output: JobOutput
  label: string
  cover: boolean
  onPlay?: () => void
  onPause?: () => void
  onTimeUpdate?: () => void
  onEnded?: () => void
  onError?: () => void
}

function Video({ output, label, cover, ...rest }: VideoProps) {
  return (
    <video
      {...rest}
      src={address(output.url)}
      {...(output.poster_url != null && { poster: address(output.poster_url) })}
      aria-label={label}
      width={output.width}
      height={output.height}
      muted
      playsInline
      preload="auto"
      className={cover ? 'block size-full object-cover' : 'block size-full object-contain'}
    />
  )
}
