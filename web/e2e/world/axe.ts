import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import type { AxeResults } from 'axe-core'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds wrong on the page: a line for each rule and place. */
export async function violations(page: Page): Promise<string[]> {
  // By the debugger and not as a script of the page: its policy lets none in.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(SOURCE)
  const results = await page.evaluate(
    (rules) =>
      (window as unknown as { axe: { run: (options: object) => Promise<unknown> } }).axe.run({
        runOnly: rules,
        // What is right is not listed node by node, which takes most of the time.
        resultTypes: ['violations'],
      }),
    RULES,
  )
  return (results as AxeResults).violations.flatMap(({ id, nodes }) =>
    nodes.map(
      (node) => `${id}: ${node.target.join(' ')} — ${node.failureSummary?.split('\n').slice(1).join(' ').trim()}`,
    ),
  )
}
