import { common } from './common'

/** What may be chosen, in words, by the field's name; a value that only a newer server knows stands for itself. */
const choices: Record<string, Record<string, string>> = {
  preset: { lightning: 'Lightning', quality: 'Quality' },
  model: { '2511': '2511', '2509': '2509', edit: 'First' },
  priority: { high: 'High', normal: 'Normal', low: 'Low' },
}

export function choice(field: string, value: string | number): string {
  return choices[field]?.[value] ?? String(value)
}

export const modelWords = (model: string) => `model ${choice('model', model)}`
export const scaleWords = (scale: string) => scale.replace('x', '×')

/** A requirement class in words, such as “720p, up to 81 frames, Lightning”; shared/src/class.rs has the table. */
export function classWords(name: string): string {
  const [workflow, first = '', second = '', third = ''] = name.split('.')
  if (workflow === 'i2v') return [first, `up to ${second} frames`, choice('preset', third)].join(', ')
  if (workflow === 'qwen') return [modelWords(first), choice('preset', second)].join(', ')
  return scaleWords(first)
}

/** A sentence of the server's with its workflows and classes in words. */
export function inWords(sentence: string): string {
  return sentence.replace(
    /\b(i2v|qwen|upscale)\b((?:\.\w+)+)?/g,
    (name, workflow: keyof typeof common.workflows, rest) =>
      rest ? `${common.workflows[workflow]} (${classWords(name)})` : common.workflows[workflow],
  )
}
