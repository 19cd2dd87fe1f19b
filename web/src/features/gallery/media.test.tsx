import { act, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { aFinishedJob, anOutput } from '@/test/fixtures'
import { show } from '@/test/show'
import { Tile } from './Tile'
import { VideoCompare } from './VideoCompare'
import { VideoPlayer } from './VideoPlayer'

vi.mock('@/components/ui/toast', () => ({ toast: { message: vi.fn(), success: vi.fn(), error: vi.fn() } }))

// jsdom plays nothing.
beforeEach(() => {
  for (const [name, paused] of [
    ['play', false],
    ['pause', true],
  ] as const) {
    HTMLMediaElement.prototype[name] = function (this: HTMLMediaElement) {
      Object.defineProperty(this, 'paused', { configurable: true, value: paused })
      this.dispatchEvent(new Event(name))
      return Promise.resolve()
    } as never
  }
})
afterEach(() => void vi.useRealTimers())

function tile() {
  show(
    <Tile
      job={aFinishedJob({ id: 'a' })}
      index={0}
      href="/gallery/a"
      width={200}
      height={150}
      current={false}
      tabbable
      chosen={null}
      onChoose={() => {}}
    />,
  )
  return screen.getByRole('link')
}

const playing = () => document.querySelector('video')
const enter = (link: HTMLElement, pointerType: string) => fireEvent.pointerEnter(link, { pointerType })
const waited = (ms: number) => act(() => vi.advanceTimersByTime(ms))

test('a tile is its poster until a mouse has rested on it, and again when it leaves', () => {
  vi.useFakeTimers()
  const link = tile()
  enter(link, 'mouse')
  waited(240)
  expect(playing()).toBeNull()
  waited(20)
  expect(playing()).toHaveAttribute('preload', 'none')
  fireEvent.pointerLeave(link)
  expect(playing()).toBeNull()
})

test('a mouse that only crosses a tile starts nothing, nor does a finger', () => {
  vi.useFakeTimers()
  const link = tile()
  enter(link, 'mouse')
  fireEvent.pointerLeave(link)
  waited(1000)
  enter(link, 'touch')
  waited(1000)
  expect(playing()).toBeNull()
})

test('nothing plays for those who want no motion', () => {
  vi.useFakeTimers()
  vi.spyOn(window, 'matchMedia').mockReturnValue({ matches: true } as never)
  enter(tile(), 'mouse')
  waited(1000)
  expect(playing()).toBeNull()
})

const output = (index: number) => anOutput({ url: `/o/${index}`, frames: 33, fps: 16 })

function two() {
  show(<VideoCompare mine={output(1)} theirs={output(2)} layout="side" onError={() => {}} />)
  return [screen.getByLabelText('This'), screen.getByLabelText('Other')] as [HTMLVideoElement, HTMLVideoElement]
}

test('two videos play, stop and seek as one', () => {
  const [mine, theirs] = two()
  fireEvent.click(screen.getByRole('button', { name: 'Play both' }))
  expect([mine.paused, theirs.paused]).toEqual([false, false])
  fireEvent.change(screen.getByRole('slider', { name: 'Position in both videos' }), { target: { value: '1.25' } })
  expect([mine.currentTime, theirs.currentTime]).toEqual([1.25, 1.25])
  fireEvent.click(screen.getByRole('button', { name: 'Pause both' }))
  expect([mine.paused, theirs.paused]).toEqual([true, true])
})

test('a video that falls behind is put right, one that is nearly there is left alone', () => {
  const [mine, theirs] = two()
  fireEvent.click(screen.getByRole('button', { name: 'Play both' }))
  mine.currentTime = 1
  theirs.currentTime = 0.95
  fireEvent.timeUpdate(mine)
  expect(theirs.currentTime).toBe(0.95)
  theirs.currentTime = 0.5
  fireEvent.timeUpdate(mine)
  expect(theirs.currentTime).toBe(1)
})

test('a step stops both at the same frame', () => {
  const [mine, theirs] = two()
  fireEvent.click(screen.getByRole('button', { name: 'Play both' }))
  fireEvent.click(screen.getByRole('button', { name: 'Next frame' }))
  expect(mine.paused && theirs.paused).toBe(true)
  expect([mine.currentTime, theirs.currentTime]).toEqual([1.5 / 16, 1.5 / 16])
})

test('both play at the chosen speed', () => {
  const [mine, theirs] = two()
  fireEvent.change(screen.getByRole('combobox', { name: 'Speed' }), { target: { value: '0.5' } })
  expect([mine.playbackRate, theirs.playbackRate]).toEqual([0.5, 0.5])
})

test('the full stop and the comma step through a video and say where it stands', () => {
  const clip = anOutput({ frames: 33, fps: 16 })
  show(<VideoPlayer job={aFinishedJob()} output={clip} views={null} onError={() => {}} />)
  const video = screen.getByLabelText<HTMLVideoElement>(/^Video:/)
  fireEvent.keyDown(window, { key: '.' })
  fireEvent.keyDown(window, { key: '.' })
  fireEvent.seeked(video)
  expect(screen.getByText('Frame 3 of 33')).toBeVisible()
  fireEvent.keyDown(window, { key: ',' })
  fireEvent.seeked(video)
  expect(screen.getByText('Frame 2 of 33')).toBeVisible()
})
