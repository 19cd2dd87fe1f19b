import { address } from '@/lib/base'
import { ApiError, problem, UNREACHABLE } from './client'
import type { components } from './schema'

export type UploadedImage = components['schemas']['Image']

/**
 * Stores a picture once; the id is that of its content. `onProgress` gets the fraction sent, 0–1.
 *
 * By XMLHttpRequest, because fetch says nothing of what was sent.
 */
export function uploadImage(
  file: Blob,
  onProgress: (fraction: number) => void,
  signal?: AbortSignal,
): Promise<UploadedImage> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', address('/api/images'))
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    request.responseType = 'json'
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total)
    request.onload = () => {
      // Null when the answer is no JSON: it broke off, or a proxy made it.
      if (request.status >= 200 && request.status < 300 && request.response !== null) {
        resolve(request.response as UploadedImage)
      } else reject(problem(request.status, request.response, request.getResponseHeader('Retry-After')))
    }
    request.onerror = () => reject(new ApiError(0, 'unreachable', UNREACHABLE))
    request.onabort = () => reject(new DOMException('The upload was given up.', 'AbortError'))
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    // What was given up before it began has no event of its own.
    if (signal?.aborted) reject(new DOMException('The upload was given up.', 'AbortError'))
    else request.send(file)
  })
}

/** Where an uploaded picture can be seen. */
export function imageAddress(id: string): string {
  return address(`/api/images/${encodeURIComponent(id)}`)
}
