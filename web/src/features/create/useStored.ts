import { useState } from 'react'
import { imageAddress } from '@/api/uploads'

export interface Stored {
  gone: boolean
  onError: () => void
}

/** Whether the server still has a picture: it tells by failing to show it, and the answer tells why. */
export function useStored(imageId: string): Stored {
  const [gone, setGone] = useState<string | null>(null)
  async function onError() {
    const answer = await fetch(imageAddress(imageId)).catch(() => null)
    // Anything else is a connection that will come back.
    if (answer?.status === 404 || answer?.status === 410) setGone(imageId)
  }
  return { gone: gone === imageId, onError: () => void onError() }
}
