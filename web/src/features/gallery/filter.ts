import { useCallback } from 'react'
import { useLocation, useSearch } from 'wouter'
import type { Workflow } from '@/api/types'
import { paths } from '@/lib/go'

export type Filter = 'all' | Workflow

export const FILTERS: readonly Filter[] = ['all', 'i2v', 'qwen', 'upscale']

/** The filter that an address's query asks for; one that is unknown asks for nothing. */
export function filterIn(search: string): Filter {
  const wanted = new URLSearchParams(search).get('workflow')
  return FILTERS.find((filter) => filter === wanted) ?? 'all'
}

/** The address of the gallery, or of one result, in a filter. */
export function addressOf(filter: Filter, id: string | null = null): string {
  const path = id === null ? paths.gallery : paths.result(id)
  return filter === 'all' ? path : `${path}?workflow=${filter}`
}

/** What is shown, kept in the address, so that links and the back button keep it too. */
export function useFilter(): [Filter, (filter: Filter) => void] {
  const filter = filterIn(useSearch())
  const [, navigate] = useLocation()
  const set = useCallback((next: Filter) => navigate(addressOf(next)), [navigate])
  return [filter, set]
}
