import { RotateCcw, Sparkles } from 'lucide-react'
import { Button } from '@/components/ui/Button'
import { IconButton } from '@/components/ui/IconButton'
import { Kbd } from '@/components/ui/Kbd'
import { toast } from '@/components/ui/toast'
import { hasCommandKey } from '@/lib/shortcuts'
import { EMPTY_DRAFT, useDraftStore } from '@/stores/draftStore'
import { common } from '@/text/common'
import { create } from '@/text/create'
import { FRESH, useFormStore } from './formStore'
import { Preflight, Unservable } from './Preflight'
import type { Form } from './useForm'
import { useOutlook } from './useOutlook'

interface SubmitBarProps {
  form: Form
  onSubmit: () => void
}

/** The button, what it would make, and what came of the last press. Always in sight. */
export function SubmitBar({ form, onSubmit }: SubmitBarProps) {
  const { workflow, draft } = form
  const { busy, notice } = useFormStore((store) => store.forms[workflow] ?? FRESH)
  const outlook = useOutlook(form)
  const verb = create.submitMany(create.submit[workflow], draft.variations)
  return (
    <div
      // On a phone above the tabs, and the strip with what runs.
      className="sticky bottom-[calc(3.5rem+var(--strip,0px))] z-20 flex flex-col gap-1.5 border-t bg-surface px-4 py-2 lg:static lg:gap-2 lg:px-3 lg:py-3"
    >
      <Unservable form={form} outlook={outlook} />
      {notice !== null && (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-xs text-bad">
          {notice}
        </p>
      )}
      <div className="flex items-center gap-2">
        <Button
          variant="primary"
          size="lg"
          className="min-w-0 flex-1"
          aria-disabled={busy}
          aria-keyshortcuts="Control+Enter Meta+Enter"
          onClick={onSubmit}
        >
          <Sparkles size={18} aria-hidden />
          {busy ? create.sending : verb}
          <span aria-hidden className="hidden gap-1 sm:flex">
            <Kbd>{hasCommandKey() ? '⌘' : 'Ctrl'}</Kbd>
            <Kbd>Enter</Kbd>
          </span>
        </Button>
        <IconButton label={create.reset} icon={<RotateCcw size={18} />} onClick={() => reset(form)} />
      </div>
      <Preflight form={form} outlook={outlook} />
    </div>
  )
}

function reset({ workflow, draft }: Form): void {
  const { replace } = useDraftStore.getState()
  replace(workflow, EMPTY_DRAFT)
  useFormStore.getState().change(workflow, FRESH)
  toast.message(create.wasReset, { action: { label: common.undo, onClick: () => replace(workflow, draft) } })
}
