import { createRoot } from 'react-dom/client'
import { Toaster, toast } from 'sonner'
import { FRAMED } from '@/lib/media'

const OPTIONS = {
  unstyled: true,
  classNames: {
    toast:
      'flex w-full items-center gap-3 rounded-lg border bg-raised px-4 py-3 font-sans text-sm text-fg shadow-pop sm:w-92',
    content: 'min-w-0 flex-1',
    title: 'font-medium',
    description: 'text-xs text-fg-2',
    actionButton: 'shrink-0 rounded-md bg-accent-soft px-3 py-1.5 text-xs font-medium text-accent-text coarse:py-3',
    closeButton: 'sr-only',
  },
}

// A root of its own, so that a page's error boundary cannot take the toasts with it.
const place = document.createElement('div')
document.body.append(place)
createRoot(place).render(
  <Toaster
    // Where nothing is pressed: on a desktop under the stage, on a phone below the header.
    position={matchMedia(FRAMED).matches ? 'bottom-center' : 'top-center'}
    offset={16}
    mobileOffset={{ top: 64 }}
    duration={6000}
    toastOptions={OPTIONS}
  />,
)

export { toast }
