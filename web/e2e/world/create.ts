import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expect } from './test'
import { SAMPLES } from './world'

/** Chooses sample pictures for the form that is shown. */
export async function choose(page: Page, ...samples: string[]): Promise<void> {
  const input = page.locator('input[type=file]').first()
  await input.setInputFiles(samples.map((sample) => join(SAMPLES, sample)))
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(samples.length)
  // Until it is sent a form cannot be.
  await expect(page.getByRole('progressbar', { name: /^Sending / })).toHaveCount(0)
}

export function prompt(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Prompt', exact: true })
}

export function generate(page: Page): Locator {
  return page.getByRole('button', { name: /^Generate/ })
}

/** A job's card in the list beside the form. */
export function card(page: Page, title: string | RegExp): Locator {
  return page.getByRole('listitem').filter({ has: page.getByRole('button', { name: title, exact: true }) })
}

export function stage(page: Page): Locator {
  return page.getByRole('region', { name: 'Stage' })
}

/** How far the job of the card is, 0–100. */
export async function progress(of: Locator): Promise<number> {
  return Number(await of.getByRole('progressbar').getAttribute('aria-valuenow'))
}
