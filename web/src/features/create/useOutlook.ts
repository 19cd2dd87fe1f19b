import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { queryKeys } from '@/api/queryKeys'
import type { Outlook, Workflow } from '@/api/types'
import { fetchOutlook } from '@/api/workflows'
import { problemsOf } from './schemaFor'
import type { Form } from './useForm'

/** What the server wants to know before it says how long a job would take; shared/src/workflow/deciding.rs. */
const DECIDING: Record<Workflow, readonly string[]> = {
  i2v: ['width', 'height', 'num_frames', 'preset'],
  qwen: ['model', 'preset', 'width', 'height'],
  upscale: ['scale'],
}
const SETTLE_MS = 250
const REFRESH_MS = 5000

/** What the job would meet now; undefined as long as that is not known. */
export function useOutlook(form: Form): Outlook | undefined {
  const { workflow, description, limits, draft } = form
  const wrong = problemsOf(description, limits, draft)
  const names = DECIDING[workflow]
  const query = useSettled(
    JSON.stringify(
      Object.fromEntries(names.flatMap((name) => (form.values[name] === undefined ? [] : [[name, form.values[name]]]))),
    ),
  )
  const asked = JSON.parse(query) as Record<string, string | number>
  const { data } = useQuery({
    queryKey: queryKeys.outlook(workflow, asked),
    queryFn: ({ signal }) => fetchOutlook(workflow, asked, signal),
    enabled: !names.some((name) => wrong[name] !== undefined),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
    retry: false,
  })
  return data
}

/** The text once it has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
