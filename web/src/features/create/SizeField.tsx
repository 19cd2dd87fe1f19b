import { ArrowLeftRight, Image, RectangleHorizontal, RectangleVertical, Square } from 'lucide-react'
import type { SizeRule } from '@/api/types'
import { IconButton } from '@/components/ui/IconButton'
import { Segmented } from '@/components/ui/Segmented'
import { create } from '@/text/create'
import { leadPicture } from './resolve'
import { SideInput } from './SideInput'
import {
  type Area,
  areaOf,
  defaultSize,
  largestOf,
  P480_PIXELS,
  type Shape,
  type Size,
  sameSize,
  shapeOf,
  shapeSize,
  sizeOf,
} from './size'
import type { Form } from './useForm'

const ICONS = {
  picture: <Image size={15} aria-hidden />,
  wide: <RectangleHorizontal size={15} aria-hidden />,
  tall: <RectangleVertical size={15} aria-hidden />,
  square: <Square size={15} aria-hidden />,
}
const SHAPES = ['picture', 'wide', 'tall', 'square'] as const

/** The size of the result: the picture's own shape, a usual one, or exact sides. */
export function SizeField({ form, workflow }: { form: Form; workflow: 'i2v' | 'qwen' }) {
  const rule = form.description.size as SizeRule
  const picture = sizeOf(leadPicture(form.description, form.draft))
  const usual = picture && defaultSize(workflow, picture, rule)
  const size = sizeIn(form)
  const shape = shapeOf(workflow, form.draft.values as Partial<Size>)
  const area: Area = workflow === 'i2v' && size ? areaOf(size) : 'small'

  function take(next: Size | null) {
    // What follows from the picture is not set by hand, so that another picture may bring another size.
    const own = next && !(usual && sameSize(next, usual)) ? next : null
    form.set('width', own?.width)
    form.set('height', own?.height)
  }

  function takeShape(next: Shape) {
    if (next === 'custom') return
    if (next !== 'picture') return setBoth(form, shapeSize(workflow, next, area))
    take(area === 'large' && usual ? largestOf(usual, rule.max_area, rule) : null)
  }

  function takeArea(next: Area) {
    if (shape !== 'picture' && shape !== 'custom') return setBoth(form, shapeSize(workflow, shape, next))
    if (!size) return
    const aspect = shape === 'picture' && picture ? picture : size
    const isPictures = picture && Math.abs(size.width / size.height / (picture.width / picture.height) - 1) < 0.04
    take(
      next === 'small' && isPictures ? null : largestOf(aspect, next === 'small' ? P480_PIXELS : rule.max_area, rule),
    )
  }

  const error = form.problems.width ?? form.problems.height
  return (
    <div data-field="width" className="flex flex-col gap-2">
      <div className="flex min-h-6 items-center justify-between gap-2">
        <h2 className="text-sm font-medium text-fg-2">{create.size.label}</h2>
        {workflow === 'i2v' && (
          <Segmented
            label={create.size.area}
            small
            options={(['small', 'large'] as const).map((value) => ({ value, label: create.size.areas[value] }))}
            value={area}
            onChange={takeArea}
          />
        )}
      </div>
      <div className="grid grid-cols-4 gap-1 rounded-lg border bg-sunken p-1">
        {SHAPES.map((value) => (
          <ShapeButton key={value} shape={value} pressed={shape === value} onPress={() => takeShape(value)} />
        ))}
      </div>
      <div className="flex items-center gap-2">
        <SideInput form={form} name="width" label={create.size.width} size={size} onCommit={setBoth} />
        <span aria-hidden className="text-sm text-fg-3">
          ×
        </span>
        <SideInput form={form} name="height" label={create.size.height} size={size} onCommit={setBoth} />
        <IconButton
          label={create.size.swap}
          size="sm"
          disabled={size === null}
          icon={<ArrowLeftRight size={16} />}
          onClick={() => size && setBoth(form, { width: size.height, height: size.width })}
        />
      </div>
      <p className={error === undefined ? 'text-xs text-fg-3' : 'text-xs text-bad'} role={error ? 'alert' : undefined}>
        {error ??
          (shape === 'picture'
            ? usual
              ? create.size.follows
              : create.size.waits
            : create.size.rule(rule.multiple_of, rule.min_side, rule.max_side))}
      </p>
    </div>
  )
}

/** The size as it stands, once both sides are known. */
export function sizeIn(form: Form): Size | null {
  const { width, height } = form.values
  return typeof width === 'number' && typeof height === 'number' ? { width, height } : null
}

function setBoth(form: Form, size: Size): void {
  form.set('width', size.width)
  form.set('height', size.height)
}

interface ShapeButtonProps {
  shape: (typeof SHAPES)[number]
  pressed: boolean
  onPress: () => void
}

/** Not a radio: with exact sides none of them is chosen. */
function ShapeButton({ shape, pressed, onPress }: ShapeButtonProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onPress}
      className={
        pressed
          ? 'flex min-h-11 flex-col items-center justify-center gap-0.5 rounded-md bg-raised text-2xs font-medium text-fg shadow-xs'
          : 'flex min-h-11 flex-col items-center justify-center gap-0.5 rounded-md text-2xs font-medium text-fg-2 hover:text-fg'
      }
    >
      {ICONS[shape]}
      {create.size.shapes[shape]}
    </button>
  )
}
