import { StepBack, StepForward } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { IconButton } from '@/components/ui/IconButton'
import { address } from '@/lib/base'
import { gallery as text } from '@/text/gallery'
import { jobTitle } from '@/text/jobs'
import { frameAt, stepped } from './frames'
import type { ViewProps } from './PictureView'
import { Speed } from './Speed'
import { Frame, StageBar } from './Stage'
import { useFrameKeys } from './useFrameKeys'

/** A video with the browser's own controls, and steps of one frame. */
export function VideoPlayer({ job, output, views, onError }: ViewProps) {
  const video = useRef<HTMLVideoElement>(null)
  const [rate, setRate] = useState(1)
  // Said where it stands still; while it plays nobody reads it.
  const [frame, setFrame] = useState<number | null>(null)
  const fps = output.fps ?? 16
  const frames = output.frames ?? Math.max(1, Math.round(((output.duration_ms ?? 0) / 1000) * fps))

  useEffect(() => {
    if (video.current) video.current.playbackRate = rate
  }, [rate])

  function step(by: number) {
    const shown = video.current
    if (!shown) return
    shown.pause()
    shown.currentTime = stepped(shown.currentTime, by, fps, frames)
  }
  useFrameKeys(step)

  const tell = () => video.current?.paused && setFrame(Math.min(frames, frameAt(video.current.currentTime, fps) + 1))
  return (
    <>
      <Frame width={output.width} height={output.height}>
        <video
          ref={video}
          src={address(output.url)}
          {...(output.poster_url != null && { poster: address(output.poster_url) })}
          aria-label={text.player.label(jobTitle(job))}
          controls
          loop
          playsInline
          preload="metadata"
          onError={onError}
          onPause={tell}
          onSeeked={tell}
          onPlay={() => setFrame(null)}
          className="size-full object-contain"
        />
      </Frame>
      <StageBar views={views}>
        <span className="num mr-1 text-xs text-fg-3">{frame !== null && text.player.frame(frame, frames)}</span>
        <IconButton label={text.player.back} icon={<StepBack size={18} />} onClick={() => step(-1)} />
        <IconButton label={text.player.forward} icon={<StepForward size={18} />} onClick={() => step(1)} />
        <Speed rate={rate} onChange={setRate} />
      </StageBar>
    </>
  )
}
