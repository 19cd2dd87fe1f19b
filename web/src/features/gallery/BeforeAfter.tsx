import { useState } from 'react'
import { Compare } from '@/components/Compare'
import { Segmented } from '@/components/ui/Segmented'
import { address } from '@/lib/base'
import { gallery as text } from '@/text/gallery'
import type { ViewProps } from './PictureView'
import { Frame, StageBar } from './Stage'
import { uprightOf } from './thumbnail'

/** A result over a picture it was made of, which one can be chosen. */
export function BeforeAfter({ job, output, views, onError }: ViewProps) {
  const [index, setIndex] = useState(0)
  const input = job.inputs[index]
  if (!input) return null
  return (
    <>
      <Frame width={output.width} height={output.height}>
        <Compare
          key={index}
          label={text.view.wipe}
          before={{ src: uprightOf(input), alt: text.view.beforeAlt(index + 1) }}
          after={{ src: address(output.url), alt: text.view.afterAlt }}
          width={output.width}
          height={output.height}
          onError={onError}
        />
      </Frame>
      <StageBar views={views}>
        {job.inputs.length > 1 && (
          <Segmented
            label={text.view.input}
            value={index}
            onChange={setIndex}
            options={job.inputs.map((one) => ({ value: one.index, label: text.view.inputNumber(one.index + 1) }))}
          />
        )}
      </StageBar>
    </>
  )
}
