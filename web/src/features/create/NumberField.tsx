import type { ReactNode } from 'react'
import { ParamSlider } from '@/components/ui/ParamSlider'
import { ResetTo } from './ResetTo'
import type { Form } from './useForm'

interface NumberFieldProps {
  form: Form
  name: string
  /** Instead of the server's. */
  label?: string
  /** Where the server names none, as for numbers that are no integers. */
  step?: number
  unit?: string
  help?: ReactNode
}

/** A number of the workflow with the server's limits, and the way back to its default. */
export function NumberField({ form, name, label, step, unit, help }: NumberFieldProps) {
  const field = form.field(name)
  return (
    <div data-field={name}>
      <ParamSlider
        label={label ?? field.label}
        {...(unit !== undefined && { unit })}
        value={form.number(name)}
        minimum={field.minimum ?? 0}
        maximum={field.maximum ?? 0}
        step={field.step ?? step ?? 1}
        onChange={(value) => form.set(name, value)}
        error={form.problems[name]}
        help={
          <>
            {help} <ResetTo form={form} name={name} />
          </>
        }
      />
    </div>
  )
}
