/** A picture laid over another. */
export const compare = {
  before: 'Before',
  after: 'After',
  shown: (percent: number) => `${percent}% before`,
} as const
