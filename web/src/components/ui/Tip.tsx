import { autoUpdate, flip, offset, shift, useFloating } from '@floating-ui/react-dom'
import { createPortal } from 'react-dom'

interface TipProps {
  anchor: HTMLElement
  text: string
}

/** For the eye alone: the control has the same words as its name. */
export default function Tip({ anchor, text }: TipProps) {
  const { refs, floatingStyles } = useFloating({
    elements: { reference: anchor },
    placement: 'bottom',
    strategy: 'fixed',
    middleware: [offset(6), flip(), shift({ padding: 8 })],
    whileElementsMounted: autoUpdate,
  })
  return createPortal(
    <div
      ref={refs.setFloating}
      aria-hidden
      style={floatingStyles}
      className="pointer-events-none z-50 max-w-72 rounded-md border bg-raised px-2.5 py-1.5 text-xs text-fg shadow-pop"
    >
      {text}
    </div>,
    document.body,
  )
}
