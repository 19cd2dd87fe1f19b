import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { vi } from 'vitest'
import type { Config, Workflow } from '@/api/types'
import { type DraftPicture, EMPTY_DRAFT, useDraftStore } from '@/stores/draftStore'
import { useJobStore } from '@/stores/jobStore'
import { useServerStore } from '@/stores/serverStore'
import { useUiStore } from '@/stores/uiStore'
import { aConfig, aJob } from '@/test/fixtures'
import { CreatePage } from './CreatePage'
import { useFormStore } from './formStore'
import { useIntake } from './intake'
import { settle } from './submit'

let made = 0

/** A picture that the server has. */
export function aPicture(change: Partial<DraftPicture> = {}): DraftPicture {
  made += 1
  return {
    imageId: `${String(made).padStart(64, '0')}.1`,
    name: `picture-${made}.png`,
    width: 640,
    height: 480,
    ...change,
  }
}

export function aFile(name = 'cat.png', type = 'image/png', bytes = 100): File {
  return new File([new Uint8Array(bytes)], name, { type })
}

export interface Sent {
  workflow: string
  key: string | null
  body: Record<string, unknown>
}

/** What was submitted, in order. */
export const sent: Sent[] = []
/** Uploads, by name of the field of the answer. */
let images = 0

/** A server that takes everything; a test says otherwise with `server.use`. */
export const server = setupServer(
  http.post('*/api/workflows/:workflow', async ({ request, params }) => {
    sent.push(await readSubmit(request, String(params.workflow)))
    return HttpResponse.json(
      aJob({ workflow: params.workflow as Workflow, params: { ...sent.at(-1)?.body, seed: 7 } as never }),
      { status: 201 },
    )
  }),
  http.get('*/api/workflows/:workflow/outlook', ({ params }) =>
    HttpResponse.json({
      workflow: params.workflow,
      class: 'i2v.480p.81.lightning',
      attempt_ms: { low: 30_000, high: 38_000 },
      wait_ms: null,
      waiting: 2,
      unservable: null,
    }),
  ),
  http.post('*/api/images', () => {
    images += 1
    return HttpResponse.json({
      id: `${String(images).padStart(64, 'a')}.1`,
      bytes: 100,
      content_type: 'image/png',
      width: 640,
      height: 480,
      orientation: 1,
      expires_at: '2026-12-01T10:00:00Z',
      url: '/api/images/x',
    })
  }),
)

export async function readSubmit(request: Request, workflow: string): Promise<Sent> {
  return {
    workflow,
    key: request.headers.get('Idempotency-Key'),
    body: (await request.json()) as Record<string, unknown>,
  }
}

/** Empty stores, as on a first visit. */
export function firstVisit(config: Config = aConfig): void {
  sent.length = 0
  URL.createObjectURL = vi.fn(() => 'blob:spool')
  URL.revokeObjectURL = vi.fn()
  useServerStore.setState({ config, session: { keys: false, name: null, scopes: [] } })
  useDraftStore.setState({ drafts: {}, history: {} })
  useFormStore.setState({ forms: {} })
  useIntake.setState({ uploads: [], refused: {} })
  useUiStore.setState({ focused: null, previews: 'all' })
  useJobStore.setState({ byId: {}, running: [], waiting: [], recent: [], loaded: true, queue: null })
  for (const workflow of ['i2v', 'qwen', 'upscale'] as const) settle(workflow)
}

/** A draft that could be sent. */
export function aDraft(workflow: Workflow, prompt = 'the cat turns its head'): void {
  const field = workflow === 'qwen' ? 'edit_image' : 'input_image'
  useDraftStore.getState().replace(workflow, {
    ...EMPTY_DRAFT,
    values: workflow === 'upscale' ? {} : { prompt },
    pictures: { [field]: [aPicture()] },
  })
}

/** Opens the page, and waits for those of its parts that come after it. */
export async function visit(workflow: Workflow) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const view = render(
    <QueryClientProvider client={queries}>
      <CreatePage workflow={workflow} />
    </QueryClientProvider>,
  )
  if (useServerStore.getState().config) await screen.findByLabelText('Seed')
  return view
}
