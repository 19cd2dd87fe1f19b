/** How long a browser may take to show one frame. */
const PATIENCE_MS = 20_000

/**
 * The last picture of a video, as a PNG file. Seeks to the middle of the last frame: at the very end some browsers
 * show none.
 */
export async function lastFrame(url: string, fps: number): Promise<Blob> {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.preload = 'auto'
  try {
    await happens(video, 'loadeddata', () => {
      video.src = url
    })
    await happens(video, 'seeked', () => {
      video.currentTime = Math.max(0, video.duration - 0.5 / fps)
    })
    return await draw(video)
  } finally {
    video.removeAttribute('src')
    video.load()
  }
}

async function draw(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  canvas.getContext('2d')?.drawImage(video, 0, 0)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the frame could not be read'))), 'image/png'),
  )
}

function happens(video: HTMLVideoElement, event: 'loadeddata' | 'seeked', start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error('the video could not be read'))
    const patience = setTimeout(fail, PATIENCE_MS)
    video.onerror = fail
    video.addEventListener(
      event,
      () => {
        clearTimeout(patience)
        resolve()
      },
      { once: true },
    )
    start()
  })
}
