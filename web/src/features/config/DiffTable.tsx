import { imageAddress } from '@/api/uploads'
import { orientationIn, TURNS } from '@/lib/orientation'
import type { DraftPicture } from '@/stores/draftStore'
import { config as text } from '@/text/config'
import type { Row } from './diff'

/** What stands in the form and what would, line by line. */
export function DiffTable({ rows }: { rows: Row[] }) {
  return (
    <table className="w-full table-fixed border-collapse text-sm">
      <thead>
        <tr className="text-left text-xs text-fg-3">
          <th scope="col" className="w-1/4 py-1.5 pr-3 font-medium">
            {text.field}
          </th>
          <th scope="col" className="py-1.5 pr-3 font-medium">
            {text.now}
          </th>
          <th scope="col" className="py-1.5 font-medium">
            {text.offered}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.field} className="border-t align-top">
            <th scope="row" className="py-2 pr-3 text-left font-medium text-fg-2 wrap-anywhere">
              {row.label}
            </th>
            <td className="py-2 pr-3 text-fg-2">
              <Value value={row.now} />
            </td>
            <td className="py-2">
              <Value value={row.offered} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Value({ value }: { value: string | DraftPicture[] }) {
  if (typeof value === 'string') return <span className="num wrap-anywhere whitespace-pre-wrap">{value}</span>
  if (value.length === 0) return text.noPicture
  return (
    <span className="flex flex-wrap gap-1.5">
      {value.map((picture) => (
        <img
          key={picture.imageId}
          src={imageAddress(picture.imageId)}
          alt={text.picture(picture.name, picture.width, picture.height)}
          loading="lazy"
          style={{ transform: TURNS[orientationIn(picture.imageId)] }}
          className="size-16 rounded-md bg-stage object-cover"
        />
      ))}
    </span>
  )
}
